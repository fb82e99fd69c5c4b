//! The letters that stopped every few weeks
//!
//! A shop writes to its customers: an order becomes a message in the queue `letters`, `4711 post`,
//! and this program sends the letter. Some customers want no paper, theirs say `4712 none`, and for
//! those there is nothing to do.
//!
//! Every few weeks no letter went out any more. The program was up, its log ended in the middle of
//! a day without an error, and the queue grew. Somebody restarted it, and it went on, for a few
//! weeks.
//!
//! What it should do: send each letter once, and none to those who want none, and be done with every
//! message, so that none comes back when the program is gone. It takes up to five at a time from the
//! broker. When it is killed in the middle of a letter, that letter is not lost. What a program
//! gives up, the shop's broker takes to `letters.dead`, where people look into each: none of these
//! messages belongs there.
//!
//! By hand, with a broker kept running by `cargo run -- brokers up`:
//!
//! ```text
//! cargo run -q -p rabbitmq --example queue -- put letters "4711 post" "4712 none" "4713 post"
//! cargo run -q -p rabbitmq --bin rmq_forgotten_ack        Ctrl-C ends it
//! cargo run -q -p rabbitmq --example queue -- look letters
//! ```

use std::error::Error;

use futures_util::StreamExt;
use lapin::options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions};
use lapin::types::FieldTable;
use lapin::{Connection, ConnectionProperties};

/// So many messages may be on their way to us or in our hands.
const PREFETCH: u16 = 5;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = world::rabbitmq();
    let connection = Connection::connect(&address, ConnectionProperties::default()).await?;
    let channel = connection.create_channel().await?;
    channel.basic_qos(PREFETCH, BasicQosOptions::default()).await?;
    let queue = world::name("letters");
    let options = BasicConsumeOptions::default();
    let mut letters =
        channel.basic_consume(queue.into(), "".into(), options, FieldTable::default()).await?;
    println!("ready");

    while let Some(delivery) = letters.next().await {
        let delivery = delivery?;
        let text = str::from_utf8(&delivery.data)?;
        let (id, wish) = text.split_once(' ').ok_or("a message is an order and a wish")?;
        let id = id.parse()?;

        // TODO: the broker still waits for something.
        if wish == "none" {
            println!("{id}: nothing to do");
            continue;
        }
        world::act_async("post", id).await?;
        delivery.ack(BasicAckOptions::default()).await?;
        println!("{id}: on its way");
    }
    Ok(())
}
