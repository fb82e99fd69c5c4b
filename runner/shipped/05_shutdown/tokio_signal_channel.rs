//! The buoy that answered ten minutes later
//!
//! A buoy measures the waves and sends a batch of figures to the coast every ten minutes. SIGUSR1
//! means: send the next batch now, a ship is waiting. SIGTERM means: stop, the figures are complete.
//! Both are passed on to the task that sends, through a channel, as one should. The ships complain
//! that the answer comes when it would have come anyway, and the crew that fetches the buoy turns
//! it off at the battery, because it does not stop.
//!
//! What it does: sends batch FIRST, FIRST + 1 and so on, with a pause in between, and in the end says
//! how many they were:
//!
//! ```text
//! stopped after 7 batches
//! ```
//!
//! What it should do: at SIGUSR1 send the next batch at once; at SIGTERM end at once, with status 0.
//! A batch that is under way, and cannot be sent in halves, is finished first; none is begun after
//! SIGTERM, whatever was ordered before. The battery is small: in a pause nothing wakes up to look
//! whether there is something to do.
//!
//! By hand, and from another terminal (pgrep knows 15 letters of a name):
//!
//! ```text
//! cargo run -q -p shutdown --bin tokio_signal_channel -- 7
//! kill -USR1 "$(pgrep -x tokio_signal_ch)"
//! kill "$(pgrep -x tokio_signal_ch)"
//! ```
//!
//! FIRST is 1 unless you give it, the pause is INTERVAL_MS milliseconds or ten minutes.

use std::time::Duration;
use std::{env, io};

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio::time;

/// What a signal asks for.
enum Order {
    SendNow,
    Stop,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let first = env::args().nth(1).and_then(|first| first.parse().ok()).unwrap_or(1);
    let interval = env::var("INTERVAL_MS").ok().and_then(|ms| ms.parse().ok());
    let interval = Duration::from_millis(interval.unwrap_or(600_000));

    let mut hurries = signal(SignalKind::user_defined1())?;
    let mut stops = signal(SignalKind::terminate())?;
    let (order, orders) = mpsc::unbounded_channel();
    let sender = tokio::spawn(send_from(first, interval, orders));
    println!("ready");

    // The other side is gone only when the sender has ended, and then nobody needs the order.
    loop {
        tokio::select! {
            _ = hurries.recv() => drop(order.send(Order::SendNow)),
            _ = stops.recv() => break drop(order.send(Order::Stop)),
        }
    }
    println!("stopped after {} batches", sender.await?);
    Ok(())
}

/// Sends one batch after the other until it is told to stop, and counts them.
async fn send_from(
    first: u64,
    interval: Duration,
    mut orders: mpsc::UnboundedReceiver<Order>,
) -> u64 {
    for batch in first.. {
        if let Err(refused) = world::act_async("send", batch).await {
            println!("batch {batch}: {refused}");
        }
        // TODO: an order may come here, and what is done about it?
        time::sleep(interval).await;
        if let Ok(Order::Stop) = orders.try_recv() {
            return batch - first + 1;
        }
    }
    0
}
