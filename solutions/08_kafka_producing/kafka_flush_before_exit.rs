//! The orders that were sent and never stored: solved
//!
//! `send_result` puts a record into a queue of this process and returns. A thread of librdkafka sends
//! it, when `linger.ms` is over or a batch is full, and the broker answers, once for each batch.
//! Between the two the order exists in our memory alone, and a process that ends takes it along.

use std::error::Error;
use std::io;
use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::producer::{FutureProducer, FutureRecord, Producer};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let topic = world::name("orders");
    let producer: FutureProducer = ClientConfig::new()
        .set("bootstrap.servers", world::kafka())
        .set("linger.ms", setting("LINGER_MS", 2000).to_string())
        .create()?;

    // No await in this loop. Awaiting each delivery before the next record is queued would make a
    // batch of each order, and wait `linger.ms` for company that cannot come.
    let mut deliveries = Vec::new();
    for order in io::stdin().lines() {
        let order = order?;
        let record = FutureRecord::to(&topic).key(&order).payload(&order);
        // An error here is of this process, mostly a queue that is full. The broker has not been
        // asked anything yet; what it says comes with the delivery.
        deliveries.push(producer.send_result(record).map_err(|(error, _)| error)?);
    }

    // Dropping a producer does not send what is in its queue: it throws it away (`purge`). A return
    // from main does that, and `process::exit` does not even do that.
    //
    // The limit is ours. Without one this would wait for `message.timeout.ms`, which is five minutes
    // unless set, for a broker that is not there. An error leaves main, and the status is 1.
    let limit = Duration::from_millis(setting("LIMIT_MS", 4000));
    producer.flush(limit)?;

    // The queue is empty: each order is stored, or it was refused. Flush does not say which, the
    // deliveries do, and they are all there by now. The outer error is a producer that is gone, the
    // inner one the broker's or the client's, with the message that it is about.
    for delivery in deliveries.iter_mut() {
        delivery.await?.map_err(|(error, _)| error)?;
    }
    println!("{} orders stored", deliveries.len());
    Ok(())
}

/// A number from the environment.
fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

// What else is right: to await all deliveries within one `tokio::time::timeout`, without any flush.
// What only looks right: to sleep for longer than `linger.ms`. It waits when nothing is left to do,
// it does not wait when the broker is slow, and it never learns whether anything was stored.
//
// A run that failed has stored some of the orders, and the next run sends all of them again. Whoever
// reads the topic has to know an order that comes twice; see `kafka_auto_commit_loss`.
//
// librdkafka: rd_kafka_flush, rd_kafka_purge; CONFIGURATION.md under linger.ms, message.timeout.ms
