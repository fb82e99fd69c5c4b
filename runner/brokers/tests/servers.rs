//! Kafka and RabbitMQ for real, which take seconds: `cargo test -p brokers -- --ignored`, after
//! `cargo run -- brokers install`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "another test file uses it")]
mod support;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use harness::broker::{Broker, Provider, Told};
use harness::supervise::Ended;
use harness::until::{secs, until};
use nix::sys::signal::Signal;
use support::{PATIENCE, Serve, brokers, folder, is_empty, name_of, survivors};

/// Kafka's answer to `Metadata` (kafka.apache.org/protocol, version 0): where its clients are to
/// connect to.
fn sends_to(listens: &str) -> String {
    let mut kafka = TcpStream::connect(listens).unwrap();
    kafka.set_read_timeout(Some(secs(10))).unwrap();
    // Of 14 bytes; request 3, version 0, number 7, no name; no topic in particular.
    let request = [0, 0, 0, 14, 0, 3, 0, 0, 0, 0, 0, 7, 255, 255, 0, 0, 0, 0];
    kafka.write_all(&request).unwrap();
    // Length, number, how many brokers, the id of the first; then its host and port.
    let mut head = [0; 18];
    kafka.read_exact(&mut head).unwrap();
    assert_eq!(head[8..12], [0, 0, 0, 1], "one broker");
    let mut host = vec![0; usize::from(u16::from_be_bytes([head[16], head[17]]))];
    kafka.read_exact(&mut host).unwrap();
    let mut port = [0; 4];
    kafka.read_exact(&mut port).unwrap();
    format!("{}:{}", String::from_utf8(host).unwrap(), u32::from_be_bytes(port))
}

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
        if let Some(aside) = ready.aside {
            assert_eq!(sends_to(&ready.address), ready.address);
            assert_eq!(sends_to(&aside.listens), aside.sends_to);
            // Free for a proxy.
            drop(TcpListener::bind(&aside.sends_to).unwrap());
        } else {
            assert_eq!(ready.broker, Broker::Rabbitmq);
        }
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
