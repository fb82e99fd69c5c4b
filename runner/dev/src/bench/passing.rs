//! How long each check takes on a program that passes, which is what a learner waits for at best.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use faultlings::brokers::Brokers;
use faultlings::course::{Course, ExerciseId};
use faultlings::engine::Workbench;
use harness::report::Verdict;

use super::table::median;

/// Runs of each check.
const TIMES: usize = 5;

/// The median time of an exercise's check on its solution, its own start included.
pub(super) fn time(
    course: &Course,
    brokers: &Brokers,
    exercise: ExerciseId,
    folder: &Path,
) -> Result<Duration> {
    let name = &course.exercise(exercise).name;
    let bench = Workbench::new(course, brokers, exercise)?;
    let program = folder.join(name);
    bench.compile(&course.root.join(course.solution(exercise)), &program)?;
    let times: Result<Vec<Duration>> = (0..TIMES)
        .map(|_| {
            let started = Instant::now();
            match bench.judge(&program).verdict {
                Verdict::Passed(_) => Ok(started.elapsed()),
                Verdict::Failed(failure) => bail!("its solution failed: {}", failure.observed),
                Verdict::Unknown(unknown) => bail!("its solution: {}", unknown.reason),
            }
        })
        .collect();
    Ok(median(times?))
}
