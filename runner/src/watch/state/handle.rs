//! Where each event goes.

use super::{Page, State, Work};
use crate::watch::event::{Action, Event};

impl State {
    /// The first actions of a watch.
    pub fn begin(&mut self) -> Vec<Action> {
        let name = self.name().to_owned();
        let mut actions = vec![Action::Draw];
        if self.progress.current() != Some(&name) {
            self.progress.set_current(&name);
            actions.push(Action::Keep);
        }
        actions.push(Action::Read(self.current));
        actions
    }

    /// Changes the state by one event, and says what is to be done about it, in order.
    ///
    /// The screen is drawn before anything that may take time, so that the learner sees at once
    /// that a save or a key was noticed.
    pub fn handle(&mut self, event: Event) -> Vec<Action> {
        match event {
            Event::Read(id, source) => self.was_read(id, source),
            Event::Saved(id, source) => self.was_saved(id, source),
            Event::Key(key) => self.key(key),
            Event::Told(run, told, took) => self.was_told(run, told, took),
            Event::Tick(run, elapsed) => self.tick(run, elapsed),
            Event::Resized(size) => {
                self.size = size;
                vec![Action::Draw]
            }
            Event::Solution(id, Ok(text)) if id == self.current => {
                self.turn_to(Page::Solution(text))
            }
            Event::Solution(_, Ok(_)) => Vec::new(),
            Event::Solution(_, Err(why)) | Event::Notice(why) => self.notice(why),
            Event::Reset(Ok(done) | Err(done)) => self.notice(done),
            Event::Kept(progress) if progress == self.progress => Vec::new(),
            Event::Kept(progress) => {
                self.progress = progress;
                vec![Action::Draw]
            }
            Event::Suspended => self.suspend(),
            Event::Resumed => self.resume(),
        }
    }

    /// Shows a sentence until the next key.
    pub(super) fn notice(&mut self, text: impl Into<String>) -> Vec<Action> {
        let text = text.into();
        if !self.notices.contains(&text) {
            self.notices.push_back(text);
        }
        vec![Action::Draw]
    }

    /// Shows another page from its top.
    pub(super) fn turn_to(&mut self, page: Page) -> Vec<Action> {
        self.page = page;
        self.scroll = 0;
        vec![Action::Draw]
    }

    /// A run's own clock would run on while nobody can see it, so it ends and starts anew.
    fn suspend(&mut self) -> Vec<Action> {
        self.to_resume = matches!(self.work, Work::Judging(_));
        let mut actions = self.cancel();
        actions.extend(self.cool());
        actions
    }

    fn resume(&mut self) -> Vec<Action> {
        let mut actions = vec![Action::Draw];
        if std::mem::take(&mut self.to_resume) {
            actions.push(Action::Read(self.current));
        }
        actions
    }
}
