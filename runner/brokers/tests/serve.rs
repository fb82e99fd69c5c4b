//! A broker's life under `brokers serve`, from its start to the end of everything it left.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::net::TcpStream;

use harness::broker::{Broker, Provider};
use harness::supervise::Ended;
use harness::until::secs;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use support::{Serve, brokers, folder, is_empty, name_of, need_nats, survivors};

#[test]
fn end_of_input_ends_everything() {
    need_nats();
    let temporary = folder();
    let mut serve = Serve::start(brokers(temporary.path()).args(["serve", "nats"]));
    let ready = serve.ready();
    assert_eq!((ready.broker, ready.provider), (Broker::Nats, Provider::Local));
    assert!(ready.version.starts_with(|first: char| first.is_ascii_digit()), "{ready:?}");
    TcpStream::connect(&ready.address).unwrap();

    let processes = serve.processes();
    assert!(processes.iter().any(|&pid| name_of(pid) == "nats-server"), "{processes:?}");
    serve.tree.close_stdin();
    let (ended, took) = serve.ends();
    assert_eq!(ended, Ended::Exited(0));
    assert!(took < secs(3), "{took:?}");
    assert_eq!(survivors(&processes), Vec::<i32>::new());
    assert!(is_empty(temporary.path()));
}

#[test]
fn a_signal_ends_everything_too() {
    need_nats();
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let temporary = folder();
        let serve = Serve::start(brokers(temporary.path()).args(["serve", "nats"]));
        serve.ready();
        let processes = serve.processes();
        serve.tree.signal(signal).unwrap();
        assert_eq!(serve.ends().0, Ended::Exited(0), "{signal}");
        assert_eq!(survivors(&processes), Vec::<i32>::new());
        assert!(is_empty(temporary.path()));
    }
}

#[test]
fn input_that_ends_during_the_start_ends_it() {
    need_nats();
    let temporary = folder();
    let never = temporary.path().join("never-ready");
    write_script(&never, "exec sleep 60");
    let launch = brokers(temporary.path()).args(["serve", "nats"]);
    let mut serve = Serve::start(launch.env("FAULTLINGS_NATS_SERVER", &never));
    harness::until::until(secs(10), || (serve.processes().len() > 2).then_some(())).unwrap();
    let processes = serve.processes();
    serve.tree.close_stdin();
    let (ended, took) = serve.ends();
    assert_eq!(ended, Ended::Exited(0));
    assert!(took < secs(3), "{took:?}");
    assert_eq!(survivors(&processes), Vec::<i32>::new());
}

#[test]
fn a_server_that_is_killed_is_told() {
    need_nats();
    let temporary = folder();
    let serve = Serve::start(brokers(temporary.path()).args(["serve", "nats"]));
    serve.ready();
    let server = serve.processes().into_iter().find(|&pid| name_of(pid) == "nats-server").unwrap();
    kill(Pid::from_raw(server), Signal::SIGKILL).unwrap();
    let missing = serve.missing();
    assert_eq!(missing.broker, Broker::Nats);
    assert!(missing.reason.contains("nats-server was killed by SIGKILL"), "{missing:?}");
    // Nothing is left to stay for.
    assert_eq!(serve.ends().0, Ended::Exited(1));
}

#[test]
fn sigkill_leaves_no_process_and_the_next_start_sweeps() {
    need_nats();
    let temporary = folder();
    let serve = Serve::start(brokers(temporary.path()).args(["serve", "nats"]));
    serve.ready();
    let processes = serve.processes();
    serve.tree.signal(Signal::SIGKILL).unwrap();
    assert_eq!(survivors(&processes), Vec::<i32>::new());
    let left = temporary.path().join(format!("faultlings-{}-0", serve.tree.pid()));
    assert!(left.is_dir(), "nothing to sweep: the test proves nothing");
    drop(serve);

    let mut serve = Serve::start(brokers(temporary.path()).args(["serve", "nats"]));
    serve.ready();
    assert!(!left.exists());
    serve.tree.close_stdin();
    serve.ends();
    assert!(is_empty(temporary.path()));
}

#[test]
fn four_at_once_get_four_ports() {
    need_nats();
    let temporary = folder();
    let start = |_| Serve::start(brokers(temporary.path()).args(["serve", "nats"]));
    let all: Vec<Serve> = (0..4).map(start).collect();
    let addresses: BTreeSet<String> = all.iter().map(|serve| serve.ready().address).collect();
    assert_eq!(addresses.len(), 4, "{addresses:?}");
    for address in addresses {
        let port: u16 = address.rsplit_once(':').unwrap().1.parse().unwrap();
        assert!(port < 32_768, "{port} is the kernel's to give away");
    }
}

#[test]
fn what_worked_is_kept_and_a_damaged_note_is_ignored() {
    need_nats();
    let (temporary, course) = (folder(), folder());
    let note = course.path().join(".faultlings/brokers/provider.json");
    fs::create_dir_all(note.parent().unwrap()).unwrap();
    fs::write(&note, "{\"nats\":").unwrap();
    let launch = brokers(temporary.path()).arg("serve").arg("--root").arg(course.path());
    let serve = Serve::start(launch.arg("nats"));
    serve.ready();
    let kept = harness::until::until(secs(5), || {
        fs::read_to_string(&note).ok().filter(|text| text.contains("local"))
    });
    assert!(kept.is_some_and(|text| text.contains("\"nats\": \"local\"")));
}

fn write_script(path: &std::path::Path, line: &str) {
    use std::os::unix::fs::PermissionsExt;
    fs::write(path, format!("#!/bin/sh\n{line}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}
