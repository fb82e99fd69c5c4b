//! The card that was declined with money on it
//!
//! A prepaid card is topped up at the desk, and a minute later it pays at the till. Both are events
//! of one topic, and a service that reads it keeps the balances. When one reader was not enough, the
//! topic was given six partitions. Since then a card is declined now and then: the service sees the
//! payment first, and the money a second later.
//!
//! What it does: takes events from standard input, one a line (the receipt's number, the card, what
//! happened), and produces each to the topic `cards`, in the order in which they happened.
//!
//! What it should do: the events of one card can be read in that order, by however many readers, and
//! that holds for the events of tomorrow's run as well. The cards spread over the partitions, so that
//! the readers have something to share.
//!
//! By hand, if the topic has six partitions (the chapter's README says how it is made):
//!
//! ```text
//! printf '%s\n' '1 4711 +50' '2 4712 +20' '3 4711 -30' '4 4712 -20' |
//!     cargo run -q -p kafka_producing --bin kafka_key_per_user
//! ```

use std::error::Error;
use std::io;
use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::producer::{FutureProducer, FutureRecord, Producer};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let topic = world::name("cards");
    let producer: FutureProducer =
        ClientConfig::new().set("bootstrap.servers", world::kafka()).create()?;

    let mut deliveries = Vec::new();
    for event in io::stdin().lines() {
        let event = event?;
        let mut words = event.split_whitespace();
        let (Some(receipt), Some(card)) = (words.next(), words.next()) else {
            return Err(format!("no event: {event}").into());
        };
        // TODO: what does the key of a record decide, and which one keeps a card's events in order?
        let record = FutureRecord::to(&topic).key(receipt).payload(&event);
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
