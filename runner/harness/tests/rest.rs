//! Waiting until a program has come to rest.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::path::Path;

use harness::check::{Case, Stop};
use harness::supervise::{Ended, sweep};
use harness::until::{ms, secs};

fn sh() -> Case {
    sweep::adopt_orphans().unwrap();
    Case::new(Path::new("/bin/sh"), 7).unwrap()
}

fn observed<T: std::fmt::Debug>(result: Result<T, Stop>) -> String {
    match result {
        Err(Stop::Failed(failure)) => failure.observed,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_program_that_waits_for_more_has_read_its_input() {
    let case = sh();
    let script = "read a; read b; echo $a $b; read c";
    let mut program = case.program().args(["-c", script]).with_stdin().start().unwrap();
    program.write_line("1\n2").unwrap();
    program.has_read_its_input(secs(10)).unwrap();
    program.prints("1 2", secs(10)).unwrap();
    program.close_stdin();
    program.ends(secs(10)).unwrap();
    let seen = observed(program.has_read_its_input(ms(20)));
    assert!(seen.starts_with("it exited with status"), "{seen}");
}

#[test]
fn a_program_that_sleeps_has_settled_and_one_that_runs_has_not() {
    let case = sh();
    let sleeper = case.program().args(["-c", "exec sleep 60"]).start().unwrap();
    assert_eq!(sleeper.settles(secs(10)).unwrap(), None);
    let runner = case.program().args(["-c", "while :; do :; done"]).start().unwrap();
    assert_eq!(observed(runner.settles(ms(100))), "it was busy");
}

#[test]
fn a_program_that_has_ended_has_settled() {
    let case = sh();
    let program = case.program().args(["-c", "exit 3"]).start().unwrap();
    program.ends(secs(10)).unwrap();
    assert_eq!(program.settles(secs(10)).unwrap(), Some(Ended::Exited(3)));
}
