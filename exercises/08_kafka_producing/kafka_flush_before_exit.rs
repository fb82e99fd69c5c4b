//! The orders that were sent and never stored
//!
//! Every evening a job puts the orders of the day into Kafka, and the warehouse packs by them. One
//! Monday the warehouse had nothing to pack. The job had run as always: it had said how many orders
//! there were, and its status was 0. The broker had been up all night.
//!
//! What it does: takes numbers of orders from standard input, one a line, and produces each to the
//! topic `orders`. An order may wait LINGER_MS for others before it is sent (2 000 unless set), so
//! that the orders of a day go out in few requests. Somebody measured that, and it is to stay.
//!
//! What it should do: say that the orders are stored when they are. It has LIMIT_MS after the end of
//! its input (4 000 unless set). If the broker has not taken all orders by then, its status is 1, and
//! somebody runs it again.
//!
//! By hand, and what to type for a look at the topic if you have kcat(1):
//!
//! ```text
//! cargo run -- brokers up
//! seq 4701 4720 | cargo run -q -p kafka_producing --bin kafka_flush_before_exit; echo "status $?"
//! kcat -b localhost:9092 -t orders -C -e
//! ```

use std::error::Error;
use std::io;
use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::producer::{FutureProducer, FutureRecord};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let topic = world::name("orders");
    let producer: FutureProducer = ClientConfig::new()
        .set("bootstrap.servers", world::kafka())
        .set("linger.ms", setting("LINGER_MS", 2000).to_string())
        .create()?;

    let mut deliveries = Vec::new();
    for order in io::stdin().lines() {
        let order = order?;
        let record = FutureRecord::to(&topic).key(&order).payload(&order);
        deliveries.push(producer.send_result(record).map_err(|(error, _)| error)?);
    }

    // TODO: where are the orders now? Who says that they are stored, and who has asked?
    let _limit = Duration::from_millis(setting("LIMIT_MS", 4000));
    println!("{} orders stored", deliveries.len());
    Ok(())
}

/// A number from the environment.
fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}
