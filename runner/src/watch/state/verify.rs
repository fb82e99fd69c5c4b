//! All exercises judged anew, one after the other, since they share the processor and the orphans
//! of one must not be taken for another's.

use std::time::Duration;

use super::{Page, State, Work};
use crate::course::ExerciseId;
use crate::grid::Mark;
use crate::watch::engine::Told;
use crate::watch::event::{Action, Key};

/// How far verifying all has got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verify {
    /// One for each exercise that was judged, in course order; the next one is running.
    pub marks: Vec<Mark>,
    /// What is done for the one that runs.
    pub step: String,
    /// What those that ended took together, and the one that runs so far.
    pub elapsed: (Duration, Duration),
    /// Whether it was ended before the last.
    pub cancelled: bool,
}

impl Verify {
    /// How many did so.
    #[must_use]
    pub fn count(&self, mark: Mark) -> usize {
        self.marks.iter().filter(|each| **each == mark).count()
    }
}

impl State {
    pub(super) fn verify_all(&mut self) -> Vec<Action> {
        let mut actions = self.turn_to(Page::Verify(Verify {
            marks: Vec::new(),
            step: String::new(),
            elapsed: (Duration::ZERO, Duration::ZERO),
            cancelled: false,
        }));
        actions.extend(self.cancel());
        actions.extend(self.cool());
        actions.push(self.verify_next(ExerciseId(0)));
        actions
    }

    fn verify_next(&mut self, id: ExerciseId) -> Action {
        let run = self.new_run();
        self.work = Work::Verifying(run);
        Action::Start(run, id)
    }

    pub(super) fn verified(&mut self, told: Told, took: Duration) -> Vec<Action> {
        let Page::Verify(verify) = &mut self.page else { return Vec::new() };
        let mark = match told {
            Told::Step(step) => {
                verify.step = step;
                return vec![Action::Draw];
            }
            Told::Output(_) => return Vec::new(),
            Told::DidNotBuild(_) => Mark::DidNotBuild,
            Told::Ended(verdict) => Mark::of(&verdict),
        };
        let id = ExerciseId(verify.marks.len());
        verify.marks.push(mark);
        verify.step.clear();
        verify.elapsed = (verify.elapsed.0 + took, Duration::ZERO);
        let mut actions = vec![Action::Draw];
        if mark == Mark::Passed {
            actions.extend(self.record_pass(id));
        }
        if id.0 + 1 < self.course.len() {
            actions.push(self.verify_next(ExerciseId(id.0 + 1)));
        } else {
            self.work = Work::Idle;
        }
        actions
    }

    pub(super) fn record_pass(&mut self, id: ExerciseId) -> Option<Action> {
        let name = &self.course.exercise(id).name;
        let new = !self.progress.passed(name);
        self.progress.record_pass(name);
        new.then_some(Action::Keep)
    }

    pub(super) fn verify_ticks(&mut self, elapsed: Duration) {
        if let Page::Verify(verify) = &mut self.page {
            verify.elapsed.1 = elapsed;
        }
    }

    /// Esc ends it, and when it has ended leaves it. After the last one Enter goes to the first
    /// that did not pass, or to the end of the course.
    pub(super) fn verify_key(&mut self, key: Key) -> Vec<Action> {
        let running = self.running().is_some();
        let Page::Verify(verify) = &mut self.page else { return Vec::new() };
        match key {
            Key::Esc | Key::Char('q') if running => self.cancel(),
            Key::Esc | Key::Char('q') => self.turn_to(Page::Exercise),
            Key::Enter | Key::Char('n') if !running && !verify.cancelled => {
                match verify.marks.iter().position(|mark| *mark != Mark::Passed) {
                    Some(first) => self.go(ExerciseId(first)),
                    None => self.turn_to(Page::Closing),
                }
            }
            Key::Char('c') if !running => self.verify_all(),
            _ => self.scroll_key(key),
        }
    }
}
