//! `dev check`.

use std::collections::BTreeSet;
use std::ops::AddAssign;
use std::process::ExitCode;

use anyhow::Result;
use faultlings::brokers::Brokers;
use faultlings::course::{Course, ExerciseId};
use faultlings::engine::Workbench;

use super::busy::Busy;
use super::options::Options;
use super::prove::{Proof, prove};
use super::variant::variants;
use super::{lint, lists, table};

/// How many things were proved, and how many do not hold.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, more: Self) {
        self.passed += more.passed;
        self.failed += more.failed;
    }
}

/// `dev check`: the exit status is 0 if all holds, 1 if not.
pub(crate) fn run(course: &Course, options: &Options) -> Result<ExitCode> {
    let tally = prove_course(course, options)?;
    println!("{} passed, {} failed", tally.passed, tally.failed);
    Ok(ExitCode::from(u8::from(tally.failed > 0)))
}

/// Proves the course, or some exercises of it, and prints what it finds.
pub(crate) fn prove_course(course: &Course, options: &Options) -> Result<Tally> {
    let chosen: Vec<ExerciseId> = match options.names.as_slice() {
        [] => course.ids().collect(),
        names => names.iter().map(|name| course.by_name(name)).collect::<Result<_>>()?,
    };
    let mut complaints = lists::disagreements(course)?;
    let chapters: BTreeSet<_> =
        chosen.iter().map(|&id| course.chapter_of(id).name.as_str()).collect();
    complaints.extend(lint::complaints(course, &chapters)?);
    for complaint in &complaints {
        println!("WRONG {complaint}");
    }

    println!("{}", table::heading(options.repeat, options.busy));
    let brokers = Brokers::of(&course.root);
    let mut proofs = Vec::new();
    for id in chosen {
        match proofs_of(course, &brokers, id, options) {
            Ok(more) => proofs.extend(more),
            Err(error) => {
                println!("WRONG {error:#}");
                complaints.push(format!("{error:#}"));
            }
        }
    }
    println!("\n{}", table::summary(&proofs));
    let holding = proofs.iter().filter(|proof| proof.holds()).count();
    // The agreement of the lists, and the state of the solutions, count as one proof.
    Ok(Tally {
        passed: holding + usize::from(complaints.is_empty()),
        failed: complaints.len() + proofs.len() - holding,
    })
}

fn proofs_of(
    course: &Course,
    brokers: &Brokers,
    id: ExerciseId,
    options: &Options,
) -> Result<Vec<Proof>> {
    let bench = Workbench::new(course, brokers, id)?;
    let variants = variants(course, id, &bench)?;
    // Compiling is not what is proved, so it is over before the load begins.
    let _busy = options.busy.then(Busy::start);
    let exercise = &course.exercise(id).name;
    let each = variants.iter().map(|variant| {
        let proof = prove(exercise, &bench, variant, variant.runs(options.repeat))?;
        println!("{}", table::row(&proof));
        Ok(proof)
    });
    each.collect()
}
