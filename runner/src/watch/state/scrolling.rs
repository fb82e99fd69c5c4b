//! Moving over a page that is longer than the screen.

use super::State;
use crate::watch::event::{Action, Key};
use crate::watch::screen;

impl State {
    /// A key that moves the page, or none.
    pub(super) fn scroll_key(&mut self, key: Key) -> Vec<Action> {
        let limit = screen::scroll_limit(self);
        // Two lines of the old screen stay in sight.
        let screenful = screen::page_height(self).saturating_sub(2).max(1);
        let now = self.scroll.min(limit);
        let then = match key {
            Key::Up | Key::Char('k') => now.saturating_sub(1),
            Key::Down | Key::Char('j') => now + 1,
            Key::PageUp | Key::Char('b') => now.saturating_sub(screenful),
            Key::PageDown | Key::Char(' ') => now + screenful,
            Key::Home | Key::Char('g') => 0,
            Key::End | Key::Char('G') => limit,
            Key::Char(_) | Key::Enter | Key::Esc | Key::Backspace => return Vec::new(),
        };
        self.scroll = then.min(limit);
        if self.scroll == now { Vec::new() } else { vec![Action::Draw] }
    }

    pub(super) fn scroll_to_end(&mut self) {
        self.scroll = screen::scroll_limit(self);
    }
}
