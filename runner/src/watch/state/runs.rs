//! Starting and ending runs, and what they tell.

use std::time::Duration;

use harness::report::{Output, Verdict};

use super::{Attempt, Ending, Page, State, Work};
use crate::watch::engine::{RunId, Told};
use crate::watch::event::Action;

/// Bytes of a program's output that are kept; the rest is counted.
const KEPT: usize = 64 << 10;

impl State {
    /// Judges the current exercise, and whatever runs now is ended.
    pub(super) fn judge(&mut self, saved: bool) -> Vec<Action> {
        let mut actions = vec![Action::Draw];
        actions.extend(self.running().map(Action::Cancel));
        actions.extend(self.cool());
        let run = self.new_run();
        self.work = Work::Judging(run);
        self.attempt = Attempt { saved, ..Attempt::default() };
        if !self.telling {
            self.scroll = 0;
        }
        actions.push(Action::Start(run, self.current));
        actions
    }

    /// Ends what runs, if anything does.
    pub(super) fn cancel(&mut self) -> Vec<Action> {
        let Some(run) = self.running() else { return Vec::new() };
        match (self.work, &mut self.page) {
            (Work::Judging(_), _) => self.attempt.ending = Some(Ending::Cancelled),
            (Work::Verifying(_), Page::Verify(verify)) => verify.cancelled = true,
            (Work::Verifying(_) | Work::Idle, _) => {}
        }
        self.work = Work::Idle;
        vec![Action::Draw, Action::Cancel(run)]
    }

    pub(super) fn new_run(&mut self) -> RunId {
        self.last_run = RunId(self.last_run.0 + 1);
        self.last_run
    }

    /// Stops building ahead, if that goes on.
    pub(super) fn cool(&mut self) -> Option<Action> {
        std::mem::take(&mut self.warming).then_some(Action::Cool)
    }

    /// A report of a run that was cancelled comes late, and is dropped.
    pub(super) fn was_told(&mut self, run: RunId, told: Told, took: Duration) -> Vec<Action> {
        match self.work {
            Work::Judging(now) if now == run => self.judged(told, took),
            Work::Verifying(now) if now == run => self.verified(told, took),
            _ => Vec::new(),
        }
    }

    pub(super) fn tick(&mut self, run: RunId, elapsed: Duration) -> Vec<Action> {
        if self.running() != Some(run) {
            return Vec::new();
        }
        match self.work {
            Work::Verifying(_) => self.verify_ticks(elapsed),
            Work::Judging(_) | Work::Idle => self.attempt.elapsed = elapsed,
        }
        vec![Action::Draw]
    }

    fn judged(&mut self, told: Told, took: Duration) -> Vec<Action> {
        self.attempt.elapsed = took;
        let ending = match told {
            Told::Step(step) => {
                self.attempt.steps.push(step);
                return vec![Action::Draw];
            }
            Told::Output(output) => {
                self.attempt.keep(output);
                return vec![Action::Draw];
            }
            Told::DidNotBuild(text) => Ending::DidNotBuild(text),
            Told::Ended(verdict) => Ending::Verdict(verdict),
        };
        let passed = matches!(ending, Ending::Verdict(Verdict::Passed(_)));
        self.attempt.ending = Some(ending);
        self.work = Work::Idle;
        self.warming = true;
        let mut actions = vec![Action::Draw];
        if passed {
            actions.extend(self.record_pass(self.current));
        }
        actions.push(Action::Warm(self.current));
        actions
    }
}

impl Attempt {
    /// Adds to the output, as far as there is room for it.
    fn keep(&mut self, mut output: Output) {
        let used: usize = self.output.iter().map(|piece| piece.text.len()).sum();
        let room = output.text.floor_char_boundary(KEPT.saturating_sub(used));
        output.dropped += u64::try_from(output.text.len() - room).unwrap_or(u64::MAX);
        output.text.truncate(room);
        match self.output.last_mut() {
            // Otherwise a flood of small pieces would grow the list without end.
            Some(last) if output.text.is_empty() => last.dropped += output.dropped,
            _ => self.output.push(output),
        }
    }
}
