//! A program that has done all there was to do.
//!
//! Deadlock is the case where nobody at all can wake it (see [`super::deadlock`]). Rest is the
//! ordinary one: it waits for us, for a signal, a line, an answer. Whoever waits for something that
//! a resting program has not done waits in vain.

use std::time::{Duration, Instant};

use super::deadlock::Sleepers;
use super::running::Running;
use super::stop::Stop;
use crate::until::ms;

/// For so long nobody may have run. Those who look twice as far apart as a deadlock needs see that
/// our own threads, which read its output and keep its ledger, have come to rest as well.
const REST: Duration = ms(40);

/// To look into every thread of a tree takes time from the program on a busy machine.
const BETWEEN: Duration = ms(10);

impl Running {
    /// Waits until `look` has an answer; `None` once there will be none, as the program rests.
    ///
    /// It rests when it has ended, or when for 40 ms each thread of its tree sleeps in one and the
    /// same call, which has no timer, and none has a signal to take. So the answer that a program
    /// does not give costs a moment, and no deadline.
    ///
    /// # Errors
    /// [`Stop::Failed`]: it was still busy when the time was over. `expected` is what it should do.
    pub fn answers<T>(
        &self,
        expected: &str,
        within: Duration,
        mut look: impl FnMut(&Self) -> Option<T>,
    ) -> Result<Option<T>, Stop> {
        let busy = || "it was still busy with something".to_owned();
        let mut since: Option<(Instant, Option<Sleepers>)> = None;
        let mut next_look = Instant::now();
        self.until(expected, within, |running| {
            if let Some(answer) = look(running) {
                return Ok(Some(answer));
            }
            if Instant::now() < next_look {
                return Err(busy());
            }
            next_look = Instant::now() + BETWEEN;
            let is_over = running.tree.look(|view| {
                view.ended.is_some() && view.stdout.is_closed() && view.stderr.is_closed()
            });
            if is_over {
                // The last words, if they came between the look and the end.
                return Ok(look(running));
            }
            let is_over = running.ended().is_some();
            let sleepers = Sleepers::look(&running.everybody());
            // What it did before it fell asleep is seen by a look that comes after.
            if let Some(answer) = look(running) {
                return Ok(Some(answer));
            }
            let has_rested = match &since {
                Some((at, before)) if *before == sleepers => at.elapsed() >= REST,
                _ => {
                    since = (is_over || sleepers.is_some()).then(|| (Instant::now(), sleepers));
                    false
                }
            };
            if has_rested { Ok(None) } else { Err(busy()) }
        })
    }

    /// Waits until it rests.
    ///
    /// # Errors
    /// As [`Running::answers`].
    pub fn rests(&self, within: Duration) -> Result<(), Stop> {
        self.answers("the program comes to rest", within, |_| None::<()>).map(drop)
    }
}
