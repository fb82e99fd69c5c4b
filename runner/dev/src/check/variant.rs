//! The texts of one exercise, each with the verdict that it has to get.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use faultlings::course::{Course, ExerciseId};
use faultlings::engine::Workbench;
use harness::report::Verdict;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::wrong::wrong_fixes;
use super::{gone, nothing};

/// At least so many wrong fixes an exercise.
const WRONG_FIXES: usize = 3;

/// One program and what is to be said of it.
#[derive(Debug)]
pub(super) struct Variant {
    /// `shipped`, `solution`, or the wrong fix's name.
    pub(super) name: String,
    /// The compiled program.
    pub(super) program: PathBuf,
    /// The verdict.
    pub(super) wanted: Wanted,
}

impl Variant {
    /// How often it is judged where `repeat` was asked for. A program that does no work has no
    /// moment to catch, and an endless one takes each wait to its end.
    pub(super) fn runs(&self, repeat: usize) -> usize {
        if matches!(self.wanted, Wanted::Refused | Wanted::Unknown) {
            repeat.min(2)
        } else {
            repeat
        }
    }
}

/// A variant that is not compiled yet.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) wanted: Wanted,
}

impl Text {
    fn compile(self, bench: &Workbench, folder: &Path) -> Result<Variant> {
        let name = self.name.replace(' ', "_");
        let (source, program) = (folder.join(format!("{name}.rs")), folder.join(name));
        fs::write(&source, &self.text)?;
        bench.compile(&source, &program)?;
        Ok(Variant { name: self.name, program, wanted: self.wanted })
    }
}

/// The verdict that a variant has to get.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// A pass.
    Passed,
    /// A failure whose observation has these words.
    Failed(String),
    /// A failure in whatever words.
    Refused,
    /// No word about the program, whose broker is taken away under its feet.
    Unknown,
}

impl Wanted {
    /// Whether the verdict is the wanted one.
    pub(super) fn is(&self, verdict: &Verdict) -> bool {
        match (self, verdict) {
            (Self::Passed, Verdict::Passed(_)) => true,
            (Self::Failed(words), Verdict::Failed(failure)) => {
                failure.observed.contains(words.as_str())
            }
            (Self::Refused, Verdict::Failed(_)) | (Self::Unknown, Verdict::Unknown(_)) => true,
            _ => false,
        }
    }
}

/// Writes, compiles and lists the variants of one exercise. Its solution was built by cargo.
pub(super) fn variants(course: &Course, id: ExerciseId, bench: &Workbench) -> Result<Vec<Variant>> {
    let exercise = course.exercise(id);
    let shipped = fs::read_to_string(course.root.join(course.shipped(id)))?;
    let folder =
        course.root.join("runner/wrong").join(&course.chapter_of(id).name).join(&exercise.name);
    let wrong = wrong_fixes(&folder, &shipped)?;
    if wrong.len() < WRONG_FIXES {
        bail!("{} has {} wrong fixes; it needs {WRONG_FIXES}", exercise.name, wrong.len());
    }
    let made = bench.check().with_file_name("kit").join("proof").join(&exercise.name);
    fs::create_dir_all(&made).with_context(|| format!("cannot make {}", made.display()))?;

    let solution = bench.check().with_file_name(format!("{}_solution", exercise.name));
    let mut texts = vec![Text {
        name: "shipped".to_owned(),
        text: shipped,
        wanted: Wanted::Failed(exercise.fails_with.clone()),
    }];
    texts.extend(wrong.into_iter().map(|wrong| Text {
        name: wrong.slug,
        text: wrong.text,
        wanted: Wanted::Failed(wrong.refused),
    }));
    texts.extend(nothing::texts(bench, &solution));

    let (name, program) = ("solution".to_owned(), solution.clone());
    let mut variants = vec![Variant { name, program, wanted: Wanted::Passed }];
    // As many at a time as there are cores: compiling is most of what a proof takes.
    let compiled = texts.into_par_iter().map(|text| text.compile(bench, &made));
    variants.extend(compiled.collect::<Result<Vec<_>>>()?);
    let brokers = bench.brokers().unwrap_or_default();
    if !brokers.is_empty() && brokers.iter().all(gone::can_be_taken) {
        let name = "the broker goes".to_owned();
        variants.push(Variant { name, program: solution, wanted: Wanted::Unknown });
    }
    Ok(variants)
}

#[cfg(test)]
mod tests {
    use harness::report::{Failure, Passed, Unknown, Verdict};

    use super::Wanted;

    #[test]
    fn a_failure_for_another_reason_is_not_the_wanted_one() {
        let failure = |observed: &str| {
            let (expected, why) = (String::new(), String::new());
            Verdict::Failed(Failure {
                expected,
                observed: observed.to_owned(),
                why,
                evidence: Vec::new(),
            })
        };
        let wanted = Wanted::Failed("two zombies".to_owned());
        assert!(wanted.is(&failure("it left two zombies behind")));
        assert!(!wanted.is(&failure("it was still running")));
        assert!(!wanted.is(&Verdict::Passed(Passed { proved: "two zombies".to_owned() })));
    }

    #[test]
    fn not_knowing_is_neither() {
        let unknown = Verdict::Unknown(Unknown { reason: "x".to_owned(), next: "y".to_owned() });
        assert!(!Wanted::Passed.is(&unknown) && !Wanted::Failed(String::new()).is(&unknown));
    }
}
