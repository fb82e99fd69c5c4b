//! `brokers up` and `down`, and runs that need a broker, with a program in the place of the one that
//! starts brokers: how that one finds and starts real ones is proved beside it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use support::{Answer, Tiny};

/// Has NATS, and no Kafka; notes its process id; stays until its input ends.
const STARTER: &str = r#"#!/bin/sh
echo $$ > "$STARTED"
echo '{"step":{"broker":"nats","words":"start NATS on this machine"}}'
for broker in "$@"; do case $broker in
nats) echo '{"ready":{"broker":"nats","provider":"local","address":"127.0.0.1:4999","version":"2.9.10"}}' ;;
kafka) echo '{"missing":{"broker":"kafka","reason":"Java is missing","next":"cargo run -- brokers install kafka"}}' ;;
esac; done
cat
"#;

/// A course, and the kit's program with that starter beside it.
struct Kit {
    course: Tiny,
    program: PathBuf,
    _folder: tempfile::TempDir,
}

impl Kit {
    fn new() -> Kit {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("faultlings");
        // Where the kit's program is, its other programs are: so it gets a place of its own.
        if fs::hard_link(env!("CARGO_BIN_EXE_faultlings"), &program).is_err() {
            fs::copy(env!("CARGO_BIN_EXE_faultlings"), &program).unwrap();
        }
        let starter = folder.path().join("brokers");
        fs::write(&starter, STARTER).unwrap();
        fs::set_permissions(&starter, fs::Permissions::from_mode(0o755)).unwrap();
        Kit { course: Tiny::unbuilt(), program, _folder: folder }
    }

    #[expect(clippy::disallowed_methods, reason = "the program under test, not one of the kit's")]
    fn types(&self, words: &str) -> Answer {
        let mut command = std::process::Command::new(&self.program);
        command.args(words.split_whitespace()).current_dir(self.course.path("."));
        // There is nothing to build here.
        command.env("CARGO", "true").env("STARTED", self.course.path("started"));
        Answer::of(command.output().unwrap())
    }

    fn is_noted(&self) -> bool {
        self.course.path(".faultlings/brokers/nats").exists()
    }

    fn starter(&self) -> i32 {
        self.course.read("started").trim().parse().unwrap()
    }

    fn keeper(&self) -> i32 {
        self.course.read(".faultlings/brokers/lock").trim().parse().unwrap()
    }
}

impl Drop for Kit {
    fn drop(&mut self) {
        self.types("brokers down");
    }
}

#[track_caller]
fn soon(what: &str, holds: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(10);
    while !holds() {
        assert!(Instant::now() < end, "{what}");
        std::thread::yield_now();
    }
}

fn lives(pid: i32) -> bool {
    // A zombie's command line is empty.
    fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| !line.is_empty())
}

#[test]
fn brokers_stay_until_they_are_told_to_go() {
    let kit = Kit::new();
    let up = kit.types("brokers up nats");
    assert_eq!(up.status, Some(0), "{up:#?}");
    // Of the steps the last one is shown when somebody looks, and this broker is ready at once.
    let words = "NATS 2.9.10 on this machine, at 127.0.0.1:4999";
    assert!(up.stdout.contains(words), "{up:#?}");
    let noted = kit.course.read(".faultlings/brokers/nats");
    assert_eq!(noted, "127.0.0.1:4999\n", "programs that are started by hand find it");
    let (keeper, starter) = (kit.keeper(), kit.starter());
    assert!(lives(keeper) && lives(starter));

    let again = kit.types("brokers up nats");
    assert!(again.stdout.contains(&format!("kept by pid {keeper}")), "{again:#?}");

    let down = kit.types("brokers down");
    assert!(down.stdout.contains("the brokers have ended"), "{down:#?}");
    assert!(!lives(keeper) && !lives(starter), "nothing is left");
    assert!(!kit.is_noted());
    let again = kit.types("brokers down");
    assert!(again.stdout.contains("`cargo run -- brokers up` starts them"), "{again:#?}");
}

#[test]
fn a_broker_that_cannot_be_had_is_named_with_the_next_command() {
    let kit = Kit::new();
    let up = kit.types("brokers up nats kafka");
    assert_eq!(up.status, Some(1), "{up:#?}");
    let words = "no Kafka: Java is missing; `cargo run -- brokers install kafka`";
    assert!(up.stdout.contains(words), "{up:#?}");
    kit.types("brokers up zeromq").is_refused(&["\"zeromq\"", "brokers up kafka rabbitmq nats"]);
}

#[test]
fn a_keeper_that_is_killed_takes_its_brokers_along() {
    let kit = Kit::new();
    kit.types("brokers up nats");
    let (keeper, starter) = (kit.keeper(), kit.starter());
    let killed = nix::sys::signal::kill(
        nix::unistd::Pid::from_raw(keeper),
        nix::sys::signal::Signal::SIGKILL,
    );
    killed.unwrap();
    soon("its starter ends", || !lives(starter));
    let up = kit.types("brokers up nats");
    assert_eq!(up.status, Some(0), "{up:#?}");
    assert_ne!(kit.keeper(), keeper);
}
