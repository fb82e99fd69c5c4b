//! The list of all exercises: search, filter, jump.

use super::{Page, State};
use crate::course::{Course, ExerciseId};
use crate::progress::Progress;
use crate::watch::event::{Action, Key};
use crate::watch::screen;

/// What the list shows and where its bar stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// The exercise that Enter goes to.
    pub selected: ExerciseId,
    /// Which exercises are shown.
    pub filter: Filter,
    /// Words that a shown exercise has in its name, title, chapter or skills.
    pub search: String,
    /// Whether keys go into the search.
    pub typing: bool,
}

/// Which exercises are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// All.
    All,
    /// Those that have not passed.
    Pending,
    /// Those that have.
    Done,
}

impl Filter {
    fn next(self) -> Self {
        match self {
            Self::All => Self::Pending,
            Self::Pending => Self::Done,
            Self::Done => Self::All,
        }
    }
}

impl List {
    /// A list of everything, with the bar on `selected`.
    #[must_use]
    pub fn new(selected: ExerciseId) -> Self {
        Self { selected, filter: Filter::All, search: String::new(), typing: false }
    }

    /// The exercises that are shown, in course order.
    #[must_use]
    pub fn shown(&self, course: &Course, progress: &Progress) -> Vec<ExerciseId> {
        let words: Vec<String> = self.search.split_whitespace().map(str::to_lowercase).collect();
        let wanted = |id: &ExerciseId| {
            let exercise = course.exercise(*id);
            let by_filter = match self.filter {
                Filter::All => true,
                Filter::Pending => !progress.passed(&exercise.name),
                Filter::Done => progress.passed(&exercise.name),
            };
            let chapter = &course.chapter_of(*id).title;
            let text = [&exercise.name, &exercise.title, chapter, &exercise.skills.join(" ")]
                .map(|text| text.to_lowercase())
                .join("\n");
            by_filter && words.iter().all(|word| text.contains(word))
        };
        course.ids().filter(wanted).collect()
    }
}

impl State {
    pub(super) fn list_key(&mut self, key: Key) -> Vec<Action> {
        let Page::List(list) = &mut self.page else { return Vec::new() };
        match key {
            Key::Enter => {
                let selected = list.selected;
                let listed = list.shown(&self.course, &self.progress).contains(&selected);
                return if listed { self.go(selected) } else { Vec::new() };
            }
            Key::Char(typed) if list.typing => list.search.push(typed),
            Key::Backspace if list.typing => {
                list.typing = list.search.pop().is_some();
            }
            Key::Esc if list.typing || !list.search.is_empty() => {
                list.search.clear();
                list.typing = false;
            }
            Key::Char('/') => list.typing = true,
            Key::Char('f') => list.filter = list.filter.next(),
            Key::Char('l' | 'q') | Key::Esc => return self.turn_to(Page::Exercise),
            Key::Char('?') => return self.turn_to(Page::Help),
            _ => return self.move_bar(key),
        }
        self.keep_bar_on_the_list();
        vec![Action::Draw]
    }

    fn move_bar(&mut self, key: Key) -> Vec<Action> {
        let screenful = screen::page_height(self).saturating_sub(2).max(1);
        let Page::List(list) = &mut self.page else { return Vec::new() };
        let shown = list.shown(&self.course, &self.progress);
        let last = shown.len().saturating_sub(1);
        let now = shown.iter().position(|id| *id == list.selected).unwrap_or(0);
        let then = match key {
            Key::Up | Key::Char('k') => now.saturating_sub(1),
            Key::Down | Key::Char('j') => now + 1,
            Key::PageUp | Key::Char('b') => now.saturating_sub(screenful),
            Key::PageDown | Key::Char(' ') => now + screenful,
            Key::Home | Key::Char('g') => 0,
            Key::End | Key::Char('G') => last,
            Key::Char(_) | Key::Enter | Key::Esc | Key::Backspace => return Vec::new(),
        };
        match shown.get(then.min(last)) {
            Some(id) if *id != list.selected => {
                list.selected = *id;
                vec![Action::Draw]
            }
            _ => Vec::new(),
        }
    }

    /// After the list has changed: the bar stays where it is if that is still listed, and otherwise
    /// stands on the nearest exercise below it, or else above.
    fn keep_bar_on_the_list(&mut self) {
        let Page::List(list) = &mut self.page else { return };
        let shown = list.shown(&self.course, &self.progress);
        let below = shown.iter().find(|id| **id >= list.selected);
        if let Some(id) = below.or(shown.last()) {
            list.selected = *id;
        }
    }
}
