//! The letters that stopped every few weeks: solved
//!
//! Every delivery ends in one of three ways: ack (done), reject or nack with `requeue` (somebody
//! else, or later), reject or nack without (never: dead letter it or drop it). A path of the
//! program that does none of them is a leak. It leaks one of five, so the fifth stops everything,
//! and no error is raised anywhere.

use std::error::Error;

use futures_util::StreamExt;
use lapin::options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions};
use lapin::types::FieldTable;
use lapin::{Connection, ConnectionProperties};

/// So many messages may be on their way to us or in our hands.
///
/// More of them, or none of this at all (0 is "no limit"), only moves the day on which it stops:
/// the broker keeps each delivery that was not settled, in memory, and gives all of them to whoever
/// comes next.
const PREFETCH: u16 = 5;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = world::rabbitmq();
    let connection = Connection::connect(&address, ConnectionProperties::default()).await?;
    let channel = connection.create_channel().await?;
    // Before the consumer: it takes the limit that its channel has when it is made.
    channel.basic_qos(PREFETCH, BasicQosOptions::default()).await?;
    let queue = world::name("letters");
    // Not `no_ack`: with that the broker forgets each message as it writes it to the socket, and
    // ignores the prefetch as well.
    let options = BasicConsumeOptions::default();
    let mut letters =
        channel.basic_consume(queue.into(), "".into(), options, FieldTable::default()).await?;
    println!("ready");

    while let Some(delivery) = letters.next().await {
        // An error here is the end of the channel or the connection. What we have not settled goes
        // back to the queue by itself, so the honest thing is to end with an error and be started
        // again.
        let delivery = delivery?;
        let text = str::from_utf8(&delivery.data)?;
        let (id, wish) = text.split_once(' ').ok_or("a message is an order and a wish")?;
        let id = id.parse()?;

        // One way to the acknowledgement, whatever the message says. Two of them, one in each
        // branch, are right as well, until somebody adds a third branch.
        if wish == "none" {
            // Nothing to do is done. A `nack` with `requeue` would say "not me", and there is
            // nobody else.
            println!("{id}: nothing to do");
        } else {
            world::act_async("post", id).await?;
            println!("{id}: on its way");
        }
        // After the work, or a kill in the middle of it loses the letter. So a kill between these
        // two lines sends it twice: at least once is what acknowledgements can give. Without
        // `multiple`, which would settle all deliveries of this channel up to this one, also those
        // that somebody else works on.
        delivery.ack(BasicAckOptions::default()).await?;
    }
    Ok(())
}

// How to see the leak from outside: `rabbitmqctl list_queues name messages_ready
// messages_unacknowledged`. A number of unacknowledged messages that stands still at the prefetch
// is this program. RabbitMQ's own remedy is `consumer_timeout` (30 minutes unless set): it closes
// the channel of whoever is that late, and all of its deliveries go back. That makes a noise, and
// does not mend anything.
//
// rabbitmq.com, "Consumer Acknowledgements and Publisher Confirms"; lapin::message::Delivery,
// lapin::Acker
