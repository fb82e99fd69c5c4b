//! The orders that were to come again
//!
//! The carrier's service says "not now" at times. An order that it refuses is not committed, so that
//! Kafka gives it out again: that is how the guide had it. After a bad noon 212 orders had not been
//! shipped. Not one of them had come again, that day or after any restart, and the group had no lag.
//!
//! What it does: reads the topic `orders` as the group `shipping`, ships each, and commits it. What
//! is no order at all goes to the topic `orders_failed`, where a person looks at it.
//!
//! What it should do: try an order that is refused again, before it begins the next one, and commit
//! nothing behind it until then. An order that was refused ATTEMPTS times goes to `orders_failed`. It
//! is committed when it is stored there, and the orders behind it are not held up any longer.
//!
//! By hand the carrier refuses nothing; try what a message does that is no number:
//!
//! ```text
//! printf '%s\n' 4701 broken 4703 | kcat -b localhost:9092 -t orders -P
//! cargo run -q -p kafka_consuming --bin kafka_commit_past_failure
//! ```

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
        match world::act_async("ship", order).await {
            Ok(()) => {
                consumer.commit_message(&message, CommitMode::Sync)?;
                println!("order {order} shipped");
            }
            // TODO: it is not committed, and so it comes again. When, and what if the next one is?
            Err(refused) => println!("order {order} {refused}"),
        }
    }
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
