//! The orders that were to come again: solved
//!
//! Kafka does not give out messages and take them back, as a queue does. It has a log, and the group
//! has a place in it. "Not committed" is not "put back": it is nothing at all, and the next commit
//! moves the place behind both.

use std::error::Error;
use std::time::Duration;

use rdkafka::consumer::{CommitMode, Consumer, StreamConsumer};
use rdkafka::message::BorrowedMessage;
use rdkafka::producer::{FutureProducer, FutureRecord};
use rdkafka::{ClientConfig, Message};

const ATTEMPTS: u32 = 5;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", world::kafka())
        .set("group.id", world::name("shipping"))
        // With a name of its own it has its place back at once after a restart.
        .set("group.instance.id", "shipping-1")
        .set("session.timeout.ms", "6000")
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .create()?;
    let producer: FutureProducer =
        ClientConfig::new().set("bootstrap.servers", world::kafka()).create()?;
    consumer.subscribe(&[&world::name("orders")])?;
    println!("an order has {ATTEMPTS} attempts");

    loop {
        let message = consumer.recv().await?;
        let Some(order) = order_in(&message) else {
            set_aside(&producer, &message).await?;
            consumer.commit_message(&message, CommitMode::Sync)?;
            continue;
        };
        if ship(order).await {
            println!("order {order} shipped");
        } else {
            // Out of the way, and not out of the world: first it is stored in the other topic, then
            // it is committed here. Killed in between, we find it again and store it twice.
            set_aside(&producer, &message).await?;
        }
        // One commit for both ends, and behind everything: a commit says "all up to here is dealt
        // with", and this is the first moment in which that is true of this order.
        consumer.commit_message(&message, CommitMode::Sync)?;
    }
}

/// Whether it was shipped, in one of several attempts.
///
/// In place, and before the next order. A committed offset is one number: it cannot leave out an
/// order in the middle. Not committing the refused one changes nothing as soon as the next one is
/// committed, and until a restart nothing comes again anyhow, since the position goes on with each
/// `recv`.
async fn ship(order: u64) -> bool {
    // Who is refused for being busy is not helped by being asked again at once, and twice the pause
    // each time gives way to an outage of any length. Here it begins with 10 ms; a second is more
    // usual, with a little chance in it, so that all who were refused together do not come again
    // together.
    let mut pause = Duration::from_millis(10);
    for attempt in 1..=ATTEMPTS {
        match world::act_async("ship", order).await {
            Ok(()) => return true,
            Err(refused) => println!("order {order}, attempt {attempt}: {refused}"),
        }
        if attempt < ATTEMPTS {
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
    }
    false
}

fn order_in(message: &BorrowedMessage<'_>) -> Option<u64> {
    str::from_utf8(message.payload()?).ok()?.parse().ok()
}

/// Returns when it is stored in the other topic.
async fn set_aside(
    producer: &FutureProducer,
    message: &BorrowedMessage<'_>,
) -> Result<(), Box<dyn Error>> {
    let topic = world::name("orders_failed");
    let payload = message.payload().unwrap_or_default();
    let record = FutureRecord::<(), _>::to(&topic).payload(payload);
    let delivery = producer.send(record, Duration::from_secs(5)).await;
    delivery.map_err(|(error, _)| error)?;
    println!("offset {} set aside", message.offset());
    Ok(())
}

// What this costs: while an order is tried again, the partition stands still. That is what keeps the
// order; where none is needed, the refused ones go at once to a topic of their own for later attempts,
// one for each pause. All attempts and pauses together have to stay below `max.poll.interval.ms` (five
// minutes unless set): a consumer that does not call `recv` for so long loses its partitions.
//
// `consumer.seek` back to the message is the other way. It keeps polling, and each attempt fetches the
// message anew; the number of attempts has to be kept by partition and offset, and be forgotten when
// the partition goes to another member.
//
// Refused is not refused: what answers 400 will do so for ever, and goes aside at the first attempt.
