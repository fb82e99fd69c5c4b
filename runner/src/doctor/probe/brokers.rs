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

/// Each broker has the first place where it is, or is said to be missing.
fn read(text: &str) -> Option<Brokers> {
    let told: Option<Vec<Told>> =
        text.lines().map(|line| serde_json::from_str(line).ok()).collect();
    let told = told?;
    let each = Broker::ALL.map(|broker| {
        let found = told.iter().find_map(|told| match told {
            Told::Place(place) if place.broker == broker && place.is_there => {
                Some(Ok(format!("{} {}", place.provider.id(), place.words)))
            }
            Told::Missing(missing) if missing.broker == broker => Some(Err(missing.clone())),
            _ => None,
        });
        Some((broker, found?))
    });
    let leftovers = told.iter().filter_map(|told| match told {
        Told::Leftover(name) => Some(name.clone()),
        _ => None,
    });
    let leftovers = leftovers.collect();
    let each = each.into_iter().collect::<Option<Vec<_>>>()?;
    Some(Brokers::Seen { each, leftovers })
}

#[cfg(test)]
mod tests {
    use super::{Broker, Brokers, read};

    const SAID: &str = r#"{"place":{"broker":"nats","provider":"docker","is_there":false,"words":"no daemon answers"}}
{"place":{"broker":"nats","provider":"local","is_there":true,"words":"/usr/sbin/nats-server 2.9.10"}}
{"place":{"broker":"rabbitmq","provider":"docker","is_there":true,"words":"rabbitmq:4.1"}}
{"place":{"broker":"kafka","provider":"local","is_there":false,"words":"Java is missing"}}
{"missing":{"broker":"kafka","reason":"Java is missing","next":"cargo run -- brokers install kafka"}}
{"leftover":"dreamy_hopper"}
"#;

    #[test]
    fn each_broker_has_its_first_place_or_its_reason() {
        let Some(Brokers::Seen { each, leftovers }) = read(SAID) else { panic!() };
        let of = |broker| each.iter().find(|(one, _)| *one == broker).unwrap().1.clone();
        assert_eq!(of(Broker::Nats), Ok("local /usr/sbin/nats-server 2.9.10".to_owned()));
        assert_eq!(of(Broker::Rabbitmq), Ok("docker rabbitmq:4.1".to_owned()));
        assert_eq!(of(Broker::Kafka).unwrap_err().reason, "Java is missing");
        assert_eq!(leftovers, ["dreamy_hopper"]);
    }

    #[test]
    fn what_is_not_understood_is_no_answer() {
        assert_eq!(read("thread panicked\n"), None);
        assert_eq!(read(""), None);
    }
}
