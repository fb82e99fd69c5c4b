use harness::broker::Provider;

use super::*;

fn ready(broker: Broker) -> Ready {
    let (provider, address) = (Provider::Local, "127.0.0.1:4222".to_owned());
    Ready { broker, provider, address, version: "2.9.10".to_owned(), aside: None }
}

fn board(brokers: &[Broker]) -> Board {
    let board = Board::default();
    for broker in brokers {
        board.set(*broker, Standing::Starting(format!("start {broker}")));
    }
    board
}

#[test]
fn a_step_is_of_its_broker_or_of_all() {
    let both = [Broker::Nats, Broker::Kafka];
    let (board, root) = (board(&both), tempfile::tempdir().unwrap());
    let hear = |broker, words: &str| {
        let step = Step { broker, words: words.to_owned() };
        board.hear(root.path(), &both, Told::Step(step));
        both.map(|broker| board.lock().get(&broker).cloned())
    };
    let starting = |words: &str| Some(Standing::Starting(words.to_owned()));
    let after = hear(Some(Broker::Kafka), "start it, 1 s so far");
    assert_eq!(after, [starting("start NATS"), starting("start it, 1 s so far")]);
    assert_eq!(hear(None, "look around"), [starting("look around"), starting("look around")]);
}

#[test]
fn all_that_were_asked_for_are_waited_for() {
    let both = [Broker::Nats, Broker::Kafka];
    let (board, root) = (board(&both), tempfile::tempdir().unwrap());
    board.hear(root.path(), &both, Told::Ready(ready(Broker::Nats)));
    assert_eq!(answer(&board.lock(), &both), None);
    assert_eq!(answer(&board.lock(), &both[..1]), Some(Ok(vec![ready(Broker::Nats)])));
    board.hear(root.path(), &both, Told::Ready(ready(Broker::Kafka)));
    let all = both.map(ready).to_vec();
    assert_eq!(answer(&board.lock(), &both), Some(Ok(all)));
}

#[test]
fn a_program_that_ends_leaves_nobody_waiting() {
    let both = [Broker::Nats, Broker::Kafka];
    let (board, root) = (board(&both), tempfile::tempdir().unwrap());
    board.hear(root.path(), &both, Told::Ready(ready(Broker::Nats)));
    assert!(kept::folder(root.path()).join("nats").exists());
    board.end(root.path(), &both, "no room");
    let reason = |broker| answer(&board.lock(), &[broker]).unwrap().unwrap_err().reason;
    assert_eq!(reason(Broker::Nats), "the kit's program that kept NATS running has ended");
    assert_eq!(reason(Broker::Kafka), "Kafka could not be started: no room");
    assert!(!kept::folder(root.path()).join("nats").exists());
}

#[test]
fn a_wait_ends_when_it_is_cancelled() {
    let root = tempfile::tempdir().unwrap();
    let brokers = Brokers::of(root.path());
    brokers.0.board.set(Broker::Nats, Standing::Starting("start NATS".to_owned()));
    let mut steps = Vec::new();
    let looks = std::cell::Cell::new(0);
    let cancelled = || looks.replace(looks.get() + 1) > 1;
    assert_eq!(brokers.wait(&[Broker::Nats], cancelled, |step| steps.push(step)), None);
    assert_eq!(steps, ["start NATS"]);
}

#[test]
fn a_starter_that_is_not_there_is_said_to_be_missing() {
    let root = tempfile::tempdir().unwrap();
    let brokers = Brokers::of(root.path());
    // Beside a test's executable there is no program `brokers`.
    let answer = brokers.wait(&[Broker::Nats], || false, |_| {}).unwrap();
    assert!(answer.unwrap_err().reason.starts_with("NATS could not be started: "));
}
