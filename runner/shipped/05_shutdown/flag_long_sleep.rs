//! The meter that was always stopped by force
//!
//! A water works reads its meters every ten minutes. What was read is kept in memory, and handed in
//! when the service is stopped. It is stopped whenever the machine is updated, and after each update
//! the hours before were missing. The log of the service manager says, each time, 90 seconds after
//! it had asked: `State 'stop-sigterm' timed out. Killing.` The service does handle SIGTERM; the
//! source shows that clearly.
//!
//! What it does: takes reading FIRST, FIRST + 1 and so on, with a pause in between. After SIGTERM it
//! hands in each of its readings, says how many they were, and ends with status 0:
//!
//! ```text
//! stopped after 7 readings
//! ```
//!
//! What it should do: just that, and at once, however long the pause may be. A reading that is under
//! way is finished first. The machine at the pump runs on a battery, so in a pause nothing wakes up
//! to look whether there is something to do.
//!
//! By hand, and from another terminal:
//!
//! ```text
//! cargo run -q -p shutdown --bin flag_long_sleep -- 7
//! kill "$(pgrep -x flag_long_sleep)"
//! ```
//!
//! FIRST is 1 unless you give it, the pause is INTERVAL_MS milliseconds or ten minutes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use std::{env, io, thread};

use signal_hook::consts::SIGTERM;
use signal_hook::flag;

fn main() -> io::Result<()> {
    let first = env::args().nth(1).and_then(|first| first.parse().ok()).unwrap_or(1);
    let interval = env::var("INTERVAL_MS").ok().and_then(|ms| ms.parse().ok());
    let interval = Duration::from_millis(interval.unwrap_or(600_000));

    // From here on SIGTERM does not end this process any more: it sets the flag.
    let stop = Arc::new(AtomicBool::new(false));
    flag::register(SIGTERM, Arc::clone(&stop))?;
    println!("ready");

    let mut readings = Vec::new();
    for reading in first.. {
        match world::act("read", reading) {
            Ok(()) => readings.push(reading),
            Err(refused) => println!("reading {reading}: {refused}"),
        }
        // TODO: the flag is set when the signal comes. When is it looked at?
        thread::sleep(interval);
        if stop.load(Ordering::Relaxed) {
            break;
        }
    }
    hand_in(&readings);
    println!("stopped after {} readings", readings.len());
    Ok(())
}

/// Hands in what was read, in order.
fn hand_in(readings: &[u64]) {
    for &reading in readings {
        if let Err(refused) = world::act("hand_in", reading) {
            println!("reading {reading} was not handed in: {refused}");
        }
    }
}
