//! The box office that said it was closed, and stayed: solved
//!
//! There is no reading of a terminal or a pipe that can be called off. tokio puts the read(2) on a
//! thread of its pool for blocking calls; dropping the future, or aborting the task, drops the wait
//! for that thread and not the call that it is in. And when main returns, the runtime is dropped,
//! which waits for its threads.
//!
//! What changes: the read stands on a thread that nobody waits for.

use std::{io, thread};

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let mut stops = signal(SignalKind::terminate())?;
    let mut orders = lines_of_stdin();
    println!("ready");

    let mut sold = 0;
    loop {
        // `recv` takes a line only when it is ready with it, so that none is lost when it is dropped.
        let order = tokio::select! {
            // The first that is ready, from the top: nothing is sold after SIGTERM, however many orders
            // wait. Without `biased` it would be left to chance each time.
            biased;
            _ = stops.recv() => break,
            order = orders.recv() => order,
        };
        match order {
            Some(order) => sold += sell(&order?).await,
            None => break,
        }
    }
    println!("closed after {sold} tickets");
    Ok(())
    // The other way, when the runtime is one's own: `Runtime::shutdown_background()` does not wait,
    // and `shutdown_timeout(..)` waits for so long at the most, which here would be so long each
    // time. `std::process::exit(0)` as the last line does it too; destructors of main do not run.
}

/// The lines of the standard input, from a thread that reads nothing else. The channel is at its end
/// when the input is.
fn lines_of_stdin() -> mpsc::UnboundedReceiver<io::Result<String>> {
    // Unbounded: the reader is no faster than whoever types. For an input that comes from a program,
    // `mpsc::channel(1)` and `blocking_send` hold it back; `try_send` would throw lines away.
    let (line, lines) = mpsc::unbounded_channel();
    // Not `spawn_blocking`: its threads are the runtime's, and are waited for. A thread of std
    // is not joined by anybody here, and ends with the process, in the middle of its read.
    thread::spawn(move || {
        for next in io::stdin().lines() {
            if line.send(next).is_err() {
                break;
            }
        }
    });
    lines
    // tokio::io::Stdin; tokio::runtime::Runtime under "Shutdown"; tokio::task::spawn_blocking
}

/// Sells the seat of this number, and says how many that makes.
async fn sell(order: &str) -> u64 {
    let Ok(seat) = order.trim().parse() else {
        println!("{order:?} is not the number of a seat");
        return 0;
    };
    match world::act_async("sell", seat).await {
        Ok(()) => {
            println!("seat {seat} sold");
            1
        }
        Err(refused) => {
            println!("seat {seat}: {refused}");
            0
        }
    }
}
