//! Message brokers, as the runner, the program that starts them and the checks speak of them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A broker that an exercise may need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Broker {
    /// Apache Kafka.
    Kafka,
    /// RabbitMQ, spoken to by AMQP 0-9-1.
    Rabbitmq,
    /// NATS, with JetStream.
    Nats,
}

impl Broker {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Kafka, Self::Rabbitmq, Self::Nats];

    /// As info.toml and the command line write it: `kafka`.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Kafka => "kafka",
            Self::Rabbitmq => "rabbitmq",
            Self::Nats => "nats",
        }
    }

    /// The name that its makers give it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Kafka => "Kafka",
            Self::Rabbitmq => "RabbitMQ",
            Self::Nats => "NATS",
        }
    }

    /// The broker of this [`Broker::id`].
    #[must_use]
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|broker| broker.id() == id)
    }

    /// The program that stands in for it where it cannot be had, for what that can do truthfully.
    #[must_use]
    pub fn stand_in(self) -> Option<&'static str> {
        match self {
            Self::Kafka => Some("mock-kafka"),
            Self::Rabbitmq | Self::Nats => None,
        }
    }

    /// The environment variable that holds its address, `host:port`: given by whoever has one, and
    /// set for checks and programs by the kit.
    #[must_use]
    pub fn variable(self) -> &'static str {
        match self {
            Self::Kafka => "FAULTLINGS_KAFKA",
            Self::Rabbitmq => "FAULTLINGS_RABBITMQ",
            Self::Nats => "FAULTLINGS_NATS",
        }
    }
}

/// [`Broker::name`].
impl fmt::Display for Broker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What the program that starts brokers tells on its standard output, one JSON object a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// What it does next.
    Step(Step),
    /// Whether a broker can be had from one of its providers.
    Place(Place),
    /// A container of a start that was killed, which the next start removes.
    Leftover(String),
    /// A broker has answered a handshake in its own protocol.
    Ready(Ready),
    /// A broker cannot be had.
    Missing(Missing),
}

/// Something that takes its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// For which broker; nothing if it is for all of them.
    pub broker: Option<Broker>,
    /// `start RabbitMQ on this machine, 4 s so far`.
    pub words: String,
}

/// What one provider has of one broker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Which.
    pub broker: Broker,
    /// Where it was looked for.
    pub provider: Provider,
    /// Whether it is there.
    pub is_there: bool,
    /// What is there, or why nothing is.
    pub words: String,
}

/// A broker that can be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ready {
    /// Which.
    pub broker: Broker,
    /// Where it comes from.
    pub provider: Provider,
    /// `host:port`.
    pub address: String,
    /// What it says of itself, as `4.3.0`; empty where it does not.
    pub version: String,
    /// How it is reached through a proxy, where that takes more than another address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aside: Option<Aside>,
}

/// A second listener of a broker that tells its clients where to connect to, as Kafka does in its
/// answer to `Metadata`: whoever asks through a proxy would be sent past it. This one sends them to
/// an address at which nobody listens until a proxy does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aside {
    /// Where the broker listens, `host:port`.
    pub listens: String,
    /// Where it sends its clients, `host:port`.
    pub sends_to: String,
}

impl Aside {
    /// The environment variable by which a check learns of it.
    pub const VARIABLE: &str = "FAULTLINGS_KAFKA_ASIDE";

    /// The value of [`Aside::VARIABLE`].
    #[must_use]
    pub fn to_words(&self) -> String {
        format!("{} {}", self.listens, self.sends_to)
    }

    /// What [`Aside::to_words`] has made.
    #[must_use]
    pub fn of_words(words: &str) -> Option<Self> {
        let (listens, sends_to) = words.split_once(' ')?;
        Some(Self { listens: listens.to_owned(), sends_to: sends_to.to_owned() })
    }
}

impl Ready {
    /// `Kafka 4.3.0 on this machine, at 127.0.0.1:21001`.
    #[must_use]
    pub fn describe(&self) -> String {
        let Self { broker, provider, address, version, aside: _ } = self;
        let space = if version.is_empty() { "" } else { " " };
        format!("{broker}{space}{version} {provider}, at {address}")
    }
}

/// Where a broker comes from, in the order in which they are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// An address that was given.
    Given,
    /// A container.
    Docker,
    /// A server of this machine.
    Local,
    /// librdkafka's mock cluster, a stand-in for Kafka.
    Mock,
}

impl Provider {
    /// As `FAULTLINGS_BROKERS` writes it: `docker`.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Docker => "docker",
            Self::Local => "local",
            Self::Mock => "mock",
        }
    }
}

/// `in Docker`, as it continues "Kafka 4.3.0 ...".
impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Given => "at the given address",
            Self::Docker => "in Docker",
            Self::Local => "on this machine",
            Self::Mock => "as a stand-in, librdkafka's mock cluster",
        })
    }
}

/// Why a broker cannot be had, and what to type next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// Which.
    pub broker: Broker,
    /// One sentence without a full stop.
    pub reason: String,
    /// The next command, without a full stop.
    pub next: String,
}
