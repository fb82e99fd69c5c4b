//! A stream of this run alone, and what the broker says of it.

use std::time::Duration;

use async_nats::jetstream::consumer::{AckPolicy, Info, pull};
use async_nats::jetstream::stream::{Config, DiscardPolicy, RawMessageError, StorageType};
use async_nats::jetstream::{self, Context};
use futures_util::StreamExt;
use futures_util::future::try_join_all;
use harness::check::{Stop, age_of_run};
use harness::evidence::{BrokerFact, BrokerState, Evidence};
use harness::until::{ms, secs, until};

use crate::broker::Nats;

/// No check takes so long: what is older was left by one that was killed.
const OLD: Duration = secs(300);
/// The server puts acknowledgements into a queue of its own, and takes them a moment after it has
/// read them.
const TAKEN_WITHIN: Duration = ms(500);

/// A stream in the broker's memory, which is removed when this is dropped.
#[derive(Debug)]
pub(crate) struct Stream<'a> {
    nats: &'a Nats,
    jetstream: Context,
    inner: jetstream::stream::Stream,
    name: String,
}

impl Nats {
    /// Makes the stream of this name, which takes in these subjects, and removes what runs left that
    /// were killed.
    pub(crate) fn stream(&self, name: String, subjects: Vec<String>) -> Result<Stream<'_>, Stop> {
        let jetstream = {
            // It spawns a task of its own.
            let _inside = self.runtime.enter();
            jetstream::new(self.client.clone())
        };
        self.wait("list its streams", sweep(&jetstream))?;
        let storage = StorageType::Memory;
        let config = Config { name: name.clone(), subjects, storage, ..Config::default() };
        let inner = self.wait("make a stream", jetstream.create_stream(config))?;
        Ok(Stream { nats: self, jetstream, inner, name })
    }
}

impl Stream<'_> {
    /// Stores a message, and says at which place.
    pub(crate) fn store(&self, subject: String, payload: String) -> Result<u64, Stop> {
        let stored = async {
            let answer = self.jetstream.publish(subject, payload.into()).await?;
            Ok::<_, jetstream::context::PublishError>(answer.await?.sequence)
        };
        self.nats.wait("store a message", stored)
    }

    /// From now on it refuses a second message to a subject that it has one of, or takes it.
    pub(crate) fn takes_each_once(&self, once: bool) -> Result<(), Stop> {
        let config = Config {
            max_messages_per_subject: if once { 1 } else { -1 },
            discard: if once { DiscardPolicy::New } else { DiscardPolicy::Old },
            discard_new_per_subject: once,
            ..self.inner.cached_info().config.clone()
        };
        self.nats.wait("change a stream", self.jetstream.update_stream(config)).map(drop)
    }

    /// The subjects that it takes in now, which others may have changed.
    pub(crate) fn subjects(&self) -> Result<Vec<String>, Stop> {
        let info = self.nats.wait("tell of a stream", self.inner.get_info())?;
        Ok(info.config.subjects)
    }

    /// The place of the last message; 0 if there never was one.
    pub(crate) fn last_place(&self) -> Result<u64, Stop> {
        let info = self.nats.wait("tell of a stream", self.inner.get_info())?;
        Ok(info.state.last_sequence)
    }

    /// The subjects of all messages behind this place, in order, each with its own place.
    pub(crate) fn subjects_behind(&self, place: u64) -> Result<Vec<(u64, String)>, Stop> {
        let at = |place| async move {
            let message = self.inner.get_raw_message(place).await?;
            Ok::<_, RawMessageError>((place, message.subject.to_string()))
        };
        let all = try_join_all((place + 1..=self.last_place()?).map(at));
        self.nats.wait("hand out messages", all)
    }

    /// Makes a durable consumer that waits for an acknowledgement of each message, for as long as a
    /// check never takes.
    pub(crate) fn consumer(&self, name: &str) -> Result<(), Stop> {
        let config = pull::Config {
            durable_name: Some(name.to_owned()),
            ack_policy: AckPolicy::Explicit,
            ack_wait: secs(60),
            ..pull::Config::default()
        };
        self.nats.wait("make a consumer", self.inner.create_consumer(config)).map(drop)
    }

    /// What the broker says of a consumer.
    pub(crate) fn info(&self, consumer: &str) -> Result<Info, Stop> {
        self.nats.wait("tell of a consumer", self.inner.consumer_info(consumer))
    }

    /// What it says of one as soon as no acknowledgement is missing, or when there has been time to
    /// take all that were sent.
    pub(crate) fn settled(&self, consumer: &str) -> Result<Info, Stop> {
        let settled = until(TAKEN_WITHIN, || match self.info(consumer) {
            Ok(info) if info.num_ack_pending > 0 => None,
            answer => Some(answer),
        });
        settled.unwrap_or_else(|| self.info(consumer))
    }
}

impl Drop for Stream<'_> {
    fn drop(&mut self) {
        // Where the broker is gone, it is not there either; else the next check sweeps it.
        let _ = self.nats.wait("remove a stream", self.jetstream.delete_stream(&self.name));
    }
}

/// What a consumer should look like when everything that it gave out, up to the place `last`, is
/// acknowledged; beside how it looks.
pub(crate) fn view(info: &Info, when: &str, last: u64) -> Evidence {
    let fact = |name: &str, observed: u64, expected: u64| BrokerFact {
        name: name.to_owned(),
        observed: observed.to_string(),
        expected: Some(expected.to_string()),
    };
    Evidence::Broker(BrokerState {
        of: format!("of consumer {}, {when}", info.name),
        rows: vec![
            fact("delivered, last place", info.delivered.stream_sequence, last),
            fact("ack floor, last place", info.ack_floor.stream_sequence, last),
            fact("num_ack_pending", info.num_ack_pending as u64, 0),
        ],
    })
}

async fn sweep(jetstream: &Context) -> Result<(), async_nats::Error> {
    let mut names = jetstream.stream_names();
    while let Some(name) = names.next().await {
        let name = name?;
        if age_of_run(&name).is_some_and(|age| age > OLD) {
            // Another check may be faster.
            let _ = jetstream.delete_stream(&name).await;
        }
    }
    Ok(())
}
