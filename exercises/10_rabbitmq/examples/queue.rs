//! Puts messages into queues, looks at queues, deletes them: for trying the programs of this
//! chapter by hand.
//!
//! ```text
//! cargo run -q -p rabbitmq --example queue -- put QUEUE TEXT...         makes the queue if need be
//! cargo run -q -p rabbitmq --example queue -- bind EXCHANGE KEY QUEUE   makes both if need be
//! cargo run -q -p rabbitmq --example queue -- look QUEUE...
//! cargo run -q -p rabbitmq --example queue -- delete QUEUE...
//! ```

use std::error::Error;

use lapin::options::{
    BasicPublishOptions, ConfirmSelectOptions, ExchangeDeclareOptions, QueueBindOptions,
    QueueDeclareOptions, QueueDeleteOptions,
};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Connection, ConnectionProperties, ExchangeKind, Queue};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = world::rabbitmq();
    let connection = Connection::connect(&address, ConnectionProperties::default()).await?;
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["put", queue, ref texts @ ..] => put(&connection, queue, texts).await?,
        ["bind", exchange, key, queue] => bind(&connection, exchange, key, queue).await?,
        ["look", ref queues @ ..] => {
            for name in queues {
                match find(&connection, name).await {
                    Ok(queue) => println!(
                        "{name}: {} ready, {} consumers",
                        queue.message_count(),
                        queue.consumer_count()
                    ),
                    Err(error) => println!("{name}: {error}"),
                }
            }
        }
        ["delete", ref queues @ ..] => {
            let channel = connection.create_channel().await?;
            for &name in queues {
                let count =
                    channel.queue_delete(name.into(), QueueDeleteOptions::default()).await?;
                println!("{name}: deleted with {count} messages");
            }
        }
        _ => println!(
            "put QUEUE TEXT..., bind EXCHANGE KEY QUEUE, look QUEUE..., or delete QUEUE..."
        ),
    }
    Ok(())
}

/// What the broker says of a queue. A passive declaration makes none. If there is none, the broker
/// closes the channel, so this takes one of its own.
async fn find(connection: &Connection, name: &str) -> lapin::Result<Queue> {
    let channel = connection.create_channel().await?;
    let options = QueueDeclareOptions::durable().passive();
    channel.queue_declare(name.into(), options, FieldTable::default()).await
}

async fn make(connection: &Connection, name: &str) -> lapin::Result<()> {
    if find(connection, name).await.is_err() {
        let channel = connection.create_channel().await?;
        let mut arguments = FieldTable::default();
        // A queue that nobody has used for an hour goes away; the programs of this chapter say the
        // same.
        arguments.insert("x-expires".into(), 3_600_000.into());
        channel.queue_declare(name.into(), QueueDeclareOptions::durable(), arguments).await?;
    }
    Ok(())
}

async fn put(connection: &Connection, queue: &str, texts: &[&str]) -> lapin::Result<()> {
    make(connection, queue).await?;
    let channel = connection.create_channel().await?;
    channel.confirm_select(ConfirmSelectOptions::default()).await?;
    for text in texts {
        let options = BasicPublishOptions { mandatory: true, ..Default::default() };
        let properties = BasicProperties::default().with_delivery_mode(2);
        // The default exchange, whose name is empty, routes to the queue that is called like the
        // key.
        let written = channel
            .basic_publish("".into(), queue.into(), options, text.as_bytes(), properties)
            .await?;
        println!("{text}: {:?}", written.await?);
    }
    Ok(())
}

async fn bind(
    connection: &Connection,
    exchange: &str,
    key: &str,
    queue: &str,
) -> lapin::Result<()> {
    make(connection, queue).await?;
    let channel = connection.create_channel().await?;
    // Goes away with the last queue that is bound to it.
    let options = ExchangeDeclareOptions { durable: true, auto_delete: true, ..Default::default() };
    let none = FieldTable::default;
    channel.exchange_declare(exchange.into(), ExchangeKind::Direct, options, none()).await?;
    let options = QueueBindOptions::default();
    channel.queue_bind(queue.into(), exchange.into(), key.into(), options, none()).await
}
