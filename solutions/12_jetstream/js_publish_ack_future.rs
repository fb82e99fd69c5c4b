//! The orders from Norway: solved
//!
//! `publish` of a stream is a message with a question: where is it stored? The answer comes when the
//! server has it, and it is a message too. The program asked fifty times, and did not wait for one
//! answer. So it did not hear that no stream takes in `orders.no.*`, and on some days it ended before
//! anything had been sent.
//!
//! What changes: the answers are collected and awaited, and what they say is what the program says.

use std::env;
use std::process::ExitCode;

use async_nats::jetstream::{self, stream};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, async_nats::Error> {
    let orders: Vec<String> = env::args().skip(1).collect();

    let client = async_nats::connect(world::nats()).await?;
    let jetstream = jetstream::new(client);
    let name = world::name("orders");
    let subjects = vec![format!("{name}.de.*"), format!("{name}.fr.*")];
    let config = stream::Config { name: name.clone(), subjects, ..stream::Config::default() };
    jetstream.get_or_create_stream(config).await?;
    println!("ready");

    world::act_async("take", orders.len() as u64).await?;
    let mut answers = Vec::new();
    for order in &orders {
        // The first await: the message is in the client's queue, and nobody has said anything about
        // it. What comes back is a second future, the server's answer. To drop it is to not listen;
        // in this program it was worse, since nothing else was awaited, and so nothing was ever
        // written.
        //
        // All messages first, then all answers: they are under way together.
        // `publish(..).await?.await?` in one line is as right, and takes a way there and back for
        // each. How many answers may be missing at a time is limited
        // (`ContextBuilder::max_ack_inflight`); then this waits.
        answers.push(jetstream.publish(format!("{name}.{order}"), order.clone().into()).await);
    }
    let mut status = ExitCode::SUCCESS;
    for (order, answer) in orders.iter().zip(answers) {
        // The second await. `Ok` is the server's word: stored, in this stream, at this place. An
        // error is either its word as well (no room, too large), or the word that no stream takes in
        // the subject, or that no answer came within 5 s. Only after the last of these it may be
        // stored all the same, and who sends again sends twice; the header `Nats-Msg-Id` tells the
        // server that it is the same.
        let stored = match answer {
            Ok(answer) => answer.await,
            Err(error) => Err(error),
        };
        match stored {
            Ok(stored) => println!("{order} stored as {}", stored.sequence),
            Err(error) => {
                // No `?`: what becomes of one order says nothing of the others, which are sent by
                // now.
                println!("{order} not stored: {error}");
                status = ExitCode::FAILURE;
            }
        }
    }
    Ok(status)
}

// async_nats::jetstream::Context::publish, `PublishAckFuture`; docs.nats.io, "JetStream Model Deep
// Dive"
