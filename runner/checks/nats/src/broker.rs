//! NATS, as a check speaks to it.
//!
//! A check tells its story in one thread. What the client needs in the background runs in a thread
//! of the runtime that is hidden here.

use std::fmt::Display;
use std::future::ready;
use std::io;
use std::pin::pin;
use std::time::Duration;

use async_nats::{Client, ConnectOptions, Event};
use futures_util::StreamExt;
use futures_util::future::{Either, select};
use harness::broker::Broker;
use harness::check::{Case, CheckResult, Stop};
use harness::until::secs;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio::time::timeout;

/// A broker on this machine answers within a millisecond.
const ANSWER_TIME: Duration = secs(5);

/// What to type when the broker does not do its part.
const NEXT: &str = "cargo run -- brokers status";

const LOST: &str = "the connection to it was lost during the check";

/// The broker of one check.
#[derive(Debug)]
pub(crate) struct Nats {
    pub(crate) client: Client,
    pub(crate) runtime: Runtime,
    address: String,
    /// The client connects again by itself, to a broker that may have forgotten everything.
    is_lost: watch::Receiver<bool>,
}

/// Tells a story about a program and a broker. It says something about the program only if the
/// broker was there all the time: if not, the verdict is `Unknown`.
pub(crate) fn with_nats(
    case: &mut Case,
    tell: impl FnOnce(&mut Case, &Nats) -> CheckResult,
) -> CheckResult {
    let nats = Nats::connect(case)?;
    let verdict = tell(case, &nats);
    match verdict {
        Err(Stop::Unknown(_)) => verdict,
        _ => nats.was_there().and(verdict),
    }
}

impl Nats {
    fn connect(case: &mut Case) -> Result<Self, Stop> {
        let address = case.broker(Broker::Nats)?;
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let (lost, is_lost) = watch::channel(false);
        let options = ConnectOptions::new().name("faultlings check");
        let options = options.event_callback(move |event| {
            if event == Event::Disconnected {
                lost.send_replace(true);
            }
            ready(())
        });
        let connect = async { timeout(ANSWER_TIME, options.connect(&address)).await };
        let client = match runtime.block_on(connect) {
            Ok(Ok(client)) => client,
            Ok(Err(error)) => return Err(silent(&address, &error.to_string())),
            Err(_) => return Err(silent(&address, "no greeting came")),
        };
        case.hangs_on(Broker::Nats, &address);
        Ok(Self { client, runtime, address, is_lost })
    }

    /// Where it is, `host:port`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Sends a message, and returns when the server has taken it.
    pub(crate) fn publish(&self, subject: &str, payload: impl Display) -> Result<(), Stop> {
        self.publish_all(subject, [payload])
    }

    /// The same for several, in this order.
    pub(crate) fn publish_all(
        &self,
        subject: &str,
        payloads: impl IntoIterator<Item = impl Display>,
    ) -> Result<(), Stop> {
        for payload in payloads {
            let message = self.client.publish(subject.to_owned(), payload.to_string().into());
            self.wait("take a message", message)?;
        }
        self.round_trip()
    }

    /// Returns when the server has done all that this check has asked of it so far: it works off the
    /// lines of one connection in order, and a message to ourselves is the last of them.
    pub(crate) fn round_trip(&self) -> Result<(), Stop> {
        self.wait("answer", async {
            let inbox = self.client.new_inbox();
            let mut answers = self.client.subscribe(inbox.clone()).await?;
            self.client.publish(inbox, "".into()).await?;
            let gone = || async_nats::Error::from(io::Error::other("the connection is closed"));
            answers.next().await.map(drop).ok_or_else(gone)
        })
    }

    /// The answer to something that is asked of the broker, `what` as in "it did not ...".
    pub(crate) fn wait<T, E: Display>(
        &self,
        what: &str,
        asked: impl Future<Output = Result<T, E>>,
    ) -> Result<T, Stop> {
        let mut is_lost = self.is_lost.clone();
        let lost = is_lost.wait_for(|&is_lost| is_lost);
        let answer = self.runtime.block_on(async {
            match select(pin!(timeout(ANSWER_TIME, asked)), pin!(lost)).await {
                Either::Left((answer, _)) => answer
                    .map_err(|_| format!("it did not {what} within {} s", ANSWER_TIME.as_secs())),
                Either::Right(_) => Err(LOST.to_owned()),
            }
        });
        match answer {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(silent(&self.address, &format!("it did not {what}: {error}"))),
            Err(why) => Err(silent(&self.address, &why)),
        }
    }

    /// A sign of life; and it is the same life as at the beginning, since what a broker keeps in
    /// memory is gone after a restart.
    fn was_there(&self) -> Result<(), Stop> {
        self.round_trip()?;
        let statistics = self.client.statistics();
        match statistics.connects.load(std::sync::atomic::Ordering::Relaxed) {
            0 | 1 => Ok(()),
            _ => Err(silent(&self.address, LOST)),
        }
    }
}

fn silent(address: &str, why: &str) -> Stop {
    Stop::unknown(format!("NATS at {address} did not do its part: {why}"), NEXT)
}
