//! Words for signals and for programs that rest, each on a program that gives it reason to speak.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use harness::check::{Case, Running, Stop};
use harness::evidence::Evidence;
use harness::helpers::Inherited;
use harness::process::Set;
use harness::supervise::sweep;
use harness::until::{ms, secs};
use nix::sys::signal::Signal;

/// Orphans come to this process, whichever test left them: one test at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    let guard = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    sweep::adopt_orphans().unwrap();
    guard
}

fn case(program: &str) -> Case {
    Case::new(Path::new(program), 7).unwrap()
}

fn says(teller: &Running, words: &str) {
    let is_said = |line: &str| (line.trim_end() == words).then_some(());
    teller.prints_like(words, secs(10), is_said).unwrap();
}

#[test]
fn the_teller_tells_of_signals_and_lines() {
    let _alone = alone();
    let case = case(env!("CARGO_BIN_EXE_teller"));
    let mut teller = case.program().args(["--exit", "9"]).on_terminal(24, 80).start().unwrap();
    says(&teller, &format!("ready {}", teller.pid()));
    // Ctrl-C, which the terminal shows in its own way.
    teller.types("\u{3}").unwrap();
    says(&teller, "^Cgot SIGINT");
    teller.types("hello\r").unwrap();
    says(&teller, "read hello");
    teller.signal(Signal::SIGTERM).unwrap();
    says(&teller, "got SIGTERM");
    teller.exits_with(9, secs(10)).unwrap();
}

#[test]
fn the_teller_leaves_ignored_what_it_finds_ignored() {
    let _alone = alone();
    let case = case("/bin/sh");
    let script = "trap '' USR1; exec \"$0\"";
    let teller = case.program().args(["-c", script, env!("CARGO_BIN_EXE_teller")]);
    let teller = teller.with_stdin().start().unwrap();
    says(&teller, &format!("ready {}", teller.pid()));
    teller.signal(Signal::SIGUSR1).unwrap();
    teller.rests(secs(10)).unwrap();
    teller.signal(Signal::SIGTERM).unwrap();
    teller.exits_with(0, secs(10)).unwrap();
    assert_eq!(teller.stdout_lines().len(), 2, "{:?}", teller.stdout_lines());
}

#[test]
fn an_answer_that_will_not_come_is_not_waited_for() {
    let _alone = alone();
    let shell = case("/bin/sh");
    let script = "read line; echo got $line; read line";
    let mut program = shell.program().args(["-c", script]).with_stdin().start().unwrap();
    let line = |program: &Running| program.stdout_lines().pop();
    let started = Instant::now();
    assert_eq!(program.answers("it answers", secs(30), line).unwrap(), None);
    program.write_line("it").unwrap();
    let answer = program.answers("it answers", secs(30), line).unwrap();
    assert_eq!(answer.as_deref(), Some("got it"));
    program.close_stdin();
    program.ends(secs(10)).unwrap();
    assert_eq!(program.answers("it goes on", secs(30), |_| None::<()>).unwrap(), None);
    assert!(started.elapsed() < secs(20), "the deadline decided");
}

#[test]
fn a_program_with_a_timer_never_rests() {
    let _alone = alone();
    let decoy = case(env!("CARGO_BIN_EXE_decoy"));
    let program = decoy.program().args(["--linger", "60"]).start().unwrap();
    match program.rests(ms(300)) {
        Err(Stop::Failed(failure)) => assert!(failure.observed.contains("busy"), "{failure:?}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_act_of_a_program_that_has_ended_is_not_waited_for() {
    let _alone = alone();
    let mut shell = case("/bin/sh");
    let world = shell.world().unwrap();
    let started = Instant::now();
    let program = shell.program().args(["-c", "exit 3"]).start().unwrap();
    match program.reaches(&world, "charge", 3, secs(30)) {
        Err(Stop::Failed(failure)) => {
            let seen = "it exited with status 3; it has done nothing to the outside";
            assert_eq!(failure.observed, seen);
        }
        other => panic!("{other:?}"),
    }
    assert!(started.elapsed() < secs(20), "the deadline decided");
}

#[test]
fn a_program_finds_ignored_and_blocked_what_it_is_to_inherit() {
    let _alone = alone();
    let case = case(env!("CARGO_BIN_EXE_probe-child"));
    let found = |ignored: &[Signal], blocked: &[Signal]| {
        let probe = case.program().inherits(ignored, blocked).start().unwrap();
        let found = probe.prints_like("a report", secs(10), Inherited::parse).unwrap();
        (found.ignored, found.blocked)
    };
    let (hup, pipe, usr1) = (Signal::SIGHUP, Signal::SIGPIPE, Signal::SIGUSR1);
    assert_eq!(found(&[hup, pipe], &[usr1]), (vec![1, 13], vec![10]));
    assert_eq!(found(&[], &[]), (vec![], vec![]));
}

#[test]
fn signal_sets_are_those_of_the_program_and_gone_with_it() {
    let _alone = alone();
    let shell = case("/bin/sh");
    let script = "trap : USR1; trap '' HUP; echo ready; read line";
    let mut program = shell.program().args(["-c", script]).with_stdin().start().unwrap();
    program.prints("ready", secs(10)).unwrap();
    let should: [(Signal, &[Set]); 2] =
        [(Signal::SIGUSR1, &[Set::Caught]), (Signal::SIGHUP, &[Set::Caught])];
    let Some(Evidence::Signals(sets)) = program.signals("of the shell", &should) else { panic!() };
    let caught = sets.rows.iter().find(|row| row.set == "caught").unwrap();
    assert_eq!(caught.observed, ["SIGUSR1"]);
    assert_eq!(caught.expected, ["SIGUSR1", "SIGHUP"]);
    program.close_stdin();
    program.ends(secs(10)).unwrap();
    assert_eq!(program.signals("of the shell", &should), None);
}
