//! Where it is told how things go.

use std::io::{self, Write};

use harness::broker::{Missing, Place, Ready, Step, Told};

/// To whom it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Teller {
    /// A program: one JSON object a line on standard output, and nothing else.
    Program,
    /// A person.
    Person,
    /// Nobody: a measurement.
    Nobody,
}

impl Teller {
    pub(crate) fn tell(self, told: &Told) {
        let line = match self {
            Self::Nobody => return,
            Self::Program => serde_json::to_string(told).unwrap_or_default(),
            Self::Person => for_people(told),
        };
        // One write a line, so that the lines of two threads never mix. Whoever no longer reads
        // closes our input too, which is what ends us.
        let mut stdout = io::stdout().lock();
        let _ = stdout.write_all(format!("{line}\n").as_bytes()).and_then(|()| stdout.flush());
    }
}

fn for_people(told: &Told) -> String {
    match told {
        Told::Step(Step { words, .. }) => words.clone(),
        Told::Place(Place { broker, provider, is_there, words }) => {
            let mark = if *is_there { '+' } else { '-' };
            format!("{mark} {:<9} {:<7} {words}", broker.name(), provider.id())
        }
        Told::Leftover(name) => {
            format!(
                "! the container {name} is left over from a start that was killed; the next one removes it"
            )
        }
        Told::Ready(Ready { broker, provider, address, version, aside: _ }) => {
            format!("{broker} {version} {provider}: {address}").replace("  ", " ")
        }
        Told::Missing(Missing { broker, reason, next }) => {
            format!("{broker}: {reason}; next: {next}")
        }
    }
}
