//! The slow order that the quick ones hid: solved
//!
//! A group has one number for a partition, and it means "everything in front of this is done". Whoever
//! works at several orders at once has no such number at hand: the offsets that are done have gaps. What
//! may be committed is the end of the part without gaps, and nothing behind it.

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
        .map_ok(ship)
        // Eight at the same time, and the results in the order of the messages: what is done early
        // waits here for those in front of it. So behind this line each message is the end of a part
        // without gaps, and no bookkeeping is needed.
        //
        // The price: an order that hangs lets at most seven others go past. With
        // `try_buffer_unordered` there would be no such limit and no such order, and this would be
        // the shipped program again.
        .try_buffered(AT_ONCE)
        .try_for_each(async |message| {
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

// One order of several partitions stands in line with all of them here. A service with many gives each
// its own line, by `split_partition_queue` or a task for each partition. One that needs more than a
// line keeps the offsets that are done in a set, for each partition, and commits the first one that is
// missing in it; it has to throw the set away when the partition goes to another member, and to bound
// how far it runs ahead of the slowest.
//
// After a kill up to seven orders are shipped twice, those that were done behind the slow one. Nothing
// that commits one number can do better.
//
// Each commit is a request, and `Async` does not wait for it; that the last ones are lost at a kill is
// one more cause of orders that come twice. To send fewer, `store_offset_from_message` in the place of
// `commit_message`, with auto commit on and `enable.auto.offset.store` off.
