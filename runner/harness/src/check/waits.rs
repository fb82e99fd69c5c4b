//! Waiting for a running program, and noticing at once when the wait is in vain.

use std::time::{Duration, Instant};

use super::deadlock::{Sleepers, we_are_at_rest};
use super::running::Running;
use super::stop::Stop;
use super::story::cut;
use crate::process;
use crate::report::Stream;
use crate::supervise::{Ended, View};
use crate::until::{ms, until};

/// The answer of a look: what was waited for, or the last thing seen, in words.
pub type Seen<T> = Result<T, String>;

/// Why a wait ended without its answer.
pub(super) enum InVain {
    /// The program is over.
    Ended(Ended),
    /// Nobody in the tree can ever run again, see [`super::deadlock`]; who sleeps in what.
    Deadlock(String),
    /// It started processes without end and was stopped by us.
    Overrun(usize),
    /// The broker has gone that it needs, and the check with it.
    CutOff(Stop),
    /// The deadline.
    Late,
}

/// How often a wait asks whether it is in vain. Two looks this far apart make a proof of deadlock.
const SLICE: Duration = ms(20);
/// After a program's end its last words are still in the pipe. A descendant may hold the pipe open,
/// so end of file is not waited for without bound.
const LAST_WORDS: Duration = ms(300);
/// Unless those threads of ours that read them and wait for its end have not come to it, on a machine
/// with too much to do.
const STARVED: Duration = ms(3000);

impl Running {
    /// Waits until it prints this line, to either stream.
    ///
    /// # Errors
    /// [`Stop::Failed`]: it ended first, it can never run again, or the time is over.
    pub fn prints(&self, line: &str, within: Duration) -> Result<(), Stop> {
        self.prints_like(&format!("{line:?}"), within, |seen| (seen == line).then_some(()))
    }

    /// Waits for the first line that `wanted` has an answer to. `what` names such a line.
    ///
    /// # Errors
    /// As [`Running::prints`].
    pub fn prints_like<T>(
        &self,
        what: &str,
        within: Duration,
        wanted: impl Fn(&str) -> Option<T>,
    ) -> Result<T, Stop> {
        self.prints_nth(1, what, within, wanted)
    }

    /// Waits for the line that is the `nth`, from 1, of those that `wanted` has an answer to: for a
    /// program that prints one every so often. `what` names it.
    ///
    /// # Errors
    /// As [`Running::prints`].
    pub fn prints_nth<T>(
        &self,
        nth: usize,
        what: &str,
        within: Duration,
        wanted: impl Fn(&str) -> Option<T>,
    ) -> Result<T, Stop> {
        let find = |view: &View| {
            let mut lines = view.stdout.lines();
            lines.extend(view.stderr.lines());
            lines.iter().filter_map(|line| wanted(line)).nth(nth.saturating_sub(1))
        };
        self.watch(within, find).map_err(|in_vain| {
            let last = self.stdout_lines().pop();
            let last = last.map_or("it has printed nothing".to_owned(), |line| {
                format!("the last line it printed is {:?}", cut(&line))
            });
            self.in_vain(&format!("the program prints {what}"), in_vain, &last, within)
        })
    }

    /// Waits until `look` has its answer. `expected` is the sentence of the failure; the last thing
    /// that `look` saw becomes its observation.
    ///
    /// # Errors
    /// [`Stop::Failed`] when the time is over; [`Stop::Unknown`] if a broker has gone that the check
    /// hangs on.
    pub fn until<T>(
        &self,
        expected: &str,
        within: Duration,
        mut look: impl FnMut(&Self) -> Seen<T>,
    ) -> Result<T, Stop> {
        let mut last = String::new();
        let answer = until(within, || match look(self) {
            Ok(answer) => Some(Ok(answer)),
            Err(seen) => {
                last = seen;
                self.story.cut_off().map(Err)
            }
        });
        answer.unwrap_or_else(|| {
            Err(self.failure(expected, last, &format!("after {} ms", within.as_millis())))
        })
    }

    /// The same for what only a living program can come to: its end ends the wait.
    pub(super) fn until_its_end<T>(
        &self,
        expected: &str,
        within: Duration,
        mut look: impl FnMut(&Self) -> Seen<T>,
    ) -> Result<T, Stop> {
        let answer = self.until(expected, within, |running| {
            // Asked before the look: what ends in between is looked at once more.
            let is_over = running.ended().is_some();
            match look(running) {
                Err(seen) if is_over => Ok(Err(seen)),
                seen => seen.map(Ok),
            }
        })?;
        answer.map_err(|seen| self.failure(expected, seen, "after its end"))
    }

    /// Looks at each change of output or end, and every [`SLICE`] whether there is any hope left.
    pub(super) fn watch<T>(
        &self,
        within: Duration,
        mut look: impl FnMut(&View) -> Option<T>,
    ) -> Result<T, InVain> {
        let deadline = Instant::now() + within;
        let mut sleepers = None;
        // To look costs more the more was printed, so it is done only when there is something new.
        let mut last = None;
        let mut look = |view: &View| {
            let now =
                Some([&view.stdout, &view.stderr].map(|it| (it.bytes().len(), it.is_closed())));
            let is_new = last != now || view.ended.is_some();
            last = now;
            if is_new { look(view) } else { None }
        };
        loop {
            let slice = Instant::now() + SLICE;
            let over = |view: &View| view.ended.is_some().then_some(None);
            if let Some(answer) =
                self.tree.wait(slice, |view| look(view).map(Some).or_else(|| over(view)))
            {
                return answer.or_else(|| self.last_look(look)).ok_or_else(|| self.ended_in_vain());
            }
            if let Some(stop) = self.story.cut_off() {
                return Err(InVain::CutOff(stop));
            }
            let late = Instant::now().saturating_duration_since(deadline);
            if late > Duration::ZERO && (!self.is_dead() || late >= STARVED) {
                return Err(InVain::Late);
            }
            let now = self.sleepers();
            match (&sleepers, now) {
                (Some(before), Some(now)) if *before == now => {
                    // Asleep for ever, but perhaps just after what we wait for.
                    return self.tree.look(&mut look).ok_or(InVain::Deadlock(now.to_string()));
                }
                (_, now) => sleepers = now,
            }
        }
    }

    /// Whether it has ended, of which the thread that waits for it may not have told us yet.
    fn is_dead(&self) -> bool {
        process::status(self.pid()).is_none_or(|status| status.is_zombie())
    }

    /// Those that sleep without a timer, if that is all of them and nothing is held by us.
    fn sleepers(&self) -> Option<Sleepers> {
        if self.story.holds_something() || self.tree.has_stdin() {
            return None;
        }
        Sleepers::look(&self.everybody())
    }

    /// A look at what it left in its pipes. When the time for that is over and somebody of ours was
    /// not asleep, that may be the thread that reads them and has had no processor: then we look again.
    fn last_look<T>(&self, mut look: impl FnMut(&View) -> Option<T>) -> Option<T> {
        let all =
            |view: &View| (view.stdout.is_closed() && view.stderr.is_closed()).then_some(None);
        if self.tree.look(|view| view.is_held(Stream::Stdout)) {
            return self.tree.look(look);
        }
        let given_up = Instant::now() + STARVED;
        let mut wait = LAST_WORDS;
        loop {
            let all_was_taken = wait != LAST_WORDS && we_are_at_rest();
            let until = Instant::now() + wait;
            let answer = self.tree.wait(until, |view| look(view).map(Some).or_else(|| all(view)));
            if answer.is_some() || all_was_taken || until >= given_up {
                return answer.flatten();
            }
            wait = SLICE;
        }
    }

    fn ended_in_vain(&self) -> InVain {
        match (self.story.overrun(), self.ended()) {
            (Some(count), _) => InVain::Overrun(count),
            (None, Some(ended)) => InVain::Ended(ended),
            (None, None) => InVain::Late,
        }
    }

    /// The failure of a wait; `last` is what was seen of the thing itself.
    pub(super) fn in_vain(
        &self,
        expected: &str,
        in_vain: InVain,
        last: &str,
        within: Duration,
    ) -> Stop {
        match in_vain {
            InVain::Ended(ended) => {
                self.failure(expected, format!("it {ended}; {last}"), "after its end")
            }
            InVain::Deadlock(who) => self.failure(
                expected,
                format!("nothing can wake it any more: {who}"),
                "which all sleep",
            ),
            InVain::Overrun(count) => self.failure(
                expected,
                format!("it started process after process; the kit stopped it when there were more than {count}"),
                "after that",
            ),
            InVain::CutOff(stop) => stop,
            InVain::Late => {
                let after = format!("after {} ms", within.as_millis());
                self.failure(expected, format!("{after} it was still running; {last}"), &after)
            }
        }
    }
}
