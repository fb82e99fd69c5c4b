//! What the keys do. Nothing here advances by itself: each step is a key.

use super::list::List;
use super::{Page, Prompt, State, Work};
use crate::watch::event::{Action, Key};

impl State {
    pub(super) fn key(&mut self, key: Key) -> Vec<Action> {
        if let Some(prompt) = self.prompt {
            return self.answer(prompt, key);
        }
        let noticed = self.notices.pop_front().is_some();
        let mut actions = match self.page {
            Page::List(_) => self.list_key(key),
            Page::Verify(_) => self.verify_key(key),
            Page::Exercise | Page::Solution(_) | Page::Help | Page::Closing => self.page_key(key),
        };
        // The sentence is gone even if the key means nothing here.
        if noticed && actions.is_empty() {
            actions.push(Action::Draw);
        }
        actions
    }

    fn page_key(&mut self, key: Key) -> Vec<Action> {
        match key {
            Key::Char('q') | Key::Esc if !matches!(self.page, Page::Exercise | Page::Closing) => {
                self.turn_to(Page::Exercise)
            }
            Key::Char('q') => vec![Action::Quit],
            Key::Esc if self.page == Page::Closing => self.turn_to(Page::Exercise),
            Key::Esc => self.cancel(),
            Key::Char('n') => self.next(),
            Key::Char('p') => self.previous(),
            Key::Char('r') => self.run_again(),
            Key::Char('h') => self.hint(),
            Key::Char('l') => self.turn_to(Page::List(List::new(self.current))),
            Key::Char('s') => self.solution(),
            Key::Char('x') => self.ask(Prompt::Reset),
            Key::Char('c') => self.verify_all(),
            Key::Char('?') if self.page == Page::Help => self.turn_to(Page::Exercise),
            Key::Char('?') => self.turn_to(Page::Help),
            _ => self.scroll_key(key),
        }
    }

    fn run_again(&mut self) -> Vec<Action> {
        self.telling = false;
        self.welcome = false;
        let mut actions = self.turn_to(Page::Exercise);
        actions.push(Action::Read(self.current));
        actions
    }

    /// One step a press; when all are shown, the last press says so.
    fn hint(&mut self) -> Vec<Action> {
        let mut actions = self.turn_to(Page::Exercise);
        let name = self.name().to_owned();
        let all = self.course.exercise(self.current).hints.len();
        let shown = self.progress.hints_shown(&name);
        let first_of_visit = !std::mem::replace(&mut self.hints_asked, true);
        if shown < all {
            self.progress.show_hint(&name, shown + 1);
            actions.push(Action::Keep);
        } else if !(first_of_visit && self.has_passed()) {
            actions = self.notice("these are all the hints; `s` shows the solution");
        }
        self.scroll_to_end();
        actions
    }

    fn solution(&mut self) -> Vec<Action> {
        if self.has_passed() || self.progress.gave_up(self.name()) {
            return vec![Action::ReadSolution(self.current)];
        }
        self.ask(Prompt::GiveUp)
    }

    fn ask(&mut self, prompt: Prompt) -> Vec<Action> {
        self.prompt = Some(prompt);
        match self.page {
            Page::Exercise => vec![Action::Draw],
            _ => self.turn_to(Page::Exercise),
        }
    }

    /// Whether Esc would end something.
    pub(in crate::watch) fn is_judging(&self) -> bool {
        matches!(self.work, Work::Judging(_))
    }
}
