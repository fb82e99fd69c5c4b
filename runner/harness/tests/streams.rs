//! What goes into a program and what comes out of it, on programs that do something with it.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use harness::check::{Case, Running};
use harness::process::write_calls;
use harness::report::Stream;
use harness::supervise::Ended;
use harness::until::secs;
use nix::sys::signal::Signal;

fn filter(args: &[&str]) -> Running {
    let case = Case::new(Path::new(env!("CARGO_BIN_EXE_decoy")), 7).unwrap();
    let mut program = case.program().args(args).with_stdin().start().unwrap();
    program.sends("three lines", b"one\ntwo\nthree\n").unwrap();
    program
}

/// One test at a time: a child that another one has just forked has a copy of every pipe of ours
/// until it execs, and a pipe is closed with its last copy.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn a_decoy_filters_block_by_block() {
    let _alone = alone();
    let eager = filter(&["--copy"]);
    eager.prints("THREE", secs(10)).unwrap();
}

#[test]
fn a_decoy_filters_when_it_has_all() {
    let _alone = alone();
    let mut last = filter(&["--copy-last"]);
    last.has_read_its_input(secs(10)).unwrap();
    assert_eq!(last.stdout_lines(), Vec::<String>::new());
    last.close_stdin();
    last.exits_with(0, secs(10)).unwrap();
    assert_eq!(last.stdout_lines(), ["ONE", "TWO", "THREE"]);
}

#[test]
fn a_decoy_has_enough() {
    let _alone = alone();
    let sated = filter(&["--copy-lines", "2", "--exit", "4"]);
    sated.exits_with(4, secs(10)).unwrap();
    assert_eq!(sated.stdout_lines(), ["ONE", "TWO"]);
}

#[test]
fn a_full_disk_refuses_every_write() {
    let _alone = alone();
    let case = Case::new(Path::new("/bin/sh"), 7).unwrap();
    let program = case
        .program()
        .args(["-c", "echo x || echo error >&2; exit 1"])
        .prints_into("/dev/full")
        .start()
        .unwrap();
    assert_eq!(program.ends(secs(10)).unwrap(), Ended::Exited(1));
    assert!(program.text(Stream::Stderr).ends_with("error\n"));
    program.leaves_nothing().unwrap();
}

#[test]
fn a_stream_is_closed_once_close_has_returned() {
    let _alone = alone();
    let case = Case::new(Path::new("/bin/sh"), 7).unwrap();
    for _ in 0..20 {
        let program = case.program().args(["-c", "read line; echo $line"]).with_stdin();
        let mut program = program.hold(Stream::Stdout).start().unwrap();
        program.close(Stream::Stdout);
        program.write_line("hello").unwrap();
        program.is_killed_by(Signal::SIGPIPE, secs(10)).unwrap();
    }
}

#[test]
fn writes_are_counted() {
    let _alone = alone();
    let program = filter(&["--copy", "--linger", "60"]);
    program.prints("THREE", secs(10)).unwrap();
    // A line-buffered stdout writes up to the last newline at once.
    assert_eq!(write_calls(program.pid()), Some(1));
}
