//! What came of a handshake.

use std::fmt;

use harness::broker::Broker;

use super::{kafka, nats, rabbitmq};

/// Why a handshake did not end well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Nothing answers: connection refused, no route, no such name.
    Down(String),
    /// It answers, but is not ready or stopped in the middle.
    NotYet(String),
    /// It is not this broker that answers.
    OtherProtocol(String),
    /// It is this broker, without something that the exercises need.
    Lacks(String),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Down(words)
        | Self::NotYet(words)
        | Self::OtherProtocol(words)
        | Self::Lacks(words)) = self;
        f.write_str(words)
    }
}

/// One handshake with whoever is at `address` (`host:port`). Says its version, or nothing where
/// the protocol does not.
pub(crate) fn greet(broker: Broker, address: &str) -> Result<String, Refused> {
    match broker {
        Broker::Kafka => kafka::greet(address),
        Broker::Rabbitmq => rabbitmq::greet(address),
        Broker::Nats => nats::greet(address),
    }
}
