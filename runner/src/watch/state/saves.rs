//! What a file that was read or written means.

use super::{Page, Prompt, State, Work};
use crate::course::ExerciseId;
use crate::watch::event::{Action, Source};

const UNCHANGED: &str = "saved, and nothing changed: the verdict stands";

impl State {
    /// The file was read as we asked: it is to be judged.
    pub(super) fn was_read(&mut self, id: ExerciseId, source: Source) -> Vec<Action> {
        if id != self.current {
            return Vec::new();
        }
        self.note_hash(id, &source);
        let is_text = matches!(source, Source::Text { .. });
        self.source = Some(source);
        if is_text { self.judge(false) } else { vec![Action::Draw] }
    }

    /// The file was written by somebody else.
    pub(super) fn was_saved(&mut self, id: ExerciseId, source: Source) -> Vec<Action> {
        if id == self.current { self.saved_here(source) } else { self.saved_elsewhere(id, &source) }
    }

    fn saved_here(&mut self, source: Source) -> Vec<Action> {
        let changed = self.note_hash(self.current, &source);
        let is_text = matches!(source, Source::Text { .. });
        let was_text = matches!(self.source, Some(Source::Text { .. }));
        self.source = Some(source);
        if !is_text {
            // An editor that renames takes the file away for a moment. What runs now may have read
            // nothing, so the next text is judged even if it is the old one.
            if matches!(self.work, Work::Judging(_)) {
                self.seen.remove(&self.current);
            }
            return vec![Action::Draw];
        }
        // A run that goes on may have read half of what was written, so it starts anew in any case.
        if !changed && self.is_judged() && !matches!(self.work, Work::Judging(_)) {
            return match was_text {
                true => self.notice(UNCHANGED),
                false => vec![Action::Draw],
            };
        }
        self.page = Page::Exercise;
        self.prompt = None;
        self.notices.retain(|notice| notice != UNCHANGED);
        self.telling = false;
        self.welcome = false;
        self.judge(true)
    }

    fn saved_elsewhere(&mut self, id: ExerciseId, source: &Source) -> Vec<Action> {
        let Source::Text { .. } = source else { return Vec::new() };
        if !self.note_hash(id, source) {
            return Vec::new();
        }
        match self.prompt {
            // The key that answers a question must not answer another one.
            Some(Prompt::GiveUp | Prompt::Reset) => {
                let name = &self.course.exercise(id).name;
                self.notice(format!("{name} was saved, and `l` finds it"))
            }
            Some(Prompt::Switch(_)) | None => {
                self.prompt = Some(Prompt::Switch(id));
                vec![Action::Draw]
            }
        }
    }

    /// Notes what a file holds, and says whether that is new.
    fn note_hash(&mut self, id: ExerciseId, source: &Source) -> bool {
        match source {
            Source::Text { hash, .. } => self.seen.insert(id, *hash) != Some(*hash),
            Source::Missing | Source::NotUtf8(_) | Source::Unreadable(_) => true,
        }
    }
}
