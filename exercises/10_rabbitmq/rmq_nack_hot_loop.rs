//! The bill that was printed six hundred times a second
//!
//! A program prints bills from the queue `bills`. Sometimes the printer says no. The bill must not
//! be lost, so it is given back: `nack` with `requeue`.
//!
//! One bill had a name in it that the printer did not know. It said no, and again, and again. The
//! log grew by a gigabyte an hour, the bills behind that one waited until Monday, and nothing said
//! which one it was.
//!
//! What it should do: a bill that was refused is tried three times in all, with PAUSE_MS in between
//! (2000 unless set), whichever program is running then. Meanwhile the bills behind it are printed.
//! In the pause it lies in the queue `bills.wait`, so it is not lost when this program is killed.
//! After the third time it lies in `bills.dead`, where somebody looks each morning. No bill is lost
//! at any moment, nor when the broker is restarted.
//!
//! By hand, with a broker kept running by `cargo run -- brokers up`:
//!
//! ```text
//! cargo run -q -p rabbitmq --bin rmq_nack_hot_loop        Ctrl-C ends it
//! cargo run -q -p rabbitmq --example queue -- put bills 4711 13 4712
//! cargo run -q -p rabbitmq --example queue -- delete bills bills.wait bills.dead
//! ```
//!
//! By hand the printer refuses number 13 alone. A queue keeps the arguments that it was made with:
//! after a change to them delete it, or the broker answers PRECONDITION_FAILED.

use std::error::Error;

use futures_util::StreamExt;
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicNackOptions, BasicQosOptions, QueueDeclareOptions,
};
use lapin::types::FieldTable;
use lapin::{Channel, Connection, ConnectionProperties};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = world::rabbitmq();
    let connection = Connection::connect(&address, ConnectionProperties::default()).await?;
    let channel = connection.create_channel().await?;
    let bills = world::name("bills");
    declare(&channel, &bills, FieldTable::default()).await?;
    declare(&channel, &format!("{bills}.dead"), FieldTable::default()).await?;

    // There is one printer.
    channel.basic_qos(1, BasicQosOptions::default()).await?;
    let options = BasicConsumeOptions::default();
    let mut deliveries = channel
        .basic_consume(bills.as_str().into(), "".into(), options, FieldTable::default())
        .await?;
    println!("ready");

    while let Some(delivery) = deliveries.next().await {
        let delivery = delivery?;
        let id = str::from_utf8(&delivery.data)?.parse()?;
        match print(id).await {
            Ok(()) => {
                delivery.ack(BasicAckOptions::default()).await?;
                println!("{id} printed");
            }
            Err(refused) => {
                println!("{id} {refused}");
                // TODO: where in the queue does it go, and when is it delivered again?
                delivery.nack(BasicNackOptions { requeue: true, ..Default::default() }).await?;
            }
        }
    }
    Ok(())
}

/// The printer. By hand it says no to number 13.
async fn print(id: u64) -> Result<(), String> {
    if id == 13 {
        return Err("refused: no such character".to_owned());
    }
    world::act_async("print", id).await.map_err(|refused| refused.to_string())
}

/// Makes a queue that outlives the broker's restart. If it is there already with the same
/// arguments, this changes nothing.
async fn declare(channel: &Channel, name: &str, mut arguments: FieldTable) -> lapin::Result<()> {
    // This is a course: a queue that nobody has used for an hour goes away. In production leave it
    // out.
    arguments.insert("x-expires".into(), 3_600_000.into());
    channel.queue_declare(name.into(), QueueDeclareOptions::durable(), arguments).await?;
    Ok(())
}
