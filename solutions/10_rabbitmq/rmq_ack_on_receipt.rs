//! The orders that nobody had: solved
//!
//! An acknowledgement hands over responsibility: "you may forget it, I have done what it was for".
//! What sends it before the work is done has to keep the message itself, on disk, and then it is a
//! broker.

use std::error::Error;

use futures_util::StreamExt;
use lapin::message::Delivery;
use lapin::options::{BasicAckOptions, BasicConsumeOptions, BasicNackOptions, BasicQosOptions};
use lapin::types::FieldTable;
use lapin::{Connection, ConnectionProperties};
use tokio::sync::mpsc;

/// So many orders may be in this program.
///
/// The broker counts what is delivered and not acknowledged. As the acknowledgement comes after the
/// work now, this bounds the channel below too: it never holds more than five. With
/// acknowledgements on receipt it bounded nothing, the whole queue moved into our memory, and a
/// second warehouse would have found it empty.
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
        // The whole delivery, not only its number: with it goes the right to settle it. It is an
        // ordinary value which may go to another task. It cannot go to another channel: its tag
        // means something on the channel alone that it came by.
        to_packer.send(delivery?)?;
    }
    Ok(())
}

/// Packs one order after the other.
async fn pack(mut orders: mpsc::UnboundedReceiver<Delivery>) {
    while let Some(delivery) = orders.recv().await {
        let Ok(id) = str::from_utf8(&delivery.data).unwrap_or_default().parse() else {
            // Nobody can ever pack this. Unsettled it would keep one of five places for ever.
            println!("no order: {:?}", delivery.data);
            let _ = delivery.ack(BasicAckOptions::default()).await;
            continue;
        };
        match world::act_async("pack", id).await {
            Ok(()) => {
                println!("{id} packed");
                // After the work. An error means that the channel is gone; then the broker gives
                // the order to somebody again, and it is packed twice. Where that must not be, the
                // work itself has to know the order's number: no broker can take this from us.
                let _ = delivery.ack(BasicAckOptions::default()).await;
            }
            Err(refused) => {
                println!("{id} {refused}");
                // Not done, and not impossible: back to its place. Acknowledged, it would be lost;
                // without `requeue`, which is what `default` means, given up; and dropped without
                // an answer it would stay ours until the channel ends, in one of five places. It
                // comes again at once. The same with pauses and a limit is `rmq_nack_hot_loop`.
                let back = BasicNackOptions { requeue: true, ..Default::default() };
                let _ = delivery.nack(back).await;
            }
        }
    }
}

// "The broker must not be kept waiting" is half true: RabbitMQ closes a channel that keeps a
// delivery for longer than `consumer_timeout`, 30 minutes unless set. Work that takes so long wants
// another design, say a row in a table that is written in one transaction with "taken". It does not
// want an early acknowledgement.
//
// rabbitmq.com, "Consumer Prefetch" and "Consumer Acknowledgements and Publisher Confirms";
// lapin::Channel::basic_qos
