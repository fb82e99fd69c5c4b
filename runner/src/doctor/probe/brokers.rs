//! Asking the program that starts brokers what there is.

use std::time::Duration;

use harness::broker::{Broker, Told};
use harness::supervise::{Launch, output};

use crate::brokers::executable;
use crate::doctor::brokers::Brokers;

/// It asks Docker, and a given address, each with a limit of its own.
const ANSWER: Duration = Duration::from_secs(20);

pub(super) fn brokers() -> Brokers {
    let program = executable();
    if !program.exists() {
        return Brokers::NotBuilt;
    }
    match output(Launch::new(program).args(["status", "--json"]), ANSWER) {
        Ok(said) => read(&said.stdout).unwrap_or_else(|| Brokers::NoAnswer(said.ended.to_string())),
        Err(error) => Brokers::NoAnswer(error.to_string()),
    }
}

/// A step `+ NATS local version 2.9.10` for each place where a broker is, `- ..` for one where it is
/// not, and a `Missing` for a broker that is nowhere.
fn read(text: &str) -> Option<Brokers> {
    let told: Option<Vec<Told>> =
        text.lines().map(|line| serde_json::from_str(line).ok()).collect();
    let told = told?;
    let each = Broker::ALL.map(|broker| {
        let found = told.iter().find_map(|told| match told {
            Told::Step(step) => {
                let rest = step.strip_prefix("+ ")?.strip_prefix(&broker.to_string())?;
                Some(Ok(rest.split_whitespace().collect::<Vec<_>>().join(" ")))
            }
            Told::Missing(missing) if missing.broker == broker => Some(Err(missing.clone())),
            Told::Ready(_) | Told::Missing(_) => None,
        });
        Some((broker, found?))
    });
    each.into_iter().collect::<Option<Vec<_>>>().map(Brokers::Seen)
}

#[cfg(test)]
mod tests {
    use super::{Broker, Brokers, read};

    const SAID: &str = r#"{"step":"- NATS      docker  no daemon answers"}
{"step":"+ NATS      local   /usr/sbin/nats-server 2.9.10"}
{"step":"+ RabbitMQ  docker  rabbitmq:4.1"}
{"step":"- Kafka     local   Java is missing"}
{"missing":{"broker":"kafka","reason":"Java is missing","next":"cargo run -- brokers install kafka"}}
"#;

    #[test]
    fn each_broker_has_its_first_place_or_its_reason() {
        let Some(Brokers::Seen(seen)) = read(SAID) else { panic!() };
        let of = |broker| seen.iter().find(|(one, _)| *one == broker).unwrap().1.clone();
        assert_eq!(of(Broker::Nats), Ok("local /usr/sbin/nats-server 2.9.10".to_owned()));
        assert_eq!(of(Broker::Rabbitmq), Ok("docker rabbitmq:4.1".to_owned()));
        assert_eq!(of(Broker::Kafka).unwrap_err().reason, "Java is missing");
    }

    #[test]
    fn what_is_not_understood_is_no_answer() {
        assert_eq!(read("thread panicked\n"), None);
        assert_eq!(read(""), None);
    }
}
