//! What a process does with signals, as evidence.

use nix::sys::signal::Signal;

use super::Status;
use crate::evidence::{SignalSet, SignalSets};

/// One of the sets that a signal of a process may be in, see signal(7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Set {
    /// It is kept waiting (the main thread's mask).
    Blocked,
    /// It is thrown away.
    Ignored,
    /// It has a handler.
    Caught,
    /// It was sent and waits to be taken.
    Pending,
}

impl Set {
    const ALL: [Self; 4] = [Self::Blocked, Self::Ignored, Self::Caught, Self::Pending];

    fn name(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::Ignored => "ignored",
            Self::Caught => "caught",
            Self::Pending => "pending",
        }
    }

    fn has(self, status: &Status, signal: Signal) -> bool {
        let set = match self {
            Self::Blocked => status.blocked,
            Self::Ignored => status.ignored,
            Self::Caught => status.caught,
            Self::Pending => status.pending,
        };
        set >> (signal as i32 - 1) & 1 == 1
    }
}

/// The signals in question beside the sets that each should be in. Others are left out: what the
/// standard library does with SIGPIPE is nothing that the learner asked for. `when` continues
/// "signals ...".
#[must_use]
pub fn signal_sets(when: &str, status: &Status, should: &[(Signal, &[Set])]) -> SignalSets {
    let names = |is_in: &dyn Fn(Signal, &[Set]) -> bool| {
        let those = should.iter().filter(|(signal, sets)| is_in(*signal, sets));
        those.map(|(signal, _)| signal.as_str().to_owned()).collect()
    };
    let row = |set: Set| SignalSet {
        set: set.name().to_owned(),
        observed: names(&|signal, _| set.has(status, signal)),
        expected: names(&|_, sets| sets.contains(&set)),
    };
    SignalSets { when: when.to_owned(), rows: Set::ALL.map(row).to_vec() }
}

#[cfg(test)]
mod tests {
    use nix::sys::signal::Signal;

    use super::{Set, signal_sets};
    use crate::process::Status;

    #[test]
    fn shows_the_signals_in_question_and_no_others() {
        let bit = |signal: Signal| 1_u64 << (signal as i32 - 1);
        let status = Status {
            ignored: bit(Signal::SIGPIPE) | bit(Signal::SIGTERM),
            blocked: bit(Signal::SIGUSR1),
            ..Status::default()
        };
        let should: [(_, &[Set]); 2] =
            [(Signal::SIGTERM, &[Set::Caught]), (Signal::SIGUSR1, &[Set::Blocked])];
        let sets = signal_sets("at the gate", &status, &should);
        let rows: Vec<_> = sets
            .rows
            .iter()
            .map(|row| (row.set.as_str(), row.observed.join(" "), row.expected.join(" ")))
            .collect();
        let row = |set, observed: &str, expected: &str| (set, observed.into(), expected.into());
        assert_eq!(
            rows,
            [
                row("blocked", "SIGUSR1", "SIGUSR1"),
                row("ignored", "SIGTERM", ""),
                row("caught", "", "SIGTERM"),
                row("pending", "", ""),
            ]
        );
    }
}
