//! Running the check of one variant again and again.

use std::time::{Duration, Instant};

use faultlings::engine::Workbench;
use harness::report::Verdict;

use super::variant::Variant;

/// What all runs of one variant came to.
#[derive(Debug)]
pub(super) struct Proof {
    /// `exercise/variant`.
    pub(super) name: String,
    /// Runs whose verdict was the wanted one.
    pub(super) right: usize,
    /// How long each took, in ascending order.
    pub(super) times: Vec<Duration>,
    /// The first wrong verdict, in words.
    pub(super) wrong: Option<String>,
}

/// Runs it `repeat` times, each time with another seed.
pub(super) fn prove(exercise: &str, bench: &Workbench, variant: &Variant, repeat: usize) -> Proof {
    let name = format!("{exercise}/{}", variant.name);
    let mut proof = Proof { name, right: 0, times: Vec::new(), wrong: None };
    for _ in 0..repeat {
        let started = Instant::now();
        let judged = bench.judge(&variant.program);
        proof.times.push(started.elapsed());
        if variant.wanted.is(&judged.verdict) {
            proof.right += 1;
        } else {
            proof.wrong.get_or_insert_with(|| {
                format!("wanted {:?}\n    got {}", variant.wanted, in_words(&judged.verdict))
            });
        }
    }
    proof.times.sort();
    proof
}

fn in_words(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Passed(passed) => format!("passed: {}", passed.proved),
        Verdict::Failed(failure) => {
            format!(
                "failed: expected {}\n    observed {}\n    evidence {:?}",
                failure.expected, failure.observed, failure.evidence
            )
        }
        Verdict::Unknown(unknown) => format!("could not tell: {}", unknown.reason),
    }
}

impl Proof {
    /// Whether no verdict was wrong.
    pub(super) fn holds(&self) -> bool {
        self.wrong.is_none()
    }

    /// The median time.
    pub(super) fn median(&self) -> Duration {
        self.times.get(self.times.len() / 2).copied().unwrap_or_default()
    }

    /// The longest time.
    pub(super) fn longest(&self) -> Duration {
        self.times.last().copied().unwrap_or_default()
    }
}
