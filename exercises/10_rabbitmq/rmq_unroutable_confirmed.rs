//! The orders from Vaduz
//!
//! A shop publishes its orders to the exchange `shop`, each with the name of its city as routing
//! key. Every warehouse has bound a queue of its own to its city. The broker confirms each message,
//! and the program waits for that before it tells a customer that the order was taken.
//!
//! In spring the shop began to deliver to Vaduz. The warehouse there was to be ready a month later.
//! All orders from Vaduz were confirmed, and nobody has found one of them since.
//!
//! What it should do: publish each order that it is given, and say of each `4711 sent` or
//! `4711 not sent`. Sent is what lies in a queue and outlives a restart of the broker. The status is
//! 0 if all were sent, else 1. What is not sent goes back to the shop, which calls the customer; the
//! program neither tries again nor makes queues of its own.
//!
//! By hand, with a broker kept running by `cargo run -- brokers up`:
//!
//! ```text
//! cargo run -q -p rabbitmq --example queue -- bind shop bern bern-orders
//! cargo run -q -p rabbitmq --bin rmq_unroutable_confirmed -- bern:4711 vaduz:4712 bern:4713
//! cargo run -q -p rabbitmq --example queue -- look bern-orders
//! ```

use std::env;
use std::error::Error;
use std::process::ExitCode;

use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::{BasicProperties, Channel, Confirmation, Connection, ConnectionProperties};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let address = world::rabbitmq();
    let connection = Connection::connect(&address, ConnectionProperties::default()).await?;
    let channel = connection.create_channel().await?;
    channel.confirm_select(ConfirmSelectOptions::default()).await?;

    let mut status = ExitCode::SUCCESS;
    for order in env::args().skip(1) {
        let (city, id) = order.split_once(':').ok_or("an order is a city, `:`, a number")?;
        // TODO: what does the broker confirm?
        let confirmation = publish(&channel, city, id).await?;
        if confirmation.is_ack() {
            println!("{id} sent");
        } else {
            println!("{id} not sent");
            status = ExitCode::FAILURE;
        }
    }
    connection.close(200, "done".into()).await?;
    Ok(status)
}

/// Hands one order to the broker and waits for its answer.
async fn publish(channel: &Channel, city: &str, id: &str) -> lapin::Result<Confirmation> {
    let shop = world::name("shop");
    let options = BasicPublishOptions::default();
    // On disk, if the queue is durable: 2 is "persistent".
    let properties = BasicProperties::default().with_delivery_mode(2);
    let written =
        channel.basic_publish(shop.into(), city.into(), options, id.as_bytes(), properties).await?;
    // The first await writes it to the socket, this one reads the answer.
    written.await
}
