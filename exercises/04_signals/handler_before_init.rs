//! The deploy that was called off too early
//!
//! A worker takes a lease on a shard, so that no second worker serves the same customers, and then
//! loads their prices, which takes a minute. One evening a deploy was called off while the new
//! workers were loading. They were sent SIGTERM and were gone at once, and the old workers could
//! not come back: every lease was taken, by processes that did not exist any more, and a lease runs
//! for six hours. A worker that is stopped gives its lease back; it had been tried, many times, with
//! workers that were ready.
//!
//! What it does: takes the lease of SHARD, loads the price lists, says `ready` and serves until it
//! is sent SIGTERM (or SIGINT: Ctrl-C). Then it gives the lease back, says `bye` and ends with
//! status 0.
//!
//! What it should do: just that, at whatever moment SIGTERM comes once it has begun to take the
//! lease. It may finish what it is about; it may say `ready` or leave it.
//!
//! By hand, pressing Ctrl-C once while it loads, and in a second run when it is ready:
//!
//! ```text
//! WORLD_MS=3000 cargo run -q -p signals --bin handler_before_init -- 7
//! ```
//!
//! Each of `acquire`, `load` and `release` takes WORLD_MS milliseconds, 200 unless set.

use std::env;
use std::error::Error;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use world::act;

/// How many price lists there are.
const LISTS: u64 = 3;

fn main() -> Result<(), Box<dyn Error>> {
    let shard = env::args().nth(1).and_then(|shard| shard.parse().ok()).unwrap_or(7);

    act("acquire", shard)?;
    let served = serve(shard);
    // Whatever happened in between: the lease goes back.
    act("release", shard)?;
    println!("bye");
    served
}

/// Loads the prices and serves until the end.
fn serve(shard: u64) -> Result<(), Box<dyn Error>> {
    for list in 1..=LISTS {
        act("load", list)?;
        println!("loaded price list {list} of {LISTS}");
    }

    // TODO: from here on SIGTERM is for us to handle. Whose was it until now?
    let mut signals = Signals::new([SIGTERM, SIGINT])?;
    println!("ready, shard {shard}");

    // The customers are served by other threads; this one waits for the end.
    let signal = signals.forever().next();
    println!("asked to stop by signal {}", signal.unwrap_or(0));
    Ok(())
}
