//! The answer to a question.

use super::{Prompt, State};
use crate::watch::event::{Action, Key};

impl State {
    /// A key while `prompt` is open. Only `y` is a yes; after `n` and Esc nothing else happens,
    /// while other keys also do what they always do.
    pub(super) fn answer(&mut self, prompt: Prompt, key: Key) -> Vec<Action> {
        self.prompt = None;
        match (key, prompt) {
            (Key::Char('y'), Prompt::Switch(id)) => self.go(id),
            (Key::Char('y'), Prompt::GiveUp) => {
                let name = self.name().to_owned();
                self.progress.give_up(&name);
                vec![Action::Draw, Action::Keep, Action::ReadSolution(self.current)]
            }
            (Key::Char('y'), Prompt::Reset) => vec![Action::Draw, Action::Reset(self.current)],
            (Key::Char('n') | Key::Esc, _) => vec![Action::Draw],
            _ => self.key(key),
        }
    }
}
