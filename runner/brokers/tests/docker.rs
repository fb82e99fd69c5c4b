//! Containers for real: needs a daemon and an image of NATS (`FAULTLINGS_IMAGE_NATS`, and its command
//! in `FAULTLINGS_IMAGE_NATS_CMD` where it has none of its own), so `cargo test -p brokers -- --ignored`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "another test file uses it")]
mod support;

use std::path::Path;

use harness::broker::{Provider, Told};
use harness::supervise::{Ended, Launch, output};
use harness::until::{secs, until};
use nix::sys::signal::Signal;
use support::{Serve, brokers, folder};

fn serve(temporary: &Path) -> Serve {
    let launch = brokers(temporary).args(["serve", "nats"]).env("FAULTLINGS_BROKERS", "docker");
    let kept = ["FAULTLINGS_IMAGE_NATS", "FAULTLINGS_IMAGE_NATS_CMD"];
    let kept = kept.into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
    Serve::start(kept.fold(launch, |launch, (name, value)| launch.env(name, value)))
}

/// The containers of one `brokers`, by id.
fn containers(pid: i32) -> Vec<String> {
    let launch = Launch::new("docker").args([
        "ps",
        "-a",
        "--format",
        "{{.ID}} {{.Label \"faultlings.run\"}}",
    ]);
    let listed = output(launch, secs(20)).unwrap();
    assert!(listed.success(), "{listed:?}");
    let own = format!("{pid}.");
    let mut lines = listed.stdout.lines().filter_map(|line| line.split_once(' '));
    let ids = lines.by_ref().filter(|(_, run)| run.starts_with(&own));
    ids.map(|(id, _)| id.to_owned()).collect()
}

/// How many containers `status` calls left over.
fn leftovers(temporary: &Path) -> usize {
    let told = output(brokers(temporary).args(["status", "--json", "nats"]), secs(60)).unwrap();
    let each = told.stdout.lines().map(|line| serde_json::from_str(line).unwrap());
    each.filter(|told| matches!(told, Told::Leftover(_))).count()
}

#[test]
#[ignore = "needs Docker and an image"]
fn end_of_input_removes_the_container() {
    let temporary = folder();
    let mut serve = serve(temporary.path());
    assert_eq!(serve.ready().provider, Provider::Docker);
    assert_eq!(containers(serve.tree.pid()).len(), 1);
    serve.tree.close_stdin();
    let (ended, took) = serve.ends();
    assert_eq!(ended, Ended::Exited(0));
    assert!(took < secs(5), "{took:?}");
    assert!(containers(serve.tree.pid()).is_empty());
}

#[test]
#[ignore = "needs Docker and an image"]
fn a_container_that_is_killed_is_told() {
    let temporary = folder();
    let serve = serve(temporary.path());
    serve.ready();
    let id = containers(serve.tree.pid()).remove(0);
    output(Launch::new("docker").args(["kill", &id]), secs(20)).unwrap();
    let missing = serve.missing();
    assert!(missing.reason.contains("ended"), "{missing:?}");
}

#[test]
#[ignore = "needs Docker and an image"]
fn the_next_start_removes_what_sigkill_left() {
    let temporary = folder();
    let killed = serve(temporary.path());
    killed.ready();
    killed.tree.signal(Signal::SIGKILL).unwrap();
    killed.ends();
    assert_eq!(containers(killed.tree.pid()).len(), 1, "nothing to sweep");
    let pid = killed.tree.pid();
    drop(killed);
    assert_eq!(leftovers(temporary.path()), 1, "`doctor` names it");
    let next = serve(temporary.path());
    next.ready();
    until(secs(20), || containers(pid).is_empty().then_some(())).unwrap();
    assert_eq!(containers(next.tree.pid()).len(), 1, "a living owner's container stays");
    assert_eq!(leftovers(temporary.path()), 0);
}
