//! How a program ends, and what it leaves.

use std::time::Duration;

use nix::sys::signal::Signal;

use super::running::Running;
use super::stop::Stop;
use super::waits::InVain;
use crate::evidence::{Evidence, Lines};
use crate::process;
use crate::report::Stream;
use crate::supervise::{Ended, sweep};
use crate::until::{ms, until};

/// A child that ends a moment after its parent is nobody's leak.
const GRACE: Duration = ms(100);
/// Somebody who still has the program's output open after this time will keep it.
const OUTPUT_GRACE: Duration = ms(300);

impl Running {
    /// Waits for its end, however it comes.
    ///
    /// A program that can never end is not waited for: see `check/deadlock.rs`.
    ///
    /// # Errors
    /// [`Stop::Failed`] when it is still there.
    pub fn ends(&self, within: Duration) -> Result<Ended, Stop> {
        let expected = format!("the program ends within {}", in_words(within));
        let ended = self.watch(within, |view| {
            let closed = view.stdout.is_closed() && view.stderr.is_closed();
            view.ended.filter(|_| closed).map(|(ended, _)| ended)
        });
        match ended {
            Ok(ended) | Err(InVain::Ended(ended)) => match self.story.overrun() {
                Some(count) => Err(self.in_vain(&expected, InVain::Overrun(count), "", within)),
                None => Ok(ended),
            },
            Err(in_vain) => Err(self.in_vain(&expected, in_vain, "it should have ended", within)),
        }
    }

    /// Waits for its end by exit(3) with this status.
    ///
    /// # Errors
    /// [`Stop::Failed`]: it ended otherwise, or not at all.
    pub fn exits_with(&self, status: i32, within: Duration) -> Result<(), Stop> {
        self.ends_as(Ended::Exited(status), within)
    }

    /// Waits for its end by this signal.
    ///
    /// # Errors
    /// [`Stop::Failed`]: it ended otherwise, or not at all.
    pub fn is_killed_by(&self, signal: Signal, within: Duration) -> Result<(), Stop> {
        self.ends_as(Ended::Killed(signal as i32), within)
    }

    fn ends_as(&self, wanted: Ended, within: Duration) -> Result<(), Stop> {
        let expected = match wanted {
            Ended::Exited(status) => format!("the program exits with status {status}"),
            Ended::Killed(_) => format!("the program {wanted}"),
        };
        match self.ends(within) {
            Ok(ended) if ended == wanted => Ok(()),
            Ok(ended) => {
                let panic = self.text(Stream::Stderr).contains("panicked at");
                let how = if panic { "after a panic it" } else { "it" };
                Err(self.story.failure(&expected, format!("{how} {ended}"), Vec::new()))
            }
            Err(Stop::Failed(mut failure)) => {
                failure.expected = expected;
                Err(Stop::Failed(failure))
            }
            Err(other) => Err(other),
        }
    }

    /// After its end: nothing that it started runs, and nobody has its output open.
    ///
    /// # Errors
    /// [`Stop::Failed`], naming who is left.
    pub fn leaves_nothing(&self) -> Result<(), Stop> {
        let expected = "nothing that it started is left after its end";
        let none = || sweep::living_orphans().is_empty().then_some(());
        if until(GRACE, none).is_none() {
            let left = sweep::living_orphans();
            let tree = Evidence::Processes(process::snapshot("left after its end", &left));
            return Err(self.story.failure(expected, left_in_words(&left), vec![tree]));
        }
        let closed =
            |view: &crate::supervise::View| view.stdout.is_closed() && view.stderr.is_closed();
        if until(OUTPUT_GRACE, || self.tree.look(closed).then_some(())).is_none() {
            let observed = "somebody still has its output open".to_owned();
            return Err(self.story.failure(expected, observed, Vec::new()));
        }
        Ok(())
    }

    /// Its standard output is exactly these lines. `observed` says what is wrong with those that
    /// were seen.
    ///
    /// # Errors
    /// [`Stop::Failed`], with both texts side by side.
    pub fn printed(
        &self,
        wanted: &[String],
        expected: &str,
        observed: impl FnOnce(&[String]) -> String,
    ) -> Result<(), Stop> {
        let text = self.text(Stream::Stdout);
        let seen = list_lines(&text);
        if seen == wanted {
            return Ok(());
        }
        let what = "standard output".to_owned();
        let lines = Lines { what, expected: wanted.to_vec(), observed: seen.clone() };
        Err(self.story.failure(expected, observed(&seen), vec![Evidence::Lines(lines)]))
    }
}

/// The lines of a text, a last one without its end included.
#[must_use]
pub fn list_lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

fn left_in_words(left: &[i32]) -> String {
    let name = |pid: &i32| process::status(*pid).map_or("?".to_owned(), |status| status.name);
    let names: Vec<_> =
        left.iter().take(5).map(|pid| format!("{} (pid {pid})", name(pid))).collect();
    let more = left.len().saturating_sub(5);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("after its end this still ran: {}{more}", names.join(", "))
}

fn in_words(time: Duration) -> String {
    if time.subsec_millis() == 0 {
        format!("{} s", time.as_secs())
    } else {
        format!("{} ms", time.as_millis())
    }
}
