//! The buoy that answered ten minutes later: solved
//!
//! An `.await` waits for one future. Here it was the end of a pause, and the order lay in a channel
//! that nobody looked into before it was over. Sleeping in async code lets *other* tasks run; this
//! task sleeps just as a thread would.
//!
//! What changes: the task waits for two futures at once, and goes on with whichever is ready first.

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

    // Once, before `ready`, and not anew in each turn of a loop: a stream delivers what came since
    // it was made, and what comes while there is none is lost, as its handler stays and has nobody
    // to tell.
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
        // Not in the `select!`: the branch that loses is dropped where it stands, and this one
        // stands between a request and its answer. A batch that is half sent would neither be sent
        // nor not. An order that comes meanwhile waits in the channel.
        if let Err(refused) = world::act_async("send", batch).await {
            println!("batch {batch}: {refused}");
        }
        // Both of these may be dropped at any time: a sleep has nothing to lose, and `recv` takes an
        // item only when it is ready ("cancel safety" on its page). `None` would mean that main is
        // gone, which is an order to stop as well.
        //
        // `time::timeout(interval, orders.recv())` says nearly the same in one line. A std channel's
        // `recv_timeout` would block the thread, and with it main, who has the order to pass on.
        tokio::select! {
            () = time::sleep(interval) => {}
            order = orders.recv() => match order {
                Some(Order::SendNow) => {}
                Some(Order::Stop) | None => return batch - first + 1,
            },
        }
        // A channel has an order, and a stop may stand behind an older "send now": both came during
        // one batch. So all that is there is looked at before the next batch. Two of "now" are one.
        while let Ok(order) = orders.try_recv() {
            if let Order::Stop = order {
                return batch - first + 1;
            }
        }
    }
    0
    // tokio::select! under "Cancellation safety"; tokio::signal::unix::Signal;
    // signal_hook_tokio::Signals is the same as a stream, for programs that have signal-hook anyway
}
