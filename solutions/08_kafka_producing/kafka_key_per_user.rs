//! The card that was declined with money on it: solved
//!
//! A topic has no order. Each of its partitions is a log of its own and has one, and a reader of
//! several takes from them as they come. So what has to stay in order has to be in one partition, and
//! which one that is, is decided by the key.

use std::error::Error;
use std::io;
use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::producer::{FutureProducer, FutureRecord, Producer};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let topic = world::name("cards");
    // One producer. Two of them are two queues and two connections, and nothing says which of their
    // batches is stored first. For the same reason no task per event: they would be queued in the
    // order in which the tasks happen to run.
    let producer: FutureProducer =
        ClientConfig::new().set("bootstrap.servers", world::kafka()).create()?;

    let mut deliveries = Vec::new();
    for event in io::stdin().lines() {
        let event = event?;
        let mut words = event.split_whitespace();
        let (Some(receipt), Some(card)) = (words.next(), words.next()) else {
            return Err(format!("no event: {event}").into());
        };
        // The partition is a checksum of the key, modulo the number of partitions. The same card, the
        // same partition, in each process and on each day.
        //
        // The receipt's number is what the event is called, and so it looks like a key. But a key
        // does not name a record: it names what the record is about, and what needs an order.
        let record = FutureRecord::to(&topic).key(card).payload(&event);
        let delivery = producer.send_result(record).map_err(|(error, _)| error)?;
        deliveries.push((format!("card {card}, receipt {receipt}"), delivery));
    }

    producer.flush(Duration::from_secs(5))?;
    for (what, delivery) in deliveries {
        let stored = delivery.await?.map_err(|(error, _)| error)?;
        println!("{what}: partition {}, offset {}", stored.partition, stored.offset);
    }
    Ok(())
}

// What this rests on, and what breaks it:
//
// - The number of partitions. With seven in the place of six most cards move, and what was stored
//   before stays where it is: for a while a card has events in two. So topics with keys are made
//   with partitions to spare, and are not given more of them in the middle of the day.
// - The checksum. librdkafka takes CRC32 unless told otherwise, Java's client murmur2. Where both
//   write to one topic, set `partitioner` to `murmur2_random` here.
// - Retries. A batch that fails is sent again, and the one after it may be stored by then. With
//   `enable.idempotence=true` the broker refuses what comes out of turn. It is off in librdkafka
//   unless set, and on in Java's client. It costs one more request before the first batch.
// - A card that is used far more than all others keeps one partition, and its reader, busy. That is
//   the price of order.
//
// librdkafka: CONFIGURATION.md under partitioner, enable.idempotence
