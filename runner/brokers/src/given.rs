//! A broker that somebody else runs, at an address that was given.

use std::net::{TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

use harness::broker::{Broker, Provider, Ready};
use harness::until::{secs, until};

use crate::bring_up::Unavailable;
use crate::context::Context;
use crate::handshake::{Refused, SHORT_SESSION, greet, refuses_short_sessions};
use crate::held::{Held, Up};

/// A broker that is up but not ready (it creates a topic, it elects) may take this long.
const PATIENCE: Duration = secs(10);
/// How often a given address is looked at while it is in use.
const EVERY: Duration = secs(2);
/// A single failure is a hiccup of the network.
const FAILURES: u32 = 3;

/// The address that is given for a broker, if one is.
pub(crate) fn address(broker: Broker) -> Option<String> {
    std::env::var(broker.variable()).ok().filter(|address| !address.trim().is_empty())
}

pub(crate) fn bring_up(broker: Broker, context: &Context) -> Result<Up, Unavailable> {
    let variable = broker.variable();
    let Some(address) = address(broker) else {
        return Err(Unavailable {
            reason: format!("{variable} is not set"),
            next: format!("export {variable}=HOST:PORT"),
        });
    };
    let address = address.trim().to_owned();
    let mut progress = context.begin(format!("look for {broker} at {address}"));
    let unavailable = |why: &str| Unavailable {
        reason: format!("{variable} is set, but {why}"),
        next: format!("unset {variable}"),
    };
    let version = until(PATIENCE, || match greet(broker, &address) {
        Err(Refused::NotYet(_)) if !context.is_stopped() => {
            progress.tick();
            None
        }
        answer => Some(answer),
    });
    let version = match version {
        Some(Ok(version)) => version,
        Some(Err(why)) => return Err(unavailable(&why.to_string())),
        None => {
            let last = greet(broker, &address).err().map(|why| format!(": {why}"));
            let last = last.unwrap_or_default();
            return Err(unavailable(&format!("{broker} does not answer at {address}{last}")));
        }
    };
    if broker == Broker::Kafka && refuses_short_sessions(&address) == Ok(true) {
        let ms = SHORT_SESSION.as_millis();
        let why = format!("Kafka at {address} refuses sessions of {ms} ms");
        return Err(Unavailable {
            next: format!("set group.min.session.timeout.ms={ms} in the broker's configuration"),
            ..unavailable(&why)
        });
    }
    let ready =
        Ready { broker, provider: Provider::Given, address: address.clone(), version, aside: None };
    Ok(Up {
        ready,
        held: Held::Given(Watched { address, next: Instant::now() + EVERY, failures: 0 }),
    })
}

/// Looks now and then whether the address still answers.
#[derive(Debug)]
pub(crate) struct Watched {
    address: String,
    next: Instant,
    failures: u32,
}

impl Watched {
    pub(crate) fn ended(&mut self) -> Option<String> {
        if Instant::now() >= self.next {
            self.failures = if connects(&self.address) { 0 } else { self.failures + 1 };
            self.next = Instant::now() + EVERY;
        }
        (self.failures >= FAILURES).then(|| format!("nothing listens at {} any more", self.address))
    }
}

fn connects(address: &str) -> bool {
    let mut resolved = address.to_socket_addrs().into_iter().flatten();
    resolved.any(|address| TcpStream::connect_timeout(&address, EVERY / 4).is_ok())
}
