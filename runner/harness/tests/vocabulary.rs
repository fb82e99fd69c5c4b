//! The words of checks, each on a program that gives it reason to speak.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use harness::check::{Case, Stop};
use harness::evidence::Evidence;
use harness::helpers::Inherited;
use harness::report::{Failure, Stream};
use harness::supervise::{Ended, sweep};
use harness::until::{ms, secs};
use nix::sys::signal::Signal;

/// Orphans come to this process, whichever test left them: one test at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    let guard = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    sweep::adopt_orphans().unwrap();
    guard
}

fn sh() -> Case {
    Case::new(Path::new("/bin/sh"), 7).unwrap()
}

fn decoy() -> Case {
    Case::new(Path::new(env!("CARGO_BIN_EXE_decoy")), 7).unwrap()
}

fn failure<T: std::fmt::Debug>(result: Result<T, Stop>) -> Failure {
    match result {
        Err(Stop::Failed(failure)) => *failure,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_same_seed_gives_the_same_words_and_numbers() {
    let _alone = alone();
    let draw = |case: &Case| (case.word(), case.number(1..=1000));
    assert_eq!(draw(&sh()), draw(&sh()));
    assert_ne!(draw(&sh()), draw(&Case::new(Path::new("/bin/sh"), 8).unwrap()));
}

#[test]
fn a_deadlock_is_proved_long_before_the_deadline() {
    let _alone = alone();
    // The shell waits for cat, and cat reads a pipe whose writing end it has itself.
    let script = "mkfifo f; cat <>f & wait $!";
    let started = Instant::now();
    let case = sh();
    let program = case.program().args(["-c", script]).start().unwrap();
    let failure = failure(program.exits_with(0, secs(30)));
    assert!(started.elapsed() < secs(20), "the deadline decided");
    assert!(failure.observed.starts_with("nothing can wake it any more"), "{}", failure.observed);
    assert!(failure.observed.contains("sleeps in read(0)"), "{}", failure.observed);
    let tree = failure
        .evidence
        .iter()
        .any(|evidence| matches!(evidence, Evidence::Processes(tree) if tree.rows.len() == 2));
    assert!(tree, "{:?}", failure.evidence);
}

#[test]
fn a_program_that_sleeps_with_a_timer_is_not_deadlocked() {
    let _alone = alone();
    let program = decoy().program().args(["--linger-ms", "300", "--exit", "5"]).start().unwrap();
    assert_eq!(program.ends(secs(10)).unwrap(), Ended::Exited(5));
}

#[test]
fn a_program_that_waits_for_the_network_or_an_alarm_is_not_deadlocked() {
    let _alone = alone();
    let network = "import socket\ns = socket.create_server(('127.0.0.1', 0))\ns.accept()";
    let alarm = "import signal\nsignal.signal(signal.SIGALRM, lambda *_: exit(4))\nsignal.alarm(1)\nsignal.pause()";
    let case = Case::new(Path::new("/usr/bin/env"), 7).unwrap();
    let waiting = case.program().args(["python3", "-c", network]).start().unwrap();
    let failure = failure(waiting.ends(ms(1500)));
    assert!(failure.observed.contains("still running"), "{}", failure.observed);
    let woken = case.program().args(["python3", "-c", alarm]).start().unwrap();
    assert_eq!(woken.ends(secs(20)).unwrap(), Ended::Exited(4));
}

#[test]
fn a_program_that_waits_for_us_is_not_deadlocked() {
    let _alone = alone();
    let mut program =
        sh().program().args(["-c", "read line; echo got $line"]).with_stdin().start().unwrap();
    let failure = failure(program.prints("got it", ms(200)));
    assert!(failure.observed.contains("still running"), "{}", failure.observed);
    program.write_line("it").unwrap();
    program.prints("got it", secs(10)).unwrap();
    program.exits_with(0, secs(10)).unwrap();
}

#[test]
fn a_held_stream_holds_the_program_inside_write() {
    let _alone = alone();
    let case = decoy();
    let program = case
        .program()
        .args(["--print-bytes", "100000", "--exit", "3"])
        .hold(Stream::Stdout)
        .start()
        .unwrap();
    program.is_held_in_write(Stream::Stdout, secs(10)).unwrap();
    assert_eq!((program.byte_count(Stream::Stdout), program.ended()), (0, None));
    program.release(Stream::Stdout);
    program.exits_with(3, secs(10)).unwrap();
    assert_eq!(program.byte_count(Stream::Stdout), 100_000);
}

#[test]
fn a_closed_stream_ends_a_program_that_writes_by_sigpipe() {
    let _alone = alone();
    let program = sh().program().args(["-c", "exec yes"]).hold(Stream::Stdout).start().unwrap();
    program.is_held_in_write(Stream::Stdout, secs(10)).unwrap();
    program.close(Stream::Stdout);
    program.is_killed_by(Signal::SIGPIPE, secs(10)).unwrap();
}

#[test]
fn signals_gather_while_it_is_frozen() {
    let _alone = alone();
    let script = "trap 'echo usr1' USR1; echo ready; while :; do sleep 0.01; done";
    let program = sh().program().args(["-c", script]).start().unwrap();
    program.prints("ready", secs(10)).unwrap();
    let frozen = program.freeze().unwrap();
    for _ in 0..3 {
        program.signal(Signal::SIGUSR1).unwrap();
    }
    drop(frozen);
    program.takes(Signal::SIGUSR1, secs(10)).unwrap();
    program.prints("usr1", secs(10)).unwrap();
    // Standard signals of one kind merge: three were sent, one was taken.
    program.signal(Signal::SIGTERM).unwrap();
    program.is_killed_by(Signal::SIGTERM, secs(10)).unwrap();
    assert_eq!(program.stdout_lines(), ["ready", "usr1"]);
}

#[test]
fn a_leak_is_found_by_adoption_and_ended_with_the_program() {
    let _alone = alone();
    let script = "setsid sleep 1000 >/dev/null 2>&1 & echo started";
    let program = sh().program().args(["-c", script]).start().unwrap();
    program.exits_with(0, secs(10)).unwrap();
    let failure = failure(program.leaves_nothing());
    assert!(failure.observed.contains("sleep (pid "), "{}", failure.observed);
    drop(program);
    assert_eq!(sweep::living_orphans(), Vec::<i32>::new());
}

#[test]
fn an_open_output_is_found_where_nobody_is_left() {
    let _alone = alone();
    let program = sh().program().args(["-c", "exit 0"]).start().unwrap();
    program.exits_with(0, secs(10)).unwrap();
    program.leaves_nothing().unwrap();
}

#[test]
fn the_gate_holds_an_act_until_it_is_opened() {
    let _alone = alone();
    let mut case = Case::new(Path::new("/usr/bin/env"), 7).unwrap();
    let world = case.world().unwrap();
    world.holds("charge");
    // A client of the world in the shell's words: one line there, one line back.
    let script = "import os, socket\ns = socket.socket(socket.AF_UNIX)\ns.connect(os.environ['FAULTLINGS_LEDGER'])\n\
                  s.sendall(b'act charge 3\\n')\nprint(s.makefile().readline().strip())\n";
    let program = case.program().args(["python3", "-c", script]).start().unwrap();
    program.reaches(&world, "charge", 3, secs(20)).unwrap();
    let failure = failure(program.prints("done", ms(200)));
    assert!(
        failure.observed.contains("still running"),
        "held is not deadlocked: {}",
        failure.observed
    );
    world.opens("charge");
    program.prints("done", secs(10)).unwrap();
    program.exits_with(0, secs(10)).unwrap();
}

#[test]
fn the_probe_finds_what_it_was_given_and_nothing_else() {
    let _alone = alone();
    let case = sh();
    let probe = env!("CARGO_BIN_EXE_probe-child");
    let inherited = |script: &str| {
        let program = case.program().args(["-c", script, "sh", probe]).start().unwrap();
        program.prints_like("a report", secs(10), Inherited::parse).unwrap()
    };
    let fds = |inherited: &Inherited| inherited.fds.iter().map(|file| file.fd).collect::<Vec<_>>();

    let clean = inherited("exec \"$1\" hello");
    assert_eq!((&clean.argv[1..], fds(&clean)), (&["hello".to_owned()][..], vec![0, 1, 2]));
    assert_eq!((clean.blocked.as_slice(), clean.ignored.as_slice()), (&[][..], &[][..]));

    let spoilt = inherited("trap '' PIPE HUP; exec 7</dev/null; exec \"$1\"");
    assert_eq!((spoilt.ignored.as_slice(), fds(&spoilt)), (&[1, 13][..], vec![0, 1, 2, 7]));
}

#[test]
fn the_decoy_ignores_or_handles_sigterm() {
    let _alone = alone();
    let case = decoy();
    let stubborn =
        case.program().args(["--ignore-term", "--say", "here", "--linger", "60"]).start().unwrap();
    stubborn.prints("here", secs(10)).unwrap();
    stubborn.signal(Signal::SIGTERM).unwrap();
    assert!(stubborn.ends(ms(200)).is_err());

    let tidy = case
        .program()
        .args(["--clean-after-ms", "20", "--say", "here", "--linger", "60"])
        .start()
        .unwrap();
    tidy.prints("here", secs(10)).unwrap();
    tidy.signal(Signal::SIGTERM).unwrap();
    tidy.prints("clean", secs(10)).unwrap();
    tidy.exits_with(0, secs(10)).unwrap();
}

#[test]
fn the_decoy_has_children_of_each_kind() {
    let _alone = alone();
    let args = ["--child", "--exit 3", "--child", "--linger 60", "--crowd", "3", "--linger", "60"];
    let program = decoy().program().args(args).start().unwrap();
    let kinds = program.until("four live and one is dead", secs(10), |program| {
        let dead = program.children().iter().filter(|(_, status)| status.is_zombie()).count();
        match (program.children().len(), dead) {
            (5, 1) => Ok(()),
            seen => Err(format!("{seen:?}")),
        }
    });
    kinds.unwrap();
}

#[test]
fn a_decoy_is_known_by_the_name_that_it_is_given() {
    let _alone = alone();
    let case = sh();
    for _ in 0..2 {
        let args = ["--say", "here", "--linger", "60"];
        let program =
            case.decoy_called("a-name-of-20-letters").unwrap().args(args).start().unwrap();
        program.prints("here", secs(10)).unwrap();
        assert_eq!(harness::process::status(program.pid()).unwrap().name, "a-name-of-20-le");
        let file = std::fs::read_link(format!("/proc/{}/exe", program.pid())).unwrap();
        assert_eq!(file.file_name().unwrap(), "a-name-of-20-letters");
    }
}

#[test]
fn a_program_may_be_told_another_name_than_its_files() {
    let _alone = alone();
    let probe = Case::new(Path::new(env!("CARGO_BIN_EXE_probe-child")), 7).unwrap();
    let program = probe.program().arg0("postmaster").arg("x").start().unwrap();
    let inherited = program.prints_like("a report", secs(10), Inherited::parse).unwrap();
    assert_eq!(inherited.argv, ["postmaster", "x"]);
}

#[test]
fn a_wait_reports_the_last_thing_seen() {
    let _alone = alone();
    let program = decoy().program().args(["--linger", "60"]).start().unwrap();
    let mut looks = 0;
    let seen = program.until("it has three children", ms(50), |program| {
        looks += 1;
        match program.children().len() {
            3 => Ok(()),
            count => Err(format!("it had {count}")),
        }
    });
    let failure = failure(seen);
    assert_eq!(
        (failure.expected.as_str(), failure.observed.as_str()),
        ("it has three children", "it had 0")
    );
    assert!(looks > 1);
}

#[test]
fn the_timeline_is_in_order() {
    let _alone = alone();
    let case = sh();
    case.step("run it");
    let program = case.program().args(["-c", "echo one; echo two"]).start().unwrap();
    program.ends(secs(10)).unwrap();
    let Stop::Failed(failure) = case.failure("x", "y") else { panic!() };
    let Some(Evidence::Timeline(moments)) = failure.evidence.last() else { panic!() };
    let what: Vec<_> = moments.iter().map(|moment| moment.what.as_str()).collect();
    assert_eq!(what[1..], ["run it", "started", "\"one\"", "\"two\"", "exited with status 0"]);
    assert!(moments.is_sorted_by_key(|moment| moment.ms));
}
