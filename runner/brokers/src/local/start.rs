//! What the three servers have in common.

use std::time::Duration;

use harness::broker::{Aside, Broker, Provider, Ready};
use harness::until::secs;

use super::{Distribution, kafka, nats, nats_server, rabbitmq, rabbitmq_server};
use crate::bring_up::Unavailable;
use crate::context::Context;
use crate::held::{Held, Server, Up};
use crate::ready::{NotReady, await_last_words, until_ready};

/// Between a look for a free port and the server's bind somebody else may take it.
const ATTEMPTS: usize = 3;

/// A server that was just started, and how it will be spoken to.
#[derive(Debug)]
pub(super) struct Started {
    pub(super) server: Server,
    pub(super) address: String,
    /// Where the protocol does not say it.
    pub(super) version: Option<String>,
    pub(super) aside: Option<Aside>,
}

pub(crate) fn bring_up(broker: Broker, context: &Context) -> Result<Up, Unavailable> {
    let mut attempt = 1;
    loop {
        let mut progress = context.begin(format!("start {broker} on this machine"));
        let Started { server, address, version, aside } = match broker {
            Broker::Kafka => kafka::start(context),
            Broker::Rabbitmq => rabbitmq::start(context),
            Broker::Nats => nats::start(context),
        }?;
        let limit = limit(broker);
        match until_ready(context, broker, &address, limit, &mut progress, || server.ended()) {
            Ok(said) => {
                let version = version.unwrap_or(said);
                let ready = Ready { broker, provider: Provider::Local, address, version, aside };
                return Ok(Up { ready, held: Held::Server(server) });
            }
            Err(why) => {
                await_last_words(|| !matches!(why, NotReady::Ended(_)) || server.is_silent());
                let why = server.ended().map_or(why, NotReady::Ended);
                if why.is_taken_port() && attempt < ATTEMPTS {
                    attempt += 1;
                    continue;
                }
                return Err(Unavailable {
                    reason: format!("{broker} does not start on this machine: {}", why.reason()),
                    next: "cargo run -- brokers status".into(),
                });
            }
        }
    }
}

/// Far beyond what it takes on an idle machine: on one with ten times its work, Kafka took 40 s.
fn limit(broker: Broker) -> Duration {
    match broker {
        Broker::Kafka => secs(120),
        Broker::Rabbitmq => secs(180),
        Broker::Nats => secs(10),
    }
}

/// The command that brings a broker onto this machine.
pub(crate) fn install(broker: Broker) -> String {
    format!("cargo run -- brokers install {}", broker.id())
}

/// The command that shows whether there is room for what a broker writes.
pub(super) fn room() -> String {
    format!("df -h {}", std::env::temp_dir().display())
}

/// What is installed, or why it cannot be used.
pub(crate) fn describe(broker: Broker) -> Result<String, Unavailable> {
    match broker {
        Broker::Kafka => Distribution::find()
            .map(|found| format!("Kafka {} in {}", found.version, found.libs.display())),
        Broker::Rabbitmq => rabbitmq_server().map(|path| path.display().to_string()),
        Broker::Nats => nats_server().map(|path| path.display().to_string()),
    }
}
