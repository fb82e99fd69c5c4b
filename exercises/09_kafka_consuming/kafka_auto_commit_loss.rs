//! The parcel that nobody sent
//!
//! A service reads orders from Kafka and ships them. One night its machine ran out of memory, and
//! the kernel killed it in the middle of an order. It was started again at once and went on. The
//! customer of that order waits to this day: the money was taken, the order stands in the topic, and
//! the group has no lag.
//!
//! What it does: reads the topic `orders` as the group `shipping`, and ships one order after the
//! other.
//!
//! What it should do: ship each order at least once, be the process killed, or be an order refused.
//! After a restart it goes on with the order in hand, and does not begin anew with those before it.
//!
//! By hand, with orders that take two seconds each, and how to kill it from another terminal:
//!
//! ```text
//! seq 4701 4708 | kcat -b localhost:9092 -t orders -P
//! WORLD_MS=2000 cargo run -q -p kafka_consuming --bin kafka_auto_commit_loss
//! pkill -KILL -x kafka_auto_comm
//! ```

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
        .set("enable.auto.commit", "true")
        .set("auto.commit.interval.ms", "100")
        .create()?;
    consumer.subscribe(&[&world::name("orders")])?;

    loop {
        let message = consumer.recv().await?;
        let order = str::from_utf8(message.payload().unwrap_or_default())?.parse()?;
        // TODO: what is committed for this order by now, and what should be?
        world::act_async("ship", order).await?;
        println!("order {order} shipped");
    }
}
