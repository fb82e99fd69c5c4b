//! The slow order that the quick ones hid
//!
//! A carrier needs a second for an order, so a service ships eight at a time. On the day of a release
//! one order hung for a minute, while those behind it were shipped. In that minute the old process
//! was killed and the new one started. All orders of the day were shipped but that one, and the new
//! process has never seen it.
//!
//! What it does: reads the topic `orders` as the group `shipping`, ships up to eight orders at the
//! same time, and commits each as it is done.
//!
//! What it should do: the same, eight at a time. But whenever it is killed, its successor is given
//! each order that was not shipped; that some are shipped twice is known and allowed. It waits for no
//! pause to commit, since a busy day has none. When all are shipped, all are committed.
//!
//! By hand, with orders that take two seconds each:
//!
//! ```text
//! seq 4701 4720 | kcat -b localhost:9092 -t orders -P
//! WORLD_MS=2000 cargo run -q -p kafka_consuming --bin kafka_concurrent_commit_gap
//! ```

use std::error::Error;

use futures_util::TryStreamExt;
use rdkafka::consumer::{CommitMode, Consumer, StreamConsumer};
use rdkafka::message::BorrowedMessage;
use rdkafka::{ClientConfig, Message};

type Failure = Box<dyn Error>;

const AT_ONCE: usize = 8;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", world::kafka())
        .set("group.id", world::name("shipping"))
        // With a name of its own it has its place back at once after a restart.
        .set("group.instance.id", "shipping-1")
        .set("session.timeout.ms", "6000")
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .create()?;
    consumer.subscribe(&[&world::name("orders")])?;

    let orders = consumer.stream().err_into::<Failure>();
    orders
        .try_for_each_concurrent(AT_ONCE, async |message| {
            let message = ship(message).await?;
            // TODO: this one is done. What does its commit say of those in front of it?
            consumer.commit_message(&message, CommitMode::Async)?;
            Ok(())
        })
        .await
}

/// Gives the message back when its order is shipped.
async fn ship(message: BorrowedMessage<'_>) -> Result<BorrowedMessage<'_>, Failure> {
    let order = str::from_utf8(message.payload().unwrap_or_default())?.parse()?;
    world::act_async("ship", order).await?;
    println!("order {order} shipped");
    Ok(message)
}
