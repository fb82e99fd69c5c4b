//! What became of a signal that a program was sent while something holds it.

use harness::check::{Rest, Running, Stop};
use harness::process;
use harness::supervise::Ended;
use harness::until::secs;
use nix::sys::signal::Signal;

/// What the kernel did with it.
pub(super) enum Fate {
    /// The program is over, be it by the signal itself or by what its handler did.
    Ended(Ended),
    /// It was thrown away.
    Ignored,
    /// It waits until the program unblocks it.
    Blocked,
    /// A handler, or a thread that waits for signals, has it.
    Taken,
}

/// Sends it, and waits until one of these is so, and the program has done what it does about it.
pub(super) fn send(program: &Running, signal: Signal) -> Result<Fate, Stop> {
    match first(program, signal)? {
        Fate::Taken => Ok(match program.sleeps_or_ends(secs(3))? {
            Rest::Ended(ended) => Fate::Ended(ended),
            Rest::Asleep(_) => Fate::Taken,
        }),
        fate => Ok(fate),
    }
}

fn first(program: &Running, signal: Signal) -> Result<Fate, Stop> {
    let was_ignored = process::status(program.pid())
        .is_some_and(|status| status.ignored >> (signal as i32 - 1) & 1 == 1);
    program.signal(signal)?;
    program.until(&format!("{signal} has an effect"), secs(3), |program| {
        if let Some(ended) = program.ended() {
            return Ok(Fate::Ended(ended));
        }
        let status = process::status(program.pid()).ok_or("it was about to end")?;
        let is_blocked = status.blocked >> (signal as i32 - 1) & 1 == 1;
        match status.is_pending(signal as i32) {
            true if is_blocked => Ok(Fate::Blocked),
            true => Err(format!("{signal} was still pending")),
            false if was_ignored => Ok(Fate::Ignored),
            false if status.is_caught(signal as i32) || is_blocked => Ok(Fate::Taken),
            false => Err("it was about to end".to_owned()),
        }
    })
}
