//! Files that the watch reads and writes when its rules say so.

use std::collections::HashMap;
use std::fs;

use super::event::Source;
use super::source;
use crate::commands::reset::{Restored, restore};
use crate::course::{Course, ExerciseId};

/// The exercise's file as it is now.
pub(super) fn read(course: &Course, id: ExerciseId) -> Source {
    source::read(&course.root.join(course.file(id)))
}

/// The hash of every exercise's file.
pub(super) fn hashes(course: &Course) -> HashMap<ExerciseId, u64> {
    course
        .ids()
        .filter_map(|id| match read(course, id) {
            Source::Text { hash, .. } => Some((id, hash)),
            Source::Missing | Source::NotUtf8(_) | Source::Unreadable(_) => None,
        })
        .collect()
}

/// The text of the solution, or why there is none.
pub(super) fn solution(course: &Course, id: ExerciseId) -> Result<String, String> {
    let path = course.solution(id);
    let text = fs::read(course.root.join(&path)).map_err(|error| {
        let path = path.display();
        format!("cannot read {path}: {error}; `git checkout -- {path}` brings it back")
    })?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// Puts the shipped text back: what was done, or why it was not.
pub(super) fn reset(course: &Course, id: ExerciseId) -> Result<String, String> {
    let file = course.file(id);
    let file = file.display();
    match restore(course, id) {
        Ok(Restored::Unchanged) => Ok(format!("{file} is as it is shipped; nothing was changed")),
        Ok(Restored::Missing) => Ok(format!("{file} was missing and is as it is shipped again")),
        Ok(Restored::Kept(kept)) => {
            Ok(format!("{file} is as it is shipped again; your text is kept as {}", kept.display()))
        }
        Err(error) => Err(format!("{error:#}")),
    }
}
