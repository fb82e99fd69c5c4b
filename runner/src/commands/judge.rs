//! One exercise judged, from its file to the end, for those commands that wait for it.

use std::fs;
use std::io::ErrorKind;
use std::sync::mpsc;

use harness::report::{Unknown, Verdict};

use crate::brokers::Brokers;
use crate::course::{Course, ExerciseId};
use crate::engine::{self, RunId, Told};
use crate::grid::Mark;

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ending {
    /// The compiler's words.
    DidNotBuild(String),
    /// The verdict.
    Judged(Verdict),
}

impl Ending {
    pub(super) fn mark(&self) -> Mark {
        match self {
            Ending::DidNotBuild(_) => Mark::DidNotBuild,
            Ending::Judged(verdict) => Mark::of(verdict),
        }
    }
}

/// Judges an exercise and hands on what is told on the way.
///
/// # Errors
/// Those of `tell`; the run is cancelled then, and nothing of it goes on.
pub(super) fn judge<E>(
    course: &Course,
    brokers: &Brokers,
    id: ExerciseId,
    mut tell: impl FnMut(Told) -> Result<(), E>,
) -> Result<Ending, E> {
    if let Some(unknown) = unreadable(course, id) {
        return Ok(Ending::Judged(Verdict::Unknown(unknown)));
    }
    let (sender, told) = mpsc::channel();
    let _run = engine::start(course, brokers, id, RunId(0), move |_, told| {
        // The receiver is gone when whoever listened had an error; then nobody wants the rest.
        let _ = sender.send(told);
    });
    for told in told {
        match told {
            Told::DidNotBuild(words) => return Ok(Ending::DidNotBuild(words)),
            Told::Ended(verdict) => return Ok(Ending::Judged(verdict)),
            told => tell(told)?,
        }
    }
    Ok(Ending::Judged(Verdict::Unknown(Unknown {
        reason: "the run ended without a verdict".to_owned(),
        next: "type the command again".to_owned(),
    })))
}

/// A file that no compiler can read is told in our words: the compiler's would be about a file that
/// it was given, not about the exercise.
fn unreadable(course: &Course, id: ExerciseId) -> Option<Unknown> {
    let file = course.file(id);
    let (file, name) = (file.display(), &course.exercise(id).name);
    let reset = format!("`cargo run -- reset {name}` brings back the shipped text");
    let (reason, next) = match fs::read(course.root.join(course.file(id))) {
        Ok(bytes) => {
            let good = std::str::from_utf8(&bytes).err()?.valid_up_to();
            let line = 1 + bytes.iter().take(good).filter(|&&byte| byte == b'\n').count();
            let reason = format!("{file}, line {line}, is not UTF-8");
            (reason, format!("save it as UTF-8; or {reset}, and keeps yours beside it"))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => (format!("{file} is missing"), reset),
        Err(error) => (format!("{file} cannot be read: {error}"), format!("`ls -l {file}`")),
    };
    Some(Unknown { reason, next })
}
