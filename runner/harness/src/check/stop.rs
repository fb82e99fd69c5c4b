//! How a check ends before its last line.

use std::io;

use crate::evidence::Evidence;
use crate::report::{Failure, Passed, Unknown};

/// What a check function returns.
pub type CheckResult = Result<Passed, Stop>;

/// Why a check went no further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// The program was seen doing something wrong.
    Failed(Box<Failure>),
    /// The kit itself met an obstacle.
    Unknown(Unknown),
}

impl Stop {
    /// The kit met an obstacle: what it is, and what to type next.
    pub fn unknown(reason: impl Into<String>, next: impl Into<String>) -> Self {
        Self::Unknown(Unknown { reason: reason.into(), next: next.into() })
    }

    /// Puts evidence before what is there already; nothing, where there was none to be had.
    #[must_use]
    pub fn with(mut self, evidence: impl Into<Option<Evidence>>) -> Self {
        if let (Self::Failed(failure), Some(evidence)) = (&mut self, evidence.into()) {
            failure.evidence.insert(0, evidence);
        }
        self
    }
}

/// A system call of ours that failed is never the learner's fault.
impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::unknown(format!("the check could not do its work: {error}"), "cargo run -- doctor")
    }
}

impl From<nix::errno::Errno> for Stop {
    fn from(error: nix::errno::Errno) -> Self {
        io::Error::from(error).into()
    }
}

/// Gives a failure the words of the exercise.
pub trait Reworded {
    /// Replaces what was expected; what was observed stays.
    #[must_use]
    fn expecting(self, expected: &str) -> Self;

    /// Puts `words` before what was observed: `words: it exited with status 3`.
    #[must_use]
    fn observing(self, words: &str) -> Self;
}

impl<T> Reworded for Result<T, Stop> {
    fn expecting(mut self, expected: &str) -> Self {
        if let Err(Stop::Failed(failure)) = &mut self {
            expected.clone_into(&mut failure.expected);
        }
        self
    }

    fn observing(mut self, words: &str) -> Self {
        if let Err(Stop::Failed(failure)) = &mut self {
            failure.observed = format!("{words}: {}", failure.observed);
        }
        self
    }
}
