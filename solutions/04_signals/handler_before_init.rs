//! The deploy that was called off too early: solved
//!
//! Until a program has said what is to be done about a signal, the kernel does what it has always
//! done: SIGTERM ends it, wherever it is, and no line of its own is run any more. So the handlers
//! come first, before anything is taken that would have to be given back.
//!
//! What changes: `Signals::new` moves up by twenty lines.

use std::env;
use std::error::Error;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use world::act;

/// How many price lists there are.
const LISTS: u64 = 3;

fn main() -> Result<(), Box<dyn Error>> {
    let shard = env::args().nth(1).and_then(|shard| shard.parse().ok()).unwrap_or(7);

    // The line that has to stand before the first act. A SIGTERM that comes later is put down (the
    // handler writes a byte into a pipe), and is still there when somebody looks.
    //
    // Before this line SIGTERM ends the program, and may: it holds nothing yet. Whoever wants not
    // even that blocks the signal before exec, as a service manager could; the mask is inherited.
    //
    // Ignoring it meanwhile (SIG_IGN) is no help: a signal that is ignored is thrown away, not kept.
    // Blocking it meanwhile keeps it, but then the handler has to be there before it is unblocked.
    // And a handler that exits here (`register_conditional_shutdown`, or a thread that waits for the
    // signal and calls `process::exit`) comes early enough, and gives nothing back.
    let mut signals = Signals::new([SIGTERM, SIGINT])?;

    act("acquire", shard)?;
    let served = serve(shard, &mut signals);
    // Whatever happened in between: the lease goes back.
    act("release", shard)?;
    println!("bye");
    served
}

/// Loads the prices and serves until the end.
fn serve(shard: u64, signals: &mut Signals) -> Result<(), Box<dyn Error>> {
    for list in 1..=LISTS {
        // Not needed for the lease, but for whoever waits: after the order to stop there is no sense
        // in loading more, and a service manager that waits too long sends SIGKILL.
        if let Some(signal) = signals.pending().next() {
            println!("asked to stop by signal {signal}, while loading");
            return Ok(());
        }
        act("load", list)?;
        println!("loaded price list {list} of {LISTS}");
    }

    println!("ready, shard {shard}");

    // What came after the last look above is in the pipe and is found here at once. With a flag and
    // pause(2) there would be a gap between the look and the sleep: signal(7), or sigsuspend(2),
    // which was invented for it.
    let signal = signals.forever().next();
    println!("asked to stop by signal {}", signal.unwrap_or(0));
    Ok(())
}

// SIGKILL comes without a word, and so does a power cut: a lease has to run out by itself, too. The
// six hours in the story were the second fault.
//
// signal(7) under "Signal dispositions"; signal_hook::iterator::SignalsInfo::pending
