//! Going from one exercise to another.

use super::{Attempt, Page, State};
use crate::course::ExerciseId;
use crate::watch::event::Action;

impl State {
    /// Goes to an exercise and has it judged; what is shown of the current one stays if it is that.
    pub(super) fn go(&mut self, id: ExerciseId) -> Vec<Action> {
        let mut actions = self.turn_to(Page::Exercise);
        if id == self.current {
            return actions;
        }
        actions.extend(self.cancel());
        self.current = id;
        self.source = None;
        self.attempt = Attempt::default();
        self.telling = !self.has_passed();
        self.welcome = false;
        self.hints_asked = false;
        let name = self.name().to_owned();
        self.progress.set_current(&name);
        actions.extend([Action::Keep, Action::Read(id)]);
        actions
    }

    pub(super) fn next(&mut self) -> Vec<Action> {
        let next = ExerciseId(self.current.0 + 1);
        if next.0 < self.course.len() {
            return self.go(next);
        }
        match self.course.len() - self.passed_count() {
            0 => self.verify_all(),
            1 => self.notice("this is the last exercise; one is still to do, and `l` finds it"),
            left => self.notice(format!(
                "this is the last exercise; {left} are still to do, and `l` lists them"
            )),
        }
    }

    pub(super) fn previous(&mut self) -> Vec<Action> {
        match self.current.0.checked_sub(1) {
            Some(previous) => self.go(ExerciseId(previous)),
            None => self.notice("this is the first exercise"),
        }
    }
}
