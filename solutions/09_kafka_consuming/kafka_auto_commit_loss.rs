//! The parcel that nobody sent: solved
//!
//! Three numbers are called offset. The position is that of the message which `recv` gives next. The
//! stored offset lies in the client, and is what it commits at the next occasion. The committed one
//! is the broker's, and a restart begins there. "Auto commit" says when the stored offset is sent. The
//! fault was in when it is stored: unless told otherwise, the client does that as it hands a message
//! over, before anybody has looked at it.

use std::error::Error;

use rdkafka::consumer::{Consumer, StreamConsumer};
use rdkafka::{ClientConfig, Message};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", world::kafka())
        .set("group.id", world::name("shipping"))
        // With a name of its own it has its place back at once after a restart. Without one the
        // broker first waits `session.timeout.ms` for the process that is gone.
        .set("group.instance.id", "shipping-1")
        .set("session.timeout.ms", "6000")
        // A group that has committed nothing yet begins with the oldest order.
        .set("auto.offset.reset", "earliest")
        // In the background and in few requests: that part of auto commit was good.
        .set("enable.auto.commit", "true")
        .set("auto.commit.interval.ms", "100")
        // But what is to be committed we say ourselves. Without this line `store_offset_from_message`
        // below would do no harm and no good: the offset would be stored already.
        .set("enable.auto.offset.store", "false")
        .create()?;
    consumer.subscribe(&[&world::name("orders")])?;

    loop {
        let message = consumer.recv().await?;
        let order = str::from_utf8(message.payload().unwrap_or_default())?.parse()?;
        world::act_async("ship", order).await?;
        // Stores the offset behind this message: committed is what comes next, not what was done.
        // After the work, and nowhere else. If the process is killed before this line or before the
        // next commit, the order is given to its successor, and shipped twice.
        consumer.store_offset_from_message(&message)?;
        println!("order {order} shipped");
    }
}

// At least once, or at most once: the offset is stored after the work or before it, and something
// can happen in between in both cases. There is no third place to put the line. Exactly once is what
// at least once looks like to a receiver that knows an order which it has seen: by its number, in
// the same transaction in which it writes the effect.
//
// The other right answer commits by hand: `enable.auto.commit=false`, and
// `consumer.commit_message(&message, CommitMode::Async)` after the work. That is a request for each
// order, and with `CommitMode::Sync` a wait for each, which blocks the thread of the runtime.
//
// A consumer that is dropped commits what is stored before it leaves, however long the interval is.
// So the shipped form loses an order in an orderly stop, too, if that comes in the middle of one.
//
// librdkafka: CONFIGURATION.md under enable.auto.offset.store; rd_kafka_offset_store_message
