//! The orders from Norway
//!
//! A shop sends its orders to a stream, from which the warehouse works. The sender was part of a
//! server that ran all day. In May it became a job of its own, which sends what has come in and ends;
//! and in the same week the shop opened in a third country, Norway. Since then the warehouse gets
//! nothing. The job says `sent 50 orders` each time and ends with status 0. It was soon found that the
//! stream does not take in orders from Norway. It took longer to see that this explains Norway only.
//!
//! What it does: takes the orders that it is given out of the shop, where nobody else finds them from
//! then on, and sends each, such as `de.4711`, to the subject `orders.de.4711`. The stream `orders`
//! takes in `orders.de.*` and `orders.fr.*`; if there is none yet, it is made.
//!
//! ```text
//! sent 3 orders
//! ```
//!
//! What it should do: say of each order, in the order in which they were given, at which place in the
//! stream it is stored, or that it is not. All that can be stored are, whatever becomes of the others.
//! The status is 0 if all were stored, else 1. What the stream refuses only its answer tells: a country
//! that it does not take in, an order that it has already. The line to it is slow on some days; then the
//! answers are late by a second or two, and each order is stored once all the same.
//!
//! ```text
//! de.4711 stored as 17
//! no.4712 not stored
//! fr.4713 stored as 18
//! ```
//!
//! By hand, with a broker that runs (`cargo run -- brokers up`):
//!
//! ```text
//! cargo run -q -p jetstream --bin js_publish_ack_future -- de.1 no.2 fr.3; echo "status $?"
//! ```

use std::env;
use std::process::ExitCode;

use async_nats::jetstream::{self, stream};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, async_nats::Error> {
    let orders: Vec<String> = env::args().skip(1).collect();

    let client = async_nats::connect(world::nats()).await?;
    let jetstream = jetstream::new(client);
    let name = world::name("orders");
    let subjects = vec![format!("{name}.de.*"), format!("{name}.fr.*")];
    let config = stream::Config { name: name.clone(), subjects, ..stream::Config::default() };
    jetstream.get_or_create_stream(config).await?;
    println!("ready");

    world::act_async("take", orders.len() as u64).await?;
    let mut sent = 0;
    for order in &orders {
        // TODO: this was awaited, and gave something back. What is it?
        match jetstream.publish(format!("{name}.{order}"), order.clone().into()).await {
            Ok(_) => sent += 1,
            Err(error) => println!("{order} not stored: {error}"),
        }
    }
    println!("sent {sent} orders");
    let all = sent == orders.len();
    Ok(if all { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
