//! The last payment of each run
//!
//! Payments wait in a stream. Every few minutes a job takes out what there is, five at most, hands
//! each payment to the bank, acknowledges it, and ends. On quiet days all is well. On busy ones some
//! employees get their money twice, a few minutes apart, and it is always the last one of a run who
//! does. The acknowledgement is in the source, in the line behind the payment, and reports no error.
//!
//! What it does: takes at most BATCH payments from the consumer `bank` of the stream `payments`. Each
//! message is the number of a payment. It pays each, acknowledges it, says so, and ends with status 0:
//!
//! ```text
//! 4711 settled
//! ```
//!
//! What it should do: just that, and call a payment settled when the broker knows that it is, neither
//! before it is paid nor before the broker has said so. The line to the broker is slow at times: for an
//! answer the run waits as many milliseconds as the environment variable PATIENCE_MS says, 5000 if
//! there is none. A payment for which there is none by then is not called settled, and the status is 1.
//!
//! By hand, with a broker that runs (`cargo run -- brokers up`): with numbers behind BATCH the program
//! first puts these payments into the stream. What comes after 30 s without an acknowledgement is sent
//! to the next run:
//!
//! ```text
//! cargo run -q -p jetstream --bin js_ack_lost_on_exit -- 2 4711 4712; echo "status $?"
//! sleep 31; cargo run -q -p jetstream --bin js_ack_lost_on_exit -- 2
//! ```
//!
//! BATCH is 5 unless you give it.

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
        // TODO: `ack` has said `Ok`. What does it know by then?
        match message.ack().await {
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
