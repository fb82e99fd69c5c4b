//! Running the check of one variant again and again.

use std::time::{Duration, Instant};

use anyhow::Result;
use faultlings::engine::{Judged, Workbench};
use harness::report::Verdict;

use super::gone;
use super::variant::{Variant, Wanted};

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
///
/// # Errors
/// There is no way to take the broker away.
pub(super) fn prove(
    exercise: &str,
    bench: &Workbench,
    variant: &Variant,
    repeat: usize,
) -> Result<Proof> {
    let name = format!("{exercise}/{}", variant.name);
    let mut proof = Proof { name, right: 0, times: Vec::new(), wrong: None };
    for _ in 0..repeat {
        let started = Instant::now();
        let judged = judge(bench, variant)?;
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
    Ok(proof)
}

fn judge(bench: &Workbench, variant: &Variant) -> Result<Judged> {
    match variant.wanted {
        Wanted::Unknown => gone::judge(bench, &variant.program),
        Wanted::Passed | Wanted::Failed(_) | Wanted::Refused => Ok(bench.judge(&variant.program)),
    }
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
