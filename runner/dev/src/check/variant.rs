//! The texts of one exercise, each with the verdict that it has to get.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use faultlings::course::{Course, ExerciseId};
use faultlings::engine::Workbench;
use harness::report::Verdict;

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

    let mut variants = vec![Variant {
        name: "solution".to_owned(),
        program: bench.check().with_file_name(format!("{}_solution", exercise.name)),
        wanted: Wanted::Passed,
    }];
    let texts = wrong.into_iter().map(|wrong| (wrong.slug, wrong.text, wrong.refused));
    let shipped = ("shipped".to_owned(), shipped, exercise.fails_with.clone());
    for (name, text, words) in std::iter::once(shipped).chain(texts) {
        let program = compile(bench, &made, &name, &text)?;
        variants.push(Variant { name, program, wanted: Wanted::Failed(words) });
    }
    let solution = variants[0].program.clone();
    variants.extend(nothing::variants(bench, &solution, &made)?);
    let brokers = bench.brokers().unwrap_or_default();
    if !brokers.is_empty() && brokers.iter().all(gone::can_be_taken) {
        let name = "the broker goes".to_owned();
        variants.push(Variant { name, program: solution, wanted: Wanted::Unknown });
    }
    Ok(variants)
}

pub(super) fn compile(bench: &Workbench, folder: &Path, name: &str, text: &str) -> Result<PathBuf> {
    let source = folder.join(format!("{name}.rs"));
    let program = folder.join(name);
    fs::write(&source, text)?;
    bench.compile(&source, &program)?;
    Ok(program)
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
