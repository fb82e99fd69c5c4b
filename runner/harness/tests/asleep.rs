//! What a program rests in, on programs that rest in this and that.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::path::Path;

use harness::check::{Asleep, Case, Rest, Running};
use harness::supervise::Ended;
use harness::until::{ms, secs};

fn decoy() -> Case {
    Case::new(Path::new(env!("CARGO_BIN_EXE_decoy")), 7).unwrap()
}

fn rest_of(program: &Running) -> Asleep {
    match program.sleeps_or_ends(secs(20)).unwrap() {
        Rest::Asleep(asleep) => asleep,
        Rest::Ended(ended) => panic!("it {ended}"),
    }
}

#[test]
fn a_long_sleep_is_known_at_once() {
    let case = Case::new(Path::new("/bin/sleep"), 7).unwrap();
    let program = case.program().arg("1000").start().unwrap();
    // It may be seen asleep in the dynamic linker first; it is not asleep for long there.
    let asleep =
        program.until("it sleeps", secs(20), |program| match program.sleeps_or_ends(secs(20)) {
            Ok(Rest::Asleep(asleep)) if asleep.wakes_in().is_some() => Ok(asleep),
            other => Err(format!("{other:?}")),
        });
    let asleep = asleep.unwrap();
    assert_eq!(asleep.wakes_in(), Some(secs(1000)));
    assert_eq!(asleep.to_string(), "the main thread sleeps in nanosleep for 1000 s");
}

#[test]
fn a_program_that_polls_rests_between_two_looks() {
    // A decoy that may be told to end looks every 5 ms whether it was.
    let case = decoy();
    let args = ["--clean-after-ms", "0", "--linger", "60", "--say", "here"];
    let program = case.program().args(args).start().unwrap();
    program.prints("here", secs(20)).unwrap();
    let wakes_in = rest_of(&program).wakes_in().unwrap();
    assert!(wakes_in <= ms(5), "{wakes_in:?}");
}

#[test]
fn sleep_without_a_timer_has_no_end() {
    let case = Case::new(Path::new("/bin/cat"), 7).unwrap();
    let program = case.program().with_stdin().start().unwrap();
    let asleep = rest_of(&program);
    assert_eq!(asleep.wakes_in(), None);
    assert!(asleep.find(|call| call.is_read_from(0)).is_some(), "{asleep}");
}

#[test]
fn an_end_is_a_rest_and_a_loop_is_none() {
    let case = decoy();
    let program = case.program().args(["--exit", "5"]).start().unwrap();
    assert_eq!(program.sleeps_or_ends(secs(20)).unwrap(), Rest::Ended(Ended::Exited(5)));

    let program =
        case.program().args(["--spin", "--linger", "60", "--say", "here"]).start().unwrap();
    program.prints("here", secs(20)).unwrap();
    assert!(program.sleeps_or_ends(ms(200)).is_err());
}
