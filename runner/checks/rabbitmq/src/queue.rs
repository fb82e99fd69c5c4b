//! A queue, and what the broker says of it.

use harness::check::Stop;
use harness::evidence::{BrokerFact, BrokerState, Evidence};
use harness::until::{secs, until};
use lapin::options::{BasicGetOptions, BasicRejectOptions};

use crate::broker::Rabbit;

/// A queue of this run.
pub(crate) struct Queue<'a> {
    rabbit: &'a Rabbit,
    name: String,
}

impl<'a> Queue<'a> {
    pub(crate) fn new(rabbit: &'a Rabbit, name: &str) -> Self {
        Self { rabbit, name: name.to_owned() }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Puts these messages into it, in this order, and returns when they lie there.
    ///
    /// # Errors
    /// `Unknown` if one does not.
    pub(crate) fn receives(
        &self,
        texts: impl IntoIterator<Item = impl ToString>,
    ) -> Result<(), Stop> {
        for text in texts {
            if !self.rabbit.publishes("", &self.name, &text.to_string())? {
                let reason = format!("queue {} did not take a message of the check", self.name);
                return Err(Stop::unknown(reason, "cargo run -- brokers status"));
            }
        }
        Ok(())
    }

    /// Whether there is such a queue.
    ///
    /// # Errors
    /// `Unknown` if the broker does not answer.
    pub(crate) fn exists(&self) -> Result<bool, Stop> {
        Ok(self.rabbit.looks_at(&self.name)?.is_some())
    }

    /// How many messages wait to be delivered: neither delivered nor settled. 0 where there is no
    /// queue.
    ///
    /// AMQP does not say how many are delivered and not settled. Who has put messages in knows: all
    /// that were put in, without the settled and the ready ones.
    ///
    /// # Errors
    /// `Unknown` if the broker does not answer.
    pub(crate) fn ready(&self) -> Result<u32, Stop> {
        Ok(self.rabbit.looks_at(&self.name)?.map_or(0, |queue| queue.message_count()))
    }

    /// After the end of the program: how many messages are left, those that it had not settled
    /// among them.
    ///
    /// The queue takes a consumer off its list and its deliveries back in one step, so as soon as
    /// it has no consumer, the number is the last word.
    ///
    /// # Errors
    /// `Unknown` if the broker does not notice the end.
    pub(crate) fn left(&self) -> Result<u32, Stop> {
        let left = until(secs(10), || match self.rabbit.looks_at(&self.name) {
            Ok(Some(queue)) if queue.consumer_count() > 0 => None,
            Ok(queue) => Some(Ok(queue.map_or(0, |queue| queue.message_count()))),
            Err(stop) => Some(Err(stop)),
        });
        left.unwrap_or_else(|| {
            let reason = "RabbitMQ did not notice the program's end within 10 s";
            Err(Stop::unknown(reason, "cargo run -- brokers status"))
        })
    }

    /// The texts of the messages in it, which stay there.
    ///
    /// # Errors
    /// `Unknown` if the broker does not answer.
    pub(crate) fn texts(&self) -> Result<Vec<String>, Stop> {
        let count = self.ready()?;
        if count == 0 {
            return Ok(Vec::new());
        }
        let channel = self.rabbit.opens_channel()?;
        self.rabbit.asks(async |_| {
            let mut taken = Vec::new();
            for _ in 0..count {
                let options = BasicGetOptions::default();
                taken.extend(channel.basic_get(self.name.as_str().into(), options).await?);
            }
            let text = |data: &[u8]| String::from_utf8_lossy(data).into_owned();
            let texts = taken.iter().map(|message| text(&message.delivery.data)).collect();
            // Back to their places, the last one first: each goes to the head.
            for message in taken.iter().rev() {
                message.delivery.reject(BasicRejectOptions { requeue: true }).await?;
            }
            channel.close(200, "looked".into()).await?;
            Ok(texts)
        })
    }

    /// The broker's numbers as evidence. `when` continues "the broker's view of queue ...".
    pub(crate) fn evidence(&self, when: &str, facts: &[(&str, u32, Option<u32>)]) -> Evidence {
        let row = |&(name, observed, expected): &(&str, u32, Option<u32>)| BrokerFact {
            name: name.to_owned(),
            observed: observed.to_string(),
            expected: expected.map(|count| count.to_string()),
        };
        Evidence::Broker(BrokerState {
            of: format!("of queue {}, {when}", self.name),
            rows: facts.iter().map(row).collect(),
        })
    }
}
