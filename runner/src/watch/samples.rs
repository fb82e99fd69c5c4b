//! A small course and a watch of it, for tests.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use harness::report::{Passed, Verdict};

use super::engine::{RunId, Told};
use super::event::{Action, Event, Key, Size, Source};
use super::state::State;
use crate::course::{Chapter, Course, Exercise, ExerciseId};
use crate::draw::samples;
use crate::progress::Progress;

/// The exercises of the sample course, in order.
pub(super) const FLUSH: ExerciseId = ExerciseId(1);
pub(super) const ZOMBIES: ExerciseId = ExerciseId(2);
pub(super) const LAST: ExerciseId = ExerciseId(4);

pub(super) fn course() -> Course {
    let exercise = |name: &str, title: &str, skill: &str| Exercise {
        name: name.into(),
        title: title.into(),
        skills: vec![skill.into()],
        fails_with: "twice".into(),
        hints: vec![
            "What is in the buffer of standard output at the moment of the fork?".into(),
            "Read the end of fork(2), and what exit(3) does that _exit(2) does not.".into(),
            "The child must leave without flushing: `libc::_exit(status)`.".into(),
        ],
    };
    let chapter = |name: &str, title: &str, folder: &str, exercises| Chapter {
        name: name.into(),
        title: title.into(),
        checks: "process".into(),
        brokers: Vec::new(),
        folder: folder.into(),
        exercises,
    };
    Course::new(
        "/home/learner/faultlings".into(),
        "Welcome\n\nEvery program in this course runs, and does harm.".into(),
        "Each of these programs hurt somebody once.\n\n- They will be back.".into(),
        vec![
            chapter(
                "intro",
                "How this kit talks to you",
                "00_intro",
                vec![exercise("exit_status", "The backup that failed in silence", "exit status")],
            ),
            chapter(
                "processes",
                "Processes",
                "01_processes",
                vec![
                    exercise("fork_exit_flush", "The sales that were counted three times", "fork"),
                    exercise("zombie_parade", "The table that filled up", "wait"),
                    exercise("kill_the_tree", "The job that would not die", "process groups"),
                ],
            ),
            chapter(
                "pipes",
                "Pipes",
                "02_pipes",
                vec![exercise("wait_before_read", "The converter that stood still", "pipes")],
            ),
        ],
    )
}

/// A watch that stands on `fork_exit_flush`, with `passed` behind the learner.
pub(super) fn state(passed: &[&str]) -> State {
    let mut progress = Progress::default();
    progress.set_current("fork_exit_flush");
    passed.iter().for_each(|name| progress.record_pass(name));
    State::new(Arc::new(course()), progress, FLUSH, HashMap::new(), Size { columns: 80, rows: 24 })
}

/// The same after its file was read: run 1 goes on.
pub(super) fn opened(passed: &[&str]) -> State {
    let mut state = state(passed);
    state.begin();
    state.handle(Event::Read(FLUSH, text(1)));
    state
}

/// The same after run 1 has failed.
pub(super) fn failed() -> State {
    let mut state = opened(&[]);
    tell(&mut state, 1, Told::Ended(samples::failed(vec![samples::timeline()])));
    state
}

/// The same after a save has passed.
pub(super) fn passed() -> State {
    let mut state = failed();
    state.handle(Event::Saved(FLUSH, text(2)));
    tell(&mut state, 2, Told::Ended(pass()));
    state
}

pub(super) fn pass() -> Verdict {
    Verdict::Passed(Passed { proved: samples::passed().proved })
}

/// A text that differs from those of other numbers.
pub(super) fn text(hash: u64) -> Source {
    let story = "The sales that were counted three times

Every night this program files the day's sales of each branch and prints one line for the
bookkeeping. In the first week the turnover of the north branch was three times too high.

What it should print, in this one line and no other:

```text
[report] north=3 (filed) south=5 (filed) west=2 (filed) total=10
```
";
    Source::Text { hash, story: story.into() }
}

pub(super) fn tell(state: &mut State, run: u64, told: Told) -> Vec<Action> {
    state.handle(Event::Told(RunId(run), told, Duration::from_millis(430)))
}

pub(super) fn press(state: &mut State, key: char) -> Vec<Action> {
    state.handle(Event::Key(Key::Char(key)))
}

pub(super) fn type_in(state: &mut State, text: &str) {
    text.chars().for_each(|key| drop(press(state, key)));
}
