//! What can happen while watching, and what the watch may do about it.

use std::time::Duration;

use super::engine::{RunId, Told};
use crate::course::ExerciseId;
use crate::progress::Progress;

/// Something that happened outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The file of an exercise was read, as [`Action::Read`] asked.
    Read(ExerciseId, Source),
    /// The file of an exercise was written, renamed or removed, and then read.
    Saved(ExerciseId, Source),
    /// A key.
    Key(Key),
    /// Something about a run, and how long it has gone on.
    Told(RunId, Told, Duration),
    /// A run goes on since so long.
    Tick(RunId, Duration),
    /// The terminal has this size now.
    Resized(Size),
    /// The text of a solution, as [`Action::ReadSolution`] asked, or why there is none.
    Solution(ExerciseId, Result<String, String>),
    /// An exercise was reset, as [`Action::Reset`] asked: what was done, or why it was not.
    Reset(Result<String, String>),
    /// Progress was kept, as [`Action::Keep`] asked. Another runner may have added to it.
    Kept(Progress),
    /// A sentence for the learner.
    Notice(String),
    /// The process was stopped by Ctrl-Z.
    Suspended,
    /// It goes on.
    Resumed,
}

/// Something to do outside, in the order in which they are given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// The screen has changed.
    Draw,
    /// Start a run; what it says comes back as [`Event::Told`].
    Start(RunId, ExerciseId),
    /// End a run and all of its processes.
    Cancel(RunId),
    /// Build what later chapters need, as long as nothing else is to be done.
    Warm(ExerciseId),
    /// Stop building ahead, at once.
    Cool,
    /// Read the file of an exercise.
    Read(ExerciseId),
    /// Read the solution of an exercise.
    ReadSolution(ExerciseId),
    /// Put the shipped text of an exercise back.
    Reset(ExerciseId),
    /// Keep the progress on disk.
    Keep,
    /// Leave the watch.
    Quit,
}

/// What an exercise's file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Text.
    Text {
        /// A hash of all its bytes: whether it changed is all that is asked of it.
        hash: u64,
        /// The comment at its top, without comment signs.
        story: String,
    },
    /// There is no such file.
    Missing,
    /// Bytes that are not UTF-8; the first of them is so far from the start.
    NotUtf8(usize),
    /// It cannot be read, for this reason.
    Unreadable(String),
}

/// A key, as far as the watch has use for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "keys are named by what is printed on them")]
pub enum Key {
    Char(char),
    Enter,
    Esc,
    Backspace,
    Up,
    Down,
    PageUp,
    PageDown,
    Home,
    End,
}

/// Size of a terminal in cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Cells in a line.
    pub columns: usize,
    /// Lines.
    pub rows: usize,
}
