//! What comes in through the one channel, and what makes the watch end.

use super::engine::{RunId, Told};
use super::event::Key;
use super::terminal::Signalled;
use crate::course::ExerciseId;

/// What comes in, from threads that wait for it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Input {
    Key(Key),
    /// Ctrl-L.
    Redraw,
    /// The file of this exercise was written, replaced or removed.
    File(ExerciseId),
    Told(RunId, Told),
    Signal(Signalled),
    /// No more keys will come.
    TerminalGone,
    /// Another thread has panicked, and has given the terminal back.
    Broken,
}

/// Why the loop ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// The learner wanted it.
    Quit,
    /// A signal did.
    Signal(i32),
    /// There is nobody left to show anything to.
    TerminalGone,
    /// A thread has panicked.
    Broken,
}

/// Editors touch a file several times for one save; of what is known at once, the last counts.
pub(super) fn without_repeated_files(inputs: Vec<Input>) -> Vec<Input> {
    let mut last = Vec::new();
    for input in inputs {
        if matches!(input, Input::File(_)) {
            last.retain(|earlier| *earlier != input);
        }
        last.push(input);
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::samples::{FLUSH, ZOMBIES};

    #[test]
    fn a_file_that_was_touched_twice_is_read_once_and_last() {
        let key = || Input::Key(Key::Char('h'));
        assert_eq!(
            without_repeated_files(vec![
                Input::File(FLUSH),
                Input::File(ZOMBIES),
                key(),
                key(),
                Input::File(FLUSH),
            ]),
            [Input::File(ZOMBIES), key(), key(), Input::File(FLUSH)]
        );
    }
}
