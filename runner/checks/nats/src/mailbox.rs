//! A subscriber that keeps what it gets.

use std::sync::{Arc, Mutex, PoisonError};

use async_nats::Message;
use futures_util::StreamExt;
use harness::check::Stop;
use harness::until::{secs, until};

use crate::broker::Nats;

/// A subscription to one subject, beside those of the programs. It ends with the check's connection.
#[derive(Debug)]
pub(crate) struct Mailbox<'a> {
    nats: &'a Nats,
    subject: String,
    messages: Arc<Mutex<Vec<Message>>>,
}

impl Nats {
    /// Subscribes, and returns when the server knows it.
    pub(crate) fn mailbox(&self, subject: String) -> Result<Mailbox<'_>, Stop> {
        let mut arriving = self.wait("subscribe", self.client.subscribe(subject.clone()))?;
        self.round_trip()?;
        let messages = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&messages);
        self.runtime.spawn(async move {
            while let Some(message) = arriving.next().await {
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(message);
            }
        });
        Ok(Mailbox { nats: self, subject, messages })
    }
}

impl Mailbox<'_> {
    /// Takes out all that was sent before now. A mark of ours, sent behind it, says when that is all:
    /// a server keeps the order of what it has taken.
    pub(crate) fn empty(&self) -> Result<Vec<Message>, Stop> {
        let mark = self.nats.client.new_inbox();
        self.nats.publish(&self.subject, &mark)?;
        let all = until(secs(5), || {
            let mut messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
            let place = messages.iter().position(|it| it.payload == mark.as_bytes())?;
            let mut taken: Vec<_> = messages.drain(..=place).collect();
            taken.truncate(place);
            Some(taken)
        });
        let late = || {
            let reason = "NATS did not deliver a message of the check within 5 s";
            Stop::unknown(reason, "cargo run -- brokers status")
        };
        all.ok_or_else(late)
    }
}
