//! Progress as data: by exercise name, so that an update of the course that moves, renames or
//! removes exercises loses nothing of the others.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::course::{Course, ExerciseId};

/// What one learner has done so far.
///
/// Records only ever grow: a pass, a hint and a solution that was looked at stay on record, also
/// after `reset`. That is what lets two runners [merge](Progress::merge) what they know.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    #[serde(default)]
    current: Option<String>,
    /// Names that this course does not have are kept: they may come back.
    #[serde(default)]
    exercises: BTreeMap<String, Record>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Record {
    passed: bool,
    hints_shown: usize,
    gave_up: bool,
}

impl Progress {
    /// The exercise that the learner works on; nothing was chosen when `None`. The course may not
    /// have it any more.
    pub fn current(&self) -> Option<&str> {
        self.current.as_deref()
    }

    /// Makes `name` the exercise that the learner works on.
    pub fn set_current(&mut self, name: &str) {
        self.current = Some(name.to_owned());
    }

    /// Whether the exercise has passed at least once.
    pub fn passed(&self, name: &str) -> bool {
        self.record(name).passed
    }

    /// The exercise has passed.
    pub fn record_pass(&mut self, name: &str) {
        self.record_mut(name).passed = true;
    }

    /// How many hints the learner has seen.
    pub fn hints_shown(&self, name: &str) -> usize {
        self.record(name).hints_shown
    }

    /// The learner has seen hints up to and including number `hints`, counted from 1.
    pub fn show_hint(&mut self, name: &str, hints: usize) {
        let record = self.record_mut(name);
        record.hints_shown = record.hints_shown.max(hints);
    }

    /// Whether the learner has looked at the solution before passing.
    pub fn gave_up(&self, name: &str) -> bool {
        self.record(name).gave_up
    }

    /// The learner looks at the solution before passing.
    pub fn give_up(&mut self, name: &str) {
        self.record_mut(name).gave_up = true;
    }

    /// The exercise to go on with: the current one, or the first that has not passed, or after all
    /// of them the last.
    pub fn exercise_in(&self, course: &Course) -> ExerciseId {
        let open = || course.ids().find(|&id| !self.passed(&course.exercise(id).name));
        self.current()
            .and_then(|name| course.by_name(name).ok())
            .or_else(open)
            .unwrap_or(ExerciseId(course.len().saturating_sub(1)))
    }

    /// What two runners know together, both having started from `base`: every record of either,
    /// and as the current exercise the one that was chosen since `base`, ours if both chose.
    pub fn merge(base: &Progress, ours: &Progress, theirs: &Progress) -> Progress {
        let mut merged = theirs.clone();
        if ours.current != base.current {
            merged.current.clone_from(&ours.current);
        }
        for (name, record) in &ours.exercises {
            let known = merged.record_mut(name);
            known.passed |= record.passed;
            known.gave_up |= record.gave_up;
            known.hints_shown = known.hints_shown.max(record.hints_shown);
        }
        merged
    }

    fn record(&self, name: &str) -> Record {
        self.exercises.get(name).copied().unwrap_or_default()
    }

    fn record_mut(&mut self, name: &str) -> &mut Record {
        self.exercises.entry(name.to_owned()).or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Progress;

    #[test]
    fn records_of_two_runners_are_joined() {
        let base = Progress::default();
        let (mut ours, mut theirs) = (base.clone(), base.clone());
        ours.record_pass("zombie_parade");
        ours.show_hint("fork_exit_flush", 1);
        theirs.show_hint("fork_exit_flush", 2);
        theirs.give_up("removed_since");

        let merged = Progress::merge(&base, &ours, &theirs);

        assert!(merged.passed("zombie_parade"));
        assert_eq!(merged.hints_shown("fork_exit_flush"), 2);
        assert!(merged.gave_up("removed_since"));
    }

    #[test]
    fn the_exercise_that_was_chosen_since_is_the_current_one() {
        let mut base = Progress::default();
        base.set_current("exit_status");
        let mut chose = base.clone();
        chose.set_current("zombie_parade");

        let current = |ours, theirs| Progress::merge(&base, ours, theirs).current;
        assert_eq!(current(&chose, &base).as_deref(), Some("zombie_parade"));
        assert_eq!(current(&base, &chose).as_deref(), Some("zombie_parade"));
        assert_eq!(current(&base, &base).as_deref(), Some("exit_status"));
    }

    #[test]
    fn a_hint_once_seen_stays_seen() {
        let mut progress = Progress::default();
        progress.show_hint("exit_status", 3);
        progress.show_hint("exit_status", 1);
        assert_eq!(progress.hints_shown("exit_status"), 3);
    }
}
