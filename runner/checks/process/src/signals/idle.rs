//! What a program sleeps in while it has nothing to do.

use harness::check::{Running, Stop};
use harness::process::{self, Call};
use harness::until::secs;

/// The call in which one of its threads sleeps for a time only, if there is one: a program that wakes
/// by itself, however seldom. `None` if each thread sleeps until somebody wakes it, or all is over.
pub(super) fn timed_sleep(program: &Running) -> Result<Option<String>, Stop> {
    program.until("with nothing to do, the program sleeps", secs(3), |program| {
        if program.ended().is_some() {
            return Ok(None);
        }
        let threads = process::threads(program.pid()).into_iter();
        let calls: Option<Vec<Call>> =
            threads.map(|thread| thread.call.filter(|_| thread.status.state == 'S')).collect();
        let calls = calls.ok_or("it was running")?;
        Ok(calls.iter().find(|call| !call.has_no_timer()).map(Call::describe))
    })
}
