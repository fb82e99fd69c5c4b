//! Kafka and RabbitMQ for real, which take seconds: `cargo test -p brokers -- --ignored`, after
//! `cargo run -- brokers install`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "another test file uses it")]
mod support;

use harness::broker::{Broker, Provider, Told};
use harness::supervise::Ended;
use harness::until::{secs, until};
use nix::sys::signal::Signal;
use support::{PATIENCE, Serve, brokers, folder, is_empty, name_of, survivors};

/// Both at the same time, as a learner who switches between chapters has them.
fn both(temporary: &std::path::Path) -> Serve {
    let serve = Serve::start(brokers(temporary).args(["serve", "kafka", "rabbitmq"]));
    let outcomes = |serve: &Serve| {
        serve.told().into_iter().filter(|told| !matches!(told, Told::Step(_))).collect::<Vec<_>>()
    };
    until(PATIENCE * 2, || (outcomes(&serve).len() == 2).then_some(())).unwrap();
    for told in outcomes(&serve) {
        let Told::Ready(ready) = told else { panic!("{told:?}") };
        assert_eq!(ready.provider, Provider::Local);
        assert!(ready.version.starts_with(|first: char| first.is_ascii_digit()), "{ready:?}");
        assert!(ready.broker != Broker::Nats);
    }
    serve
}

#[test]
#[ignore = "needs Kafka and RabbitMQ, and seconds"]
fn end_of_input_leaves_neither_process_nor_folder() {
    let temporary = folder();
    let mut serve = both(temporary.path());
    let processes = serve.processes();
    let names: Vec<String> = processes.iter().map(|&pid| name_of(pid)).collect();
    for name in ["java", "beam.smp", "epmd", "erl_child_setup"] {
        assert!(names.iter().any(|one| one == name), "{names:?}");
    }
    serve.tree.close_stdin();
    let (ended, took) = serve.ends();
    assert_eq!(ended, Ended::Exited(0));
    assert!(took < secs(3), "{took:?}");
    assert_eq!(survivors(&processes), Vec::<i32>::new());
    assert!(is_empty(temporary.path()));
}

#[test]
#[ignore = "needs Kafka and RabbitMQ, and seconds"]
fn sigkill_leaves_no_process() {
    let temporary = folder();
    let serve = both(temporary.path());
    let processes = serve.processes();
    serve.tree.signal(Signal::SIGKILL).unwrap();
    assert_eq!(survivors(&processes), Vec::<i32>::new());
}
