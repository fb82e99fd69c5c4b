//! The words of the command line.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use harness::broker::Broker;
use lexopt::{Arg, Parser, ValueExt};

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Start these and stay until end of input.
    Serve {
        /// The course's folder, where is kept what worked last.
        root: Option<PathBuf>,
        /// Which.
        brokers: Vec<Broker>,
    },
    /// Bring these onto this machine.
    Install(Vec<Broker>),
    /// Say what each provider has here.
    Status {
        /// For programs.
        json: bool,
        /// Which.
        brokers: Vec<Broker>,
    },
    /// Fetch the images that Docker needs for these.
    Pull(Vec<Broker>),
    /// Measure the starts of these.
    Bench {
        /// Which.
        brokers: Vec<Broker>,
        /// How often each is started.
        times: usize,
    },
    /// Say how it is used.
    Help,
}

/// How it is used.
pub const USAGE: &str = "\
brokers serve [--root COURSE] BROKER..  start them, tell where they are, stop them at end of input
brokers install [BROKER..]              bring the servers onto this machine
brokers status [--json] [BROKER..]      say what is here and what is missing
brokers pull [BROKER..]                 fetch the images that Docker needs
brokers bench [--times N] [BROKER..]    measure the starts of this machine's servers

BROKER is kafka, rabbitmq or nats; without one, all of them are meant.

FAULTLINGS_KAFKA, _RABBITMQ, _NATS   host:port of a broker that is there already
FAULTLINGS_BROKERS                   given, docker, local or mock: this provider and no other
FAULTLINGS_IMAGE_KAFKA, ..           another image, as name:tag; its shell line in .._KAFKA_CMD
FAULTLINGS_PORTS                     from which ports, as 21000-21010
FAULTLINGS_NATS_SERVER, KAFKA_HOME   another server than the one that is found
FAULTLINGS_RABBITMQ_SERVER           its script rabbitmq-server, the one that wants no root";

/// Reads the words after the program's name.
///
/// # Errors
/// Words that say nothing to it, with those that would.
pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Command> {
    let mut parser = Parser::from_args(words);
    let mut command = None::<String>;
    let (mut root, mut json, mut times, mut brokers) = (None, false, 5, Vec::new());
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("root") => root = Some(PathBuf::from(parser.value()?)),
            Arg::Long("json") => json = true,
            Arg::Long("times") => {
                times = parser.value()?.parse().context("--times wants a number")?
            }
            Arg::Long("help") | Arg::Short('h') => return Ok(Command::Help),
            Arg::Value(word) if command.is_none() => command = Some(word.string()?),
            Arg::Value(word) => brokers.push(broker(&word.string()?)?),
            other => return Err(other.unexpected()).context("see `brokers help`"),
        }
    }
    let named = !brokers.is_empty();
    let brokers = if named { without_repeats(brokers) } else { Broker::ALL.to_vec() };
    match command.as_deref() {
        Some("serve") if !named => {
            bail!("serve wants kafka, rabbitmq or nats after it, as in `brokers serve nats`")
        }
        Some("serve") => Ok(Command::Serve { root, brokers }),
        Some("install") => Ok(Command::Install(brokers)),
        Some("status") => Ok(Command::Status { json, brokers }),
        Some("pull") => Ok(Command::Pull(brokers)),
        Some("bench") => Ok(Command::Bench { brokers, times: times.max(1) }),
        Some("help") => Ok(Command::Help),
        Some(other) => bail!("there is no command `{other}`; see `brokers help`"),
        None => bail!("no command was given; see `brokers help`"),
    }
}

fn broker(word: &str) -> Result<Broker> {
    Broker::of_id(word)
        .with_context(|| format!("there is no broker `{word}`; there are kafka, rabbitmq and nats"))
}

fn without_repeats(brokers: Vec<Broker>) -> Vec<Broker> {
    Broker::ALL.into_iter().filter(|broker| brokers.contains(broker)).collect()
}

#[cfg(test)]
mod tests {
    use harness::broker::Broker;

    use super::{Command, parse};

    fn words(line: &str) -> anyhow::Result<Command> {
        parse(line.split_whitespace().map(Into::into))
    }

    #[test]
    fn brokers_are_named_once_each() {
        let expected = Command::Serve { root: None, brokers: vec![Broker::Kafka, Broker::Nats] };
        assert_eq!(words("serve nats kafka nats").unwrap(), expected);
        let all = Command::Status { json: true, brokers: Broker::ALL.to_vec() };
        assert_eq!(words("status --json").unwrap(), all);
    }

    #[test]
    fn wrong_words_are_answered_with_right_ones() {
        for (line, right) in [
            ("serve", "brokers serve nats"),
            ("serve redis", "rabbitmq"),
            ("start nats", "brokers help"),
            ("", "brokers help"),
        ] {
            let error = words(line).unwrap_err().to_string();
            assert!(error.contains(right), "{line}: {error}");
        }
    }
}
