//! Work that is done while the watcher is held between two looks.

use std::time::{Duration, Instant};

use harness::check::{Case, Frozen, Running, Stop};
use harness::until::{ms, secs, until};

use super::lines::{count, line};
use super::{EXPECTED, too_busy, watch, worked};

/// Six ticks.
const WORK: Duration = ms(60);

/// A worker that has worked while its watcher was held, and not since.
pub(super) struct Held<'a> {
    watcher: Running,
    pid: i32,
    _stopped: Frozen<'a>,
    used: Duration,
    since: Instant,
    /// The number of the line that says it.
    next: usize,
}

impl<'a> Held<'a> {
    /// Holds a watcher, lets the worker work and stops it, and lets the watcher go on: whoever looks
    /// only around a part of each interval has seen nothing of that work.
    pub(super) fn work(case: &Case, worker: &'a Running) -> Result<Self, Stop> {
        let since = Instant::now();
        let watcher = watch(case, worker)?;
        // It sleeps: what it does before its first line is done.
        watcher.sleeps_or_ends(secs(3))?;
        let frozen = watcher.freeze()?;
        let before = worked(worker)?;
        let has_worked = || worked(worker).is_ok_and(|time| time - before > WORK).then_some(());
        until(secs(10), has_worked).ok_or_else(too_busy)?;
        let stopped = worker.freeze()?;
        let used = worked(worker)? - before;
        let next = count(&watcher) + 1;
        drop(frozen);
        Ok(Self { watcher, pid: worker.pid(), _stopped: stopped, used, since, next })
    }

    pub(super) fn is_said(&self, case: &Case) -> Result<(), Stop> {
        let said = line(&self.watcher, self.next)?.process;
        let least = 100.0 * self.used.as_secs_f64() / self.since.elapsed().as_secs_f64();
        let which = match self.next {
            1 => "the first line".to_owned(),
            number => format!("line {number}"),
        };
        let observed = format!(
            "pid {} used {} ms of a processor while the program was held between two lines, and \
             {said:.1} % was said of it in {which}",
            self.pid,
            self.used.as_millis()
        );
        case.expect(said > least * 0.5, EXPECTED, observed)
    }
}
