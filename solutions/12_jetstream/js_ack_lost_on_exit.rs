//! The last payment of each run: solved
//!
//! An acknowledgement is a message to the broker, and it takes the same way as all others: a queue in
//! memory, a task that writes, a socket. The run ended between the first and the second.
//!
//! What changes: the acknowledgement is one that the broker answers, and the run waits for that.

use std::process::ExitCode;
use std::time::Duration;
use std::{env, str};

use async_nats::jetstream::{self, consumer::pull, stream};
use futures_util::StreamExt;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, async_nats::Error> {
    let batch = env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(5);

    let mut jetstream = jetstream::new(async_nats::connect(world::nats()).await?);
    // For each answer that is asked of the broker.
    jetstream.set_timeout(patience());
    let name = world::name("payments");
    let config = stream::Config { name: name.clone(), ..stream::Config::default() };
    let stream = jetstream.get_or_create_stream(config).await?;
    let bank = pull::Config { durable_name: Some("bank".to_owned()), ..pull::Config::default() };
    let bank = stream.get_or_create_consumer("bank", bank).await?;
    for payment in env::args().skip(2) {
        jetstream.publish(name.clone(), payment.into()).await?.await?;
    }

    let mut unsettled = 0;
    let mut messages = bank.fetch().max_messages(batch).messages().await?;
    while let Some(message) = messages.next().await {
        let message = message?;
        let Some(payment) = number(&message.payload) else { continue };
        if let Err(refused) = world::act_async("pay", payment).await {
            println!("{payment} not paid: {refused}");
            unsettled += 1;
            continue;
        }
        // `ack` publishes a message, and so it only puts a command into the client's queue. While the
        // next payment was awaited, the client's task wrote it. Behind the last one nothing is
        // awaited: a batch that is full is over without a word from the server. On quiet days the
        // batch is not full, the program waits for the server to say so, and the last acknowledgement
        // leaves meanwhile.
        //
        // `double_ack` asks for an answer and waits for it, as long as `Context::set_timeout` says.
        // `flush` would have been enough to get the bytes out of the process, and would have said
        // nothing of whether they arrived: a line that breaks takes them with it.
        //
        // An error means that nobody knows. The payment will come again in 30 s (`ack_wait`), and it
        // has been made: against that no acknowledgement helps, only a bank that knows the payment by
        // its number and does not make it twice. At least once is what a stream can promise.
        match message.double_ack().await {
            Ok(()) => println!("{payment} settled"),
            Err(error) => {
                println!("{payment} paid, not settled: {error}");
                unsettled += 1;
            }
        }
    }
    Ok(if unsettled == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn patience() -> Duration {
    let ms = env::var("PATIENCE_MS").ok().and_then(|text| text.parse().ok());
    Duration::from_millis(ms.unwrap_or(5000))
}

/// The number of a payment, as it is in the message.
fn number(payload: &[u8]) -> Option<u64> {
    str::from_utf8(payload).ok()?.parse().ok()
}

// async_nats::jetstream::Message under `ack` and `double_ack`; docs.nats.io, "Consumer Details"
