//! The labels that were cut in half
//!
//! A depot prints a label for each parcel. Stopped by SIGTERM, the program is to finish the label in
//! hand, park the print head, and end; so says its documentation, which goes on: "if you are in a
//! hurry, send it a second time". Since that second half was added, each stop leaves half a label in
//! the printer, and the head dries out where it stands. Nobody is ever in a hurry there: the signal
//! is sent once.
//!
//! What it does: prints label FIRST, FIRST + 1 and so on. After SIGTERM or SIGINT it finishes the
//! label in hand, parks the head, says how many labels there were, and ends with status 0:
//!
//! ```text
//! stopped after 7 labels
//! ```
//!
//! What it should do: just that at the first signal; and at the second one, of either kind and as
//! long as it has not ended, end at once, with the status of a program that was interrupted by that
//! signal: 130 for SIGINT, 143 for SIGTERM.
//!
//! By hand, with labels that take ten seconds, pressing Ctrl-C once, or twice:
//!
//! ```text
//! WORLD_MS=10000 cargo run -q -p shutdown --bin double_signal_order -- 7; echo "status $?"
//! ```
//!
//! FIRST is 1 unless you give it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::{env, io};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

fn main() -> io::Result<()> {
    let first = env::args().nth(1).and_then(|first| first.parse().ok()).unwrap_or(1);

    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // The first one asks to stop.
        flag::register(signal, Arc::clone(&stop))?;
        // The second one comes when that has been asked already, and ends the process.
        // TODO: both of these see every signal. What does the second one see at the first?
        flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&stop))?;
    }
    println!("ready");

    let mut count = 0;
    for label in first.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        match world::act("print", label) {
            Ok(()) => count += 1,
            Err(refused) => println!("label {label}: {refused}"),
        }
    }
    if let Err(refused) = world::act("park", first) {
        println!("the head is not parked: {refused}");
    }
    println!("stopped after {count} labels");
    Ok(())
}
