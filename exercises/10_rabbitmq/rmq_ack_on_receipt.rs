//! The orders that nobody had
//!
//! A warehouse takes orders from the queue `orders`, one task receives them, another packs them,
//! one after the other. Packing takes its time, and somebody had read that the broker must not be
//! kept waiting for its acknowledgements. So each order is acknowledged when it arrives.
//!
//! One night the machine lost power. Eleven customers never got anything. Their orders were not in
//! the queue, not in the program, and not in a parcel.
//!
//! What it should do: pack each order, one after the other, on the one table that there is. An order
//! that is refused (503: not now, the cartons are out) goes back to the queue, and is packed when it
//! comes again. When the program is killed, the order in hand and all behind it are with the broker
//! still, and whoever starts next packs them. No more than five orders are in the program at any
//! time, however long the queue is; so two warehouses can share it.
//!
//! By hand, with a broker kept running by `cargo run -- brokers up`:
//!
//! ```text
//! cargo run -q -p rabbitmq --example queue -- put orders 4711 4712 4713 4714 4715 4716 4717
//! WORLD_MS=2000 cargo run -q -p rabbitmq --bin rmq_ack_on_receipt     then kill -9 it
//! cargo run -q -p rabbitmq --example queue -- look orders
//! ```

use std::error::Error;

use futures_util::StreamExt;
use lapin::options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions};
use lapin::types::FieldTable;
use lapin::{Connection, ConnectionProperties};
use tokio::sync::mpsc;

/// So many orders may be in this program.
const PREFETCH: u16 = 5;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = world::rabbitmq();
    let connection = Connection::connect(&address, ConnectionProperties::default()).await?;
    let channel = connection.create_channel().await?;
    channel.basic_qos(PREFETCH, BasicQosOptions::default()).await?;
    let queue = world::name("orders");
    let options = BasicConsumeOptions::default();
    let mut deliveries =
        channel.basic_consume(queue.into(), "".into(), options, FieldTable::default()).await?;

    let (to_packer, orders) = mpsc::unbounded_channel();
    tokio::spawn(pack(orders));
    println!("ready");

    while let Some(delivery) = deliveries.next().await {
        let delivery = delivery?;
        let id: u64 = str::from_utf8(&delivery.data)?.parse()?;
        // TODO: what does the broker do when it reads this?
        delivery.ack(BasicAckOptions::default()).await?;
        to_packer.send(id)?;
    }
    Ok(())
}

/// Packs one order after the other.
async fn pack(mut orders: mpsc::UnboundedReceiver<u64>) {
    while let Some(id) = orders.recv().await {
        match world::act_async("pack", id).await {
            Ok(()) => println!("{id} packed"),
            Err(refused) => println!("{id} {refused}"),
        }
    }
}
