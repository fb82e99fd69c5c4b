//! The orders from Vaduz: solved
//!
//! A confirm answers "have you dealt with this message?", not "does it lie in a queue?". An
//! exchange keeps nothing: it copies a message into each queue that a binding names. Where there
//! are none, it has made no copy, dealt with it, and confirms. Only who publishes with `mandatory`
//! is told, and only if he listens.

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
    // Once for the channel. Without it `publish` would get `NotRequested` at once, for whatever it
    // sends.
    channel.confirm_select(ConfirmSelectOptions::default()).await?;

    let mut status = ExitCode::SUCCESS;
    for order in env::args().skip(1) {
        let (city, id) = order.split_once(':').ok_or("an order is a city, `:`, a number")?;
        // One answer means "it lies in a queue, on disk if that is durable"; name that one, and let
        // all others be the failure. `is_ack` says yes to the second line too.
        //
        //     Ack(None)             taken
        //     Ack(Some(message))    returned, as no binding fits: 312, NO_ROUTE. The broker sends it
        //                           back first, confirms then, and lapin puts the two together
        //     Nack(None)            refused: by a full queue that is set to `reject-publish`, say
        //     NotRequested          nobody has asked
        match publish(&channel, city, id).await? {
            Confirmation::Ack(None) => println!("{id} sent"),
            Confirmation::Ack(Some(back)) => {
                // The reason belongs into a log, for those who can do something about it.
                eprintln!("{id}: {} {}", back.reply_code, back.reply_text);
                println!("{id} not sent");
                status = ExitCode::FAILURE;
            }
            Confirmation::Nack(_) | Confirmation::NotRequested => {
                println!("{id} not sent");
                status = ExitCode::FAILURE;
            }
        }
        // The next order may go well: a returned message is no error of the channel. A missing
        // *exchange* is, it ends the channel with 404, and then `?` above is right.
    }
    // Says goodbye, and waits until all that was written is read. Not what makes it safe: the
    // confirms are.
    connection.close(200, "done".into()).await?;
    Ok(status)
}

/// Hands one order to the broker and waits for its answer.
///
/// One round trip for each. Who publishes much keeps the `PublisherConfirm`s and awaits them later,
/// in any order; each knows what became of its message.
async fn publish(channel: &Channel, city: &str, id: &str) -> lapin::Result<Confirmation> {
    let shop = world::name("shop");
    let options = BasicPublishOptions { mandatory: true, ..Default::default() };
    // On disk, if the queue is durable: 2 is "persistent".
    let properties = BasicProperties::default().with_delivery_mode(2);
    let written =
        channel.basic_publish(shop.into(), city.into(), options, id.as_bytes(), properties).await?;
    // The first await writes it to the socket, this one reads the answer.
    written.await
}

// What the publisher cannot do: ask beforehand. AMQP has no question "is something bound to this
// key?", and between the question and the message the answer may change. What the operator can do:
// an alternate exchange (policy `alternate-exchange`) with a queue behind it catches what fits
// nowhere. Then it is not returned any more, for it was routed; somebody has to look into that
// queue.
//
// rabbitmq.com, "Publishers" under "Unroutable Messages", "Alternate Exchanges";
// lapin::Confirmation
