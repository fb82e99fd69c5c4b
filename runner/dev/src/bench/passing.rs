//! How long each check takes on a program that passes, which is what a learner waits for at best.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use faultlings::brokers::Brokers;
use faultlings::course::{Course, ExerciseId};
use faultlings::engine::Workbench;
use harness::broker::Broker;
use harness::report::Verdict;
use harness::until::{ms, secs};

use super::table::{self, median, too_long};

/// Runs of each check.
const TIMES: usize = 5;

/// The checks of one kind, and how long they may take.
struct Kind {
    what: String,
    /// The median of the exercises.
    median: Duration,
    /// Any of them.
    each: Duration,
    times: Vec<Duration>,
}

impl Kind {
    /// Without a broker, or with these.
    fn of(brokers: &[Broker]) -> Self {
        let names = brokers.iter().map(|broker| broker.name()).collect::<Vec<_>>().join(" and ");
        let (median, each) = match brokers {
            [] => (ms(500), ms(1500)),
            [Broker::Nats] => (ms(300), secs(3)),
            [Broker::Rabbitmq] => (ms(800), secs(3)),
            [..] => (secs(1), secs(3)),
        };
        let what = if names.is_empty() { "processes".to_owned() } else { names };
        Self { what, median, each, times: Vec::new() }
    }
}

/// The time of every check on its exercise's solution, printed, brokers being warm; and what of it is
/// too long.
pub(super) fn times(course: &Course, folder: &Path) -> Vec<String> {
    println!("\nmedian of each passing check");
    let brokers = Brokers::of(&course.root);
    let (mut kinds, mut misses) = (BTreeMap::new(), Vec::new());
    for id in course.ids() {
        let (name, needed) = (&course.exercise(id).name, course.brokers([id].into_iter()));
        let kind = kinds.entry(needed.clone()).or_insert_with(|| Kind::of(&needed));
        match time(course, &brokers, id, folder) {
            Ok(time) => {
                println!("{name:<28}{:>10}", table::ms(time));
                misses.extend((time > kind.each).then(|| too_long(name, time, kind.each)));
                kind.times.push(time);
            }
            Err(error) => misses.push(format!("{name}: {error:#}")),
        }
    }
    for Kind { what, median: wanted, times, .. } in kinds.into_values() {
        let (count, middle) = (times.len(), median(times));
        println!("median of {count} checks, {what}: {}", table::ms(middle));
        misses.extend((middle > wanted).then(|| too_long(&what, middle, wanted)));
    }
    misses
}

/// The median time of an exercise's check on its solution, its own start included.
fn time(
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
