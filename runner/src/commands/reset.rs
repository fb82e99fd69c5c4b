//! `reset`: the shipped text again, and the learner's kept beside it.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::page::Page;
use crate::course::{Course, ExerciseId};
use crate::files;

/// What [`restore`] found and did; paths are relative to the root.
#[derive(Debug, PartialEq, Eq)]
pub enum Restored {
    /// The file was as it is shipped, and was not touched.
    Unchanged,
    /// There was no file; there is one now.
    Missing,
    /// The learner's text is kept here.
    Kept(PathBuf),
}

/// Restores an exercise and says what became of the learner's text.
///
/// # Errors
/// Those of [`restore`], and of writing the page.
pub fn reset(course: &Course, id: ExerciseId, page: &mut Page) -> Result<()> {
    let file = course.file(id);
    let (file, name) = (file.display(), &course.exercise(id).name);
    page.prose(&match restore(course, id)? {
        Restored::Unchanged => format!("{file} is as it is shipped; nothing was changed"),
        Restored::Missing => format!("{file} was missing and is as it is shipped again"),
        Restored::Kept(kept) => {
            format!("{file} is as it is shipped again; your text is kept as {}", kept.display())
        }
    })?;
    page.prose(&format!("`cargo run -- run {name}` checks it"))?;
    Ok(())
}

/// Puts the shipped text of an exercise in its place, whatever git thinks of the file: the learner
/// may have committed, or have unpacked an archive. A text that differs is kept beside it first, so
/// that at every moment either text is on disk.
///
/// # Errors
/// The shipped text cannot be read, or the folder cannot be written; nothing is lost then.
pub fn restore(course: &Course, id: ExerciseId) -> Result<Restored> {
    let (file, shipped) = (course.file(id), course.shipped(id));
    let text = fs::read(course.root.join(&shipped)).with_context(|| {
        let shipped = shipped.display();
        format!("cannot read {shipped}; `git checkout -- {shipped}` brings it back")
    })?;
    let done = match fs::read(course.root.join(&file)) {
        Ok(theirs) if theirs == text => return Ok(Restored::Unchanged),
        Ok(theirs) => Restored::Kept(keep(&course.root, &file, &theirs)?),
        Err(error) if error.kind() == ErrorKind::NotFound => Restored::Missing,
        Err(error) => return Err(error).with_context(|| not_written(&file)),
    };
    let place = course.root.join(&file);
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder).with_context(|| not_written(&file))?;
    }
    files::replace(&place, &text).with_context(|| not_written(&file))?;
    Ok(done)
}

/// Writes the learner's text to the first `NAME.kept-N.rs` that is free.
fn keep(root: &Path, file: &Path, text: &[u8]) -> Result<PathBuf> {
    for n in 1..=u32::MAX {
        let kept = file.with_extension(format!("kept-{n}.rs"));
        // Made only if it is not there: an earlier text may be kept under that name.
        match File::create_new(root.join(&kept)) {
            Ok(mut new) => {
                let written = new.write_all(text).and_then(|()| new.sync_all());
                if written.is_err() {
                    // Half a text would look like a whole one.
                    let _ = fs::remove_file(root.join(&kept));
                }
                written.with_context(|| not_written(&kept))?;
                return Ok(kept);
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error).with_context(|| not_written(&kept)),
        }
    }
    bail!("every name for {} is taken; remove some `*.kept-*.rs`", file.display())
}

fn not_written(file: &Path) -> String {
    format!(
        "cannot write {}, so nothing was changed; `cargo run -- doctor` looks closer",
        file.display()
    )
}
