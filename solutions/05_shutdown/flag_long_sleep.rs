//! The meter that was always stopped by force: solved
//!
//! A handler that sets a flag tells it to whoever looks. Nobody looks during a sleep: the signal
//! does cut the kernel's nanosleep(2) short (EINTR), and `thread::sleep` then calls it again for the
//! time that is left, as its page promises. So SIGTERM was heard up to ten minutes later, and the
//! service manager waits for 90 seconds.
//!
//! What changes: the pause is no sleep but a wait, for an order or for the end of the time,
//! whichever comes first.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;
use std::{env, io, thread};

use signal_hook::consts::SIGTERM;
use signal_hook::iterator::Signals;

fn main() -> io::Result<()> {
    let first = env::args().nth(1).and_then(|first| first.parse().ok()).unwrap_or(1);
    let interval = env::var("INTERVAL_MS").ok().and_then(|ms| ms.parse().ok());
    let interval = Duration::from_millis(interval.unwrap_or(600_000));

    // A handler may not send on a channel, as that takes a lock. It may write a byte into a pipe,
    // which this iterator does and reads: the "self-pipe". So what follows is an ordinary thread
    // that may do anything. It is made here, before `ready`: made later, or within the new thread, a
    // SIGTERM in between would end the process.
    let mut signals = Signals::new([SIGTERM])?;
    let (order, orders) = mpsc::channel();
    thread::spawn(move || {
        for _ in signals.forever() {
            if order.send(()).is_err() {
                break;
            }
        }
    });
    println!("ready");

    let mut readings = Vec::new();
    for reading in first.. {
        match world::act("read", reading) {
            Ok(()) => readings.push(reading),
            Err(refused) => println!("reading {reading}: {refused}"),
        }
        // An order that came during the reading is kept in the channel, and this returns at once. A
        // flag together with `park_timeout` has that quality too, if the thread that sets the flag
        // unparks; a handler alone unparks nobody.
        //
        // Short sleeps with a look in between work, and cost: at 10 ms that is 60,000 wake-ups in
        // these ten minutes, for one signal a month, and the stop is late all the same, by half a
        // sleep. A raw nanosleep(2) that returns early at EINTR works almost always: not if the
        // signal comes between the look at the flag and the call, and not if another thread takes
        // it.
        match orders.recv_timeout(interval) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    // main does the work and the helper waits for the signal. The other way round, with the work in
    // a thread, main has to join it: returning from main ends the process with all its threads.
    hand_in(&readings);
    println!("stopped after {} readings", readings.len());
    Ok(())
    // nanosleep(2), signal(7) under "Interruption of system calls"; systemd.service(5) under
    // TimeoutStopSec; std::thread::sleep, signal_hook::iterator
}

/// Hands in what was read, in order.
fn hand_in(readings: &[u64]) {
    for &reading in readings {
        if let Err(refused) = world::act("hand_in", reading) {
            println!("reading {reading} was not handed in: {refused}");
        }
    }
}
