//! The course that we stand in, and how far the learner is.

use anyhow::{Context, Result};

use super::page::notice;
use crate::brokers::Brokers;
use crate::course::{Course, ExerciseId};
use crate::progress::{Progress, Store};

/// What every command about exercises begins with.
pub struct Session {
    /// The course.
    pub course: Course,
    /// How far the learner is.
    pub progress: Progress,
    /// Where that is kept.
    pub store: Store,
    /// The brokers of the course; none runs before an exercise needs it.
    pub brokers: Brokers,
}

impl Session {
    /// The course of the working directory, and its progress. What the learner should know about
    /// the latter is told on standard error.
    ///
    /// # Errors
    /// There is no course here, or its info.toml is wrong.
    pub fn open() -> Result<Session> {
        let (session, notices) = Session::load()?;
        notices.iter().for_each(|text| notice(text));
        Ok(session)
    }

    /// The same for whoever tells it in another way.
    ///
    /// # Errors
    /// As [`Session::open`].
    pub fn load() -> Result<(Session, Vec<String>)> {
        let here = std::env::current_dir()
            .context("the working directory is gone; `cd` to the course and type it again")?;
        let course = Course::load(&Course::find_root(&here)?)?;
        let (store, progress, notices) = Store::open(&course.root)?;
        let brokers = Brokers::of(&course.root);
        Ok((Session { course, progress, store, brokers }, notices))
    }

    /// The exercise of this name, or the one that the learner is at.
    ///
    /// # Errors
    /// No exercise has this name.
    pub fn chosen(&self, name: Option<&str>) -> Result<ExerciseId> {
        match name {
            Some(name) => self.course.by_name(name),
            None => Ok(self.progress.exercise_in(&self.course)),
        }
    }

    /// Keeps what was recorded. Where that cannot be, the learner hears it and goes on.
    pub fn save(&mut self) {
        match self.store.save(&self.progress) {
            Ok(merged) => self.progress = merged,
            Err(error) => notice(&format!("{error:#}")),
        }
    }
}
