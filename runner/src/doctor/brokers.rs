//! Message brokers: those that later chapters need.

use harness::broker::{Broker, Missing};

use super::finding::Finding;

/// What was seen of the brokers that the course needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Brokers {
    /// The program that starts them is built on the way to their chapters, and was not yet.
    NotBuilt,
    /// It gave no answer that is understood: what it said.
    NoAnswer(String),
    /// It answered.
    Seen {
        /// Of each: where it can be had, or why it cannot.
        each: Vec<(Broker, Result<String, Missing>)>,
        /// Containers of starts that were killed.
        leftovers: Vec<String>,
    },
}

/// A line a broker. None is ever bad: the chapters before theirs need none, and they have words of
/// their own.
pub(super) fn brokers(seen: &Brokers) -> Vec<Finding> {
    match seen {
        Brokers::NotBuilt => {
            let meaning =
                "not looked for, and only later chapters need them: cargo run -- brokers status";
            vec![Finding::optional("brokers", meaning)]
        }
        Brokers::NoAnswer(said) => {
            let meaning = format!("could not be asked for ({said}): cargo run -- brokers status");
            vec![Finding::optional("brokers", meaning)]
        }
        Brokers::Seen { each, leftovers } => {
            let left = (!leftovers.is_empty()).then(|| left(leftovers));
            each.iter().map(|(broker, how)| one(*broker, how)).chain(left).collect()
        }
    }
}

fn left(containers: &[String]) -> Finding {
    let names = containers.join(" ");
    let meaning = format!(
        "left over from a start that was killed ({names}); the next start removes them: \
         docker rm -fv {names}"
    );
    Finding::optional("containers", meaning)
}

fn one(broker: Broker, how: &Result<String, Missing>) -> Finding {
    match how {
        Ok(detail) => Finding::good(broker.name(), detail),
        Err(Missing { reason, next, .. }) => {
            let meaning =
                format!("not to be had, and only its chapters need it ({reason}): {next}");
            Finding::optional(broker.name(), meaning)
        }
    }
}
