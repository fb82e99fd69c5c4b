//! RabbitMQ, as a check speaks to it: a connection of the check's own, and what it made there.

use std::cell::RefCell;

use harness::broker::Broker;
use harness::check::{Case, CheckResult, Stop};
use harness::world::World;
use lapin::options::{
    BasicPublishOptions, ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions,
    QueueDeleteOptions,
};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Confirmation, Connection, ExchangeKind, Queue as Declared};
use tokio::runtime::{Builder, Runtime};

use crate::answer::{confirming_channel, connect, in_time, is_exclusive, is_missing, is_transient};
use crate::queue::Queue;

/// So long a queue stays without a consumer, a declaration or a get: a check that was killed
/// deletes nothing, and AMQP cannot list what was left.
const EXPIRES_MS: u32 = 60_000;

/// A connection, and the names of what has to go when the check is over. Dropping it removes them.
pub(crate) struct Rabbit {
    address: String,
    runtime: Runtime,
    connection: Connection,
    channel: RefCell<Channel>,
    made: RefCell<Vec<String>>,
}

/// Plays a check that needs RabbitMQ. If it fails, the broker is asked for a sign of life first:
/// where there is none, nobody knows whose fault the failure is.
pub(crate) fn with_rabbit(
    case: &mut Case,
    play: impl FnOnce(&Case, &Rabbit, &World) -> CheckResult,
) -> CheckResult {
    let world = case.world()?;
    let rabbit = Rabbit::connect(case)?;
    match play(case, &rabbit, &world) {
        Err(Stop::Failed(failure)) => Err(rabbit.lives().err().unwrap_or(Stop::Failed(failure))),
        result => result,
    }
}

impl Rabbit {
    fn connect(case: &mut Case) -> Result<Self, Stop> {
        let address = case.broker(Broker::Rabbitmq)?;
        // A thread of its own, so that heartbeats are answered while the check does something else.
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let (connection, channel) = runtime.block_on(in_time(&address, connect(&address)))?;
        case.hangs_on(Broker::Rabbitmq, &address);
        let (channel, made) = (RefCell::new(channel), RefCell::default());
        Ok(Self { address, runtime, connection, channel, made })
    }

    /// Where it is, `host:port`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Waits for one answer of the broker.
    ///
    /// # Errors
    /// `Unknown` if it says no, or nothing: what the check asks for is never the learner's work.
    pub(crate) fn asks<T>(
        &self,
        ask: impl AsyncFnOnce(&Channel) -> lapin::Result<T>,
    ) -> Result<T, Stop> {
        let channel = self.channel.borrow().clone();
        self.runtime.block_on(in_time(&self.address, ask(&channel)))
    }

    /// A queue that the check makes, durable and classic, with these arguments besides. It is gone
    /// after the check.
    ///
    /// # Errors
    /// `Unknown` as [`Rabbit::asks`].
    pub(crate) fn makes_queue(
        &self,
        name: &str,
        arguments: &[(&str, AMQPValue)],
    ) -> Result<Queue<'_>, Stop> {
        let queue = self.queue(name);
        let mut table = FieldTable::default();
        table.insert("x-queue-type".into(), AMQPValue::LongString("classic".into()));
        table.insert("x-expires".into(), EXPIRES_MS.into());
        for (argument, value) in arguments {
            table.insert((*argument).into(), value.clone());
        }
        self.asks(async |channel| {
            channel.queue_declare(name.into(), QueueDeclareOptions::durable(), table).await
        })?;
        Ok(queue)
    }

    /// The same with a second one, to which the broker takes what a program gives up: rejects
    /// without `requeue`.
    ///
    /// # Errors
    /// `Unknown` as [`Rabbit::asks`].
    pub(crate) fn makes_queue_and_dead(&self, name: &str) -> Result<[Queue<'_>; 2], Stop> {
        let dead = format!("{name}.dead");
        let to = |name: &str| AMQPValue::LongString(name.into());
        let route = [("x-dead-letter-exchange", to("")), ("x-dead-letter-routing-key", to(&dead))];
        Ok([self.makes_queue(name, &route)?, self.makes_queue(&dead, &[])?])
    }

    /// A queue that the program makes, or should not make. It is gone after the check, too.
    pub(crate) fn queue(&self, name: &str) -> Queue<'_> {
        self.made.borrow_mut().push(name.to_owned());
        Queue::new(self, name)
    }

    /// Binds a queue to a direct exchange, which is made if it is not there and goes away with the
    /// last queue that is bound to it.
    ///
    /// # Errors
    /// `Unknown` as [`Rabbit::asks`].
    pub(crate) fn binds(&self, exchange: &str, key: &str, queue: &Queue) -> Result<(), Stop> {
        let options =
            ExchangeDeclareOptions { durable: true, auto_delete: true, ..Default::default() };
        let none = FieldTable::default;
        self.asks(async |channel| {
            let kind = ExchangeKind::Direct;
            channel.exchange_declare(exchange.into(), kind, options, none()).await?;
            let options = QueueBindOptions::default();
            channel
                .queue_bind(queue.name().into(), exchange.into(), key.into(), options, none())
                .await
        })
    }

    /// Publishes a message, and says whether it lies in a queue now.
    ///
    /// # Errors
    /// `Unknown` as [`Rabbit::asks`].
    pub(crate) fn publishes(&self, exchange: &str, key: &str, text: &str) -> Result<bool, Stop> {
        self.asks(async |channel| {
            let options = BasicPublishOptions { mandatory: true, ..Default::default() };
            let (properties, data) = (BasicProperties::default(), text.as_bytes());
            let written = channel
                .basic_publish(exchange.into(), key.into(), options, data, properties)
                .await?;
            Ok(written.await? == Confirmation::Ack(None))
        })
    }

    /// What the broker says of a queue without making it; `None` where there is none, for which it
    /// closes the channel.
    ///
    /// # Errors
    /// `Unknown` as [`Rabbit::asks`].
    pub(crate) fn looks_at(&self, name: &str) -> Result<Option<Declared>, Stop> {
        let found = self.asks(async |channel| {
            let options = QueueDeclareOptions::durable().passive();
            match channel.queue_declare(name.into(), options, FieldTable::default()).await {
                Ok(queue) => Ok(Some(queue)),
                Err(error) if is_missing(error.kind()) => Ok(None),
                Err(error) => Err(error),
            }
        })?;
        if found.is_none() {
            let channel = self.opens_channel()?;
            self.channel.replace(channel);
        }
        Ok(found)
    }

    /// What makes a queue that a program has made go away before its messages do, as it continues
    /// "queue bills ...".
    ///
    /// # Errors
    /// `Unknown` as [`Rabbit::asks`].
    pub(crate) fn weakness_of(&self, name: &str) -> Result<Option<&'static str>, Stop> {
        let channel = self.opens_channel()?;
        // To declare it once more as durable changes nothing if it is; but it must not be made here.
        let declared = self.asks(async |_| {
            let (durable, none) = (QueueDeclareOptions::durable, FieldTable::default);
            let there = channel.queue_declare(name.into(), durable().passive(), none()).await;
            Ok(match there {
                Ok(_) => channel.queue_declare(name.into(), durable(), none()).await,
                missing => missing,
            })
        })?;
        Ok(match declared {
            Err(error) if is_exclusive(error.kind()) => {
                Some("belongs to one connection (`exclusive`), and goes with it")
            }
            Err(error) if is_transient(error.kind()) => {
                Some("is not durable, and goes with the broker's restart")
            }
            _ => None,
        })
    }

    /// A channel beside the one of the check; whatever it took and did not settle goes back when it
    /// closes.
    ///
    /// # Errors
    /// `Unknown` as [`Rabbit::asks`].
    pub(crate) fn opens_channel(&self) -> Result<Channel, Stop> {
        self.runtime.block_on(in_time(&self.address, confirming_channel(&self.connection)))
    }

    /// A message that fits nowhere makes its way there and back. A broker that has run short of
    /// memory or disk still answers questions, and lets no message in.
    fn lives(&self) -> Result<(), Stop> {
        self.publishes("", "faultlings: is anybody there?", "").map(drop)
    }
}

/// Whatever the check comes to. A queue that is not there is deleted without an error.
impl Drop for Rabbit {
    fn drop(&mut self) {
        let names = self.made.take();
        let _ = self.asks(async |channel| {
            for name in names {
                channel.queue_delete(name.into(), QueueDeleteOptions::default()).await?;
            }
            self.connection.close(200, "the check is over".into()).await
        });
    }
}
