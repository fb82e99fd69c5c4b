//! The box office that said it was closed, and stayed
//!
//! In a theatre's box office the cashier types the number of a seat and Enter, and the ticket is
//! sold. At night a script closes the offices one after the other, by SIGTERM, and is to end when
//! all of them have. Each says that it is closed, and none of them ends, until somebody goes there
//! and presses Enter.
//!
//! What it does: reads one seat a line and sells it. At SIGTERM, and at the end of the input, it
//! finishes the sale in hand, begins no other, says how many there were, and ends with status 0:
//!
//! ```text
//! seat 12 sold
//! closed after 7 tickets
//! ```
//!
//! What it should do: just that, and really end, whether or not anybody types anything any more.
//!
//! By hand, typing some numbers, and then from another terminal:
//!
//! ```text
//! cargo run -q -p shutdown --bin tokio_stdin_hang
//! kill "$(pgrep -x tokio_stdin_han)"
//! ```

use std::io;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let mut stops = signal(SignalKind::terminate())?;
    let mut orders = BufReader::new(tokio::io::stdin()).lines();
    println!("ready");

    let mut sold = 0;
    loop {
        // Both may be dropped at any time: `next_line` keeps what it has read for its next call.
        let order = tokio::select! {
            biased; // If both are ready, the first: nothing is sold after SIGTERM.
            _ = stops.recv() => break,
            order = orders.next_line() => order?,
        };
        match order {
            Some(order) => sold += sell(&order).await,
            None => break,
        }
    }
    println!("closed after {sold} tickets");
    // TODO: this is the end of main, and not of the program. Who is not done yet?
    Ok(())
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
