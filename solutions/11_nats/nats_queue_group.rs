//! The parcels that were sent twice: solved
//!
//! Whoever subscribes to a subject gets every message, and a second instance of a service is one more
//! subscriber. The server cannot know that the two want to share, unless they say so.
//!
//! What changes: the subscription names a queue group.

use std::{env, str};

use futures_util::StreamExt;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), async_nats::Error> {
    let verb = env::args().nth(1).unwrap_or("ship".to_owned());

    let client = async_nats::connect(world::nats()).await?;
    let subject = world::name("orders");
    // A subject is a name on a message, and each subscriber gets a copy: that is right for the mail
    // service and the shipping service, who do not know of each other. Those that name the same queue
    // group count as one: the server gives each message to one of its members, by chance.
    //
    // The group is called like the service. One name for all would let the mail service take orders
    // away from those that ship. A name of each process alone would make groups of one, which is the
    // program as it was. Nothing has to be set up at the server, and a group is gone with its last
    // member.
    //
    // What it is not: a queue. A member that hangs goes on getting its share, which waits in its own
    // memory and is lost with it; when no member is there, nobody keeps the message. For that there
    // are streams, whose consumers give a message to somebody else if it is not acknowledged.
    let mut orders = client.queue_subscribe(subject, verb.clone()).await?;
    // The subscription is on its way to the server when this returns. That is enough here: what comes
    // before it is there goes to the other members. Whoever must not miss the first message waits for
    // the server to answer something on this connection, a message to oneself for one.
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

// async_nats::Client::queue_subscribe; docs.nats.io, "Queue Groups"
