//! How long a sleeping thread will sleep if nobody wakes it.
//!
//! `/proc/<pid>/syscall` shows the arguments of the call that a thread is inside, the address of its
//! timeout among them, and `/proc/<pid>/mem` what stands there. So "it polls" and "it sleeps on for
//! nine minutes" are facts of one moment: nobody has to wait and count.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::time::Duration;

use nix::time::{ClockId, clock_gettime};

use super::syscall::Timer;
use super::threads::Thread;

/// How long a thread sleeps if no other thread, no signal and no data comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sleep {
    /// Its call has a timer: so long at the most, from now on.
    AtMost(Duration),
    /// Its call has none.
    Forever,
}

/// `None` where the thread is not asleep, or in a call whose timer this list does not know.
#[must_use]
pub fn sleep(pid: i32, thread: &Thread) -> Option<Sleep> {
    if thread.status.state != 'S' {
        return None;
    }
    Some(match thread.call.as_ref()?.timer()? {
        Timer::None => Sleep::Forever,
        // When the call began is not known, so what is left may be less than this.
        Timer::Lasts(time) => Sleep::AtMost(time),
        Timer::LastsWhatStandsAt(address) => Sleep::AtMost(timespec(pid, address)?),
        Timer::EndsWhenClockShows { address, clock } => {
            let now = Duration::from(clock_gettime(ClockId::from_raw(clock)).ok()?);
            Sleep::AtMost(timespec(pid, address)?.saturating_sub(now))
        }
    })
}

/// A `struct timespec` in the memory of another process: seconds, then nanoseconds, 64 bits each.
fn timespec(pid: i32, address: u64) -> Option<Duration> {
    let mut bytes = [0; 16];
    File::open(format!("/proc/{pid}/mem")).ok()?.read_exact_at(&mut bytes, address).ok()?;
    let (seconds, nanoseconds) = bytes.split_at(8);
    let seconds = u64::from_ne_bytes(seconds.try_into().ok()?);
    let nanoseconds = u64::from_ne_bytes(nanoseconds.try_into().ok()?);
    Some(Duration::from_secs(seconds).saturating_add(Duration::from_nanos(nanoseconds)))
}
