//! The parcels that were sent twice
//!
//! A shop announces each order to whoever wants to know. The shipping service packs a parcel for it,
//! the mail service writes to the customer. Before Christmas one shipping service was not enough, so
//! a second one was started, on another machine. It was twice as fast indeed. A week later the first
//! customers wrote that the second parcel had arrived as well; some had been charged for it. For the
//! mail service, of which there is one, nobody had to change anything.
//!
//! What it does: listens to the subject `orders`. Each message is the number of an order, for which it
//! does what it was started for: VERB is `ship` or `mail`. It ends when it is stopped.
//!
//! ```text
//! ready
//! ship 4711
//! ```
//!
//! What it should do: however many of each there are, and on whichever machines, each order is shipped
//! once, by one of those that ship, and mailed once, by one of those that mail; and each of them gets
//! work. They have nothing in common but the server.
//!
//! By hand, in three terminals, with a broker that runs (`cargo run -- brokers up`), and orders from a
//! fourth; NATS speaks text, 4 is the length of the message, and the port is the one that `brokers up`
//! names:
//!
//! ```text
//! cargo run -q -p nats --bin nats_queue_group -- ship
//! cargo run -q -p nats --bin nats_queue_group -- ship
//! cargo run -q -p nats --bin nats_queue_group -- mail
//! printf 'PUB orders 4\r\n4711\r\nPUB orders 4\r\n4712\r\nPING\r\n' | nc -w 1 127.0.0.1 4222
//! ```
//!
//! VERB is `ship` unless you give it.

use std::{env, str};

use futures_util::StreamExt;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), async_nats::Error> {
    let verb = env::args().nth(1).unwrap_or("ship".to_owned());

    let client = async_nats::connect(world::nats()).await?;
    let subject = world::name("orders");
    // TODO: what does the server do with a message that several have subscribed to?
    let mut orders = client.subscribe(subject).await?;
    // The subscription is on its way to the server when this returns.
    client.flush().await?;
    println!("ready");

    while let Some(message) = orders.next().await {
        let Some(order) = number(&message.payload) else {
            println!("no order: {:?}", message.payload);
            continue;
        };
        match world::act_async(&verb, order).await {
            Ok(()) => println!("{verb} {order}"),
            Err(refused) => println!("{verb} {order}: {refused}"),
        }
    }
    Ok(())
}

/// The number of an order, as it is in the message.
fn number(payload: &[u8]) -> Option<u64> {
    str::from_utf8(payload).ok()?.parse().ok()
}
