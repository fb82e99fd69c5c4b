//! The labels that were cut in half: solved
//!
//! All actions that are registered for a signal run each time it comes, one after the other, in the
//! order of their registration, within one handler. The flag was set first; then the second action
//! looked whether it was set. It always was.
//!
//! What changes: the question comes before the answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::{env, io};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

fn main() -> io::Result<()> {
    let first = env::args().nth(1).and_then(|first| first.parse().ok()).unwrap_or(1);

    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // Has anybody asked already? Then the process ends, within the handler, by _exit(2): that
        // is one of the few calls that a handler may make (signal-safety(7)), and no destructor and
        // no buffer of ours is looked at any more. That is what giving up means.
        //
        // The status is our own choice, and 128 + n is what a shell shows for a program that signal
        // n ended. A 0 would tell the script around this that all labels are there.
        // `register_conditional_default` ends by the signal itself, which tells the shell even more.
        flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&stop))?;
        // Only now: the request. Both for each signal, as the two may be mixed: SIGTERM by the
        // service manager, and then somebody at the terminal who has had enough.
        flag::register(signal, Arc::clone(&stop))?;
    }
    println!("ready");

    let mut count = 0;
    for label in first.. {
        // `load`, and not `swap(false)`: the flag also arms the second signal, and that has to stay
        // armed until the end, through the parking as well.
        //
        // Main cannot be the one that counts the signals. It is inside an act when the second one
        // comes; that is why somebody sends it.
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
    // signal_hook::flag::register_conditional_shutdown, signal_hook::low_level::register; _exit(2)
}
