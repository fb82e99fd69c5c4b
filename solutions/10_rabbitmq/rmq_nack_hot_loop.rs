//! The bill that was printed six hundred times a second: solved
//!
//! `requeue` puts a message back where it came from: at the head, if nothing moved meanwhile.
//! Whoever is ready gets it at once. It is meant for "not me", to another consumer; said of a
//! message that nobody can handle it is a loop as fast as the network.
//!
//! "Later" has to be somewhere else. Here it is a queue that nobody reads, in which messages grow
//! old:
//!
//! ```text
//!            reject, the first two times
//!    bills ───────────────────────────────► bills.wait
//!      ▲                                        │
//!      └──────── after x-message-ttl ───────────┘
//!      │  published, the third time
//!      └───────────────────────────────────► bills.dead
//! ```

use std::env;
use std::error::Error;

use futures_util::StreamExt;
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions, BasicRejectOptions,
    ConfirmSelectOptions, QueueDeclareOptions,
};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Confirmation, Connection, ConnectionProperties};

/// How often a bill is tried in all.
const ATTEMPTS: i64 = 3;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let pause = env::var("PAUSE_MS").ok().and_then(|text| text.parse().ok()).unwrap_or(2000_u32);
    let address = world::rabbitmq();
    let connection = Connection::connect(&address, ConnectionProperties::default()).await?;
    let channel = connection.create_channel().await?;
    let bills = world::name("bills");
    let (wait, dead) = (format!("{bills}.wait"), format!("{bills}.dead"));
    // What is rejected without `requeue` here goes there. "" is the default exchange: it routes to
    // the queue that is called like the routing key. Without these arguments a rejected message is
    // dropped.
    declare(&channel, &bills, dead_letters_to(&wait)).await?;
    // The limit of time belongs to the queue: all wait equally long, so the oldest is always at the
    // head, and only the head is looked at. With a limit of its own for each message (`expiration`)
    // a short one waits behind a long one. Growing pauses take a queue for each step.
    let mut arguments = dead_letters_to(&bills);
    arguments.insert("x-message-ttl".into(), pause.into());
    declare(&channel, &wait, arguments).await?;
    declare(&channel, &dead, FieldTable::default()).await?;
    channel.confirm_select(ConfirmSelectOptions::default()).await?;

    // There is one printer.
    channel.basic_qos(1, BasicQosOptions::default()).await?;
    let options = BasicConsumeOptions::default();
    let mut deliveries = channel
        .basic_consume(bills.as_str().into(), "".into(), options, FieldTable::default())
        .await?;
    println!("ready");

    while let Some(delivery) = deliveries.next().await {
        let delivery = delivery?;
        let id = str::from_utf8(&delivery.data)?.parse()?;
        match print(id).await {
            Ok(()) => {
                delivery.ack(BasicAckOptions::default()).await?;
                println!("{id} printed");
            }
            Err(refused) if refusals(&delivery.properties, &bills) + 1 < ATTEMPTS => {
                println!("{id} {refused}");
                // To the wait queue: no second copy, nothing in our memory. A sleep here would keep
                // the printer idle; a task that sleeps and then gives it back keeps a place of the
                // prefetch, and forgets how often it has tried when the program is started anew.
                delivery.reject(BasicRejectOptions { requeue: false }).await?;
            }
            Err(refused) => {
                println!("{id} {refused}, and given up");
                // First the copy, and the broker's word for it; then the original. The other way
                // round a kill in between loses the bill. This way round it leaves two, which is a
                // nuisance.
                bury(&channel, &dead, &delivery.data, delivery.properties.clone()).await?;
                delivery.ack(BasicAckOptions::default()).await?;
            }
        }
    }
    Ok(())
}

/// How often this message was rejected in this queue before, by the broker's own count.
///
/// The broker writes `x-death` when it dead-letters: an entry for each queue and reason, with a
/// count. It travels with the message, so it outlives us, and every consumer of the queue sees the
/// same number. A `HashMap` in the program begins at 0 with each start, and a message that kills
/// the program is never given up.
fn refusals(properties: &BasicProperties, queue: &str) -> i64 {
    let deaths = properties.headers().as_ref().and_then(|headers| headers.inner().get("x-death"));
    let Some(AMQPValue::FieldArray(deaths)) = deaths else { return 0 };
    let of_us = deaths.as_slice().iter().find_map(|death| {
        let death = death.as_field_table()?.inner();
        let is = |key: &str, text: &str| {
            death.get(key).is_some_and(|value| match value {
                AMQPValue::LongString(value) => value.as_bytes() == text.as_bytes(),
                AMQPValue::ShortString(value) => value.as_str() == text,
                _ => false,
            })
        };
        (is("queue", queue) && is("reason", "rejected")).then_some(death)
    });
    of_us.and_then(|death| death.get("count")?.as_long_long_int()).unwrap_or(0)
}

/// Puts a message where somebody looks for it, and returns when it lies there.
async fn bury(
    channel: &Channel,
    dead: &str,
    data: &[u8],
    properties: BasicProperties,
) -> Result<(), Box<dyn Error>> {
    // `mandatory`: that the queue is missing would otherwise be confirmed like anything else.
    let options = BasicPublishOptions { mandatory: true, ..Default::default() };
    let written = channel.basic_publish("".into(), dead.into(), options, data, properties).await?;
    match written.await? {
        Confirmation::Ack(None) => Ok(()),
        other => Err(format!("the dead letter was not taken: {other:?}").into()),
    }
}

/// Arguments of a queue whose dead letters go to that queue.
fn dead_letters_to(queue: &str) -> FieldTable {
    let mut arguments = FieldTable::default();
    arguments.insert("x-dead-letter-exchange".into(), AMQPValue::LongString("".into()));
    arguments.insert("x-dead-letter-routing-key".into(), AMQPValue::LongString(queue.into()));
    arguments
}

/// The printer. By hand it says no to number 13.
async fn print(id: u64) -> Result<(), String> {
    if id == 13 {
        return Err("refused: no such character".to_owned());
    }
    world::act_async("print", id).await.map_err(|refused| refused.to_string())
}

/// Makes a queue that outlives the broker's restart. If it is there already with the same
/// arguments, this changes nothing; with others the broker closes the channel with 406,
/// PRECONDITION_FAILED. That is why operators prefer policies, which can be changed, to arguments,
/// which cannot.
async fn declare(channel: &Channel, name: &str, mut arguments: FieldTable) -> lapin::Result<()> {
    // This is a course: a queue that nobody has used for an hour goes away. In production leave it
    // out.
    arguments.insert("x-expires".into(), 3_600_000.into());
    channel.queue_declare(name.into(), QueueDeclareOptions::durable(), arguments).await?;
    Ok(())
}

// Classic queues hand over dead letters without waiting for the other queue ("at most once"): a
// broker that crashes in that moment loses them. Quorum queues can do it with
// `x-dead-letter-strategy` set to `at-least-once`. Quorum queues count for themselves too
// (`x-delivery-limit`, 20 unless set since 4.0), and drop or dead-letter what is over the limit;
// without a pause all twenty are used up in a moment.
//
// rabbitmq.com, "Dead Letter Exchanges", "Time-To-Live and Expiration", "Quorum Queues" under
// "Poison Message Handling"; lapin::message::Delivery
