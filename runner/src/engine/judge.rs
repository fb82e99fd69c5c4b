//! The check: a process of its own that speaks one report a line.

use std::path::Path;
use std::time::Duration;

use harness::broker::{Aside, Ready};
use harness::report::{Report, Stream, Unknown, Verdict};
use harness::supervise::{Ended, Followed, Launch, follow, warden};

use super::run::Leash;

/// A net for bugs in a check. Every wait in a check has a deadline of its own, far below.
const CHECK_TIME: Duration = Duration::from_secs(30);

/// A verdict, and everything said on the way.
#[derive(Debug)]
pub struct Judged {
    /// Steps and output, in order.
    pub reports: Vec<Report>,
    /// The end.
    pub verdict: Verdict,
}

/// What is judged, by which check, with what at hand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judging<'a> {
    /// The course's folder.
    pub(super) root: &'a Path,
    /// The executable that holds the check.
    pub(super) check: &'a Path,
    /// The check's name, which is the exercise's.
    pub(super) name: &'a str,
    /// The compiled program.
    pub(super) program: &'a Path,
    /// With the same seed the check uses the same numbers.
    pub(super) seed: Option<u64>,
    /// The brokers that the exercise needs.
    pub(super) ready: &'a [Ready],
}

impl Judging<'_> {
    /// Runs the check to its end.
    #[must_use]
    pub(super) fn judged(&self) -> Judged {
        let reports = std::cell::RefCell::new(Vec::new());
        let tell = |report| reports.borrow_mut().push(report);
        let verdict = self.judge(&Leash::default(), &tell);
        let verdict = verdict.unwrap_or_else(|| unknown("the check was cancelled".to_owned()));
        Judged { reports: reports.into_inner(), verdict }
    }

    /// The same, told while it happens; `None` when it was cancelled.
    pub(super) fn judge(&self, leash: &Leash, tell: &dyn Fn(Report)) -> Option<Verdict> {
        let mut launch = warden::launch(warden::this_executable(), self.check)
            .arg(self.name)
            .arg(self.program)
            .current_dir(self.root);
        if let Some(seed) = self.seed {
            launch = launch.arg(seed.to_string());
        }
        for ready in self.ready {
            launch = launch.env(ready.broker.variable(), &ready.address);
            if let Some(aside) = &ready.aside {
                launch = launch.env(Aside::VARIABLE, aside.to_words());
            }
        }
        follow_check(launch, leash, tell)
    }
}

fn follow_check(launch: Launch, leash: &Leash, tell: &dyn Fn(Report)) -> Option<Verdict> {
    let tree = match launch.start() {
        Ok(tree) => tree,
        Err(error) => return Some(unknown(format!("the check could not be started: {error}"))),
    };
    leash.hold(&tree);
    let mut verdict = None;
    let mut complaint = String::new();
    let followed =
        follow(&tree, CHECK_TIME, |stream, line| match (stream, serde_json::from_str(line)) {
            (Stream::Stdout, Ok(Report::Verdict(last))) => verdict = Some(last),
            (Stream::Stdout, Ok(report)) => tell(report),
            _ => line.clone_into(&mut complaint),
        });
    match followed {
        Followed::Cancelled => None,
        Followed::TooLong => Some(unknown(format!(
            "the check did not come to an end within {} s",
            CHECK_TIME.as_secs()
        ))),
        Followed::Ended(ended) => Some(verdict.unwrap_or_else(|| crashed(ended, &complaint))),
    }
}

fn crashed(ended: Ended, complaint: &str) -> Verdict {
    let said = if complaint.is_empty() { String::new() } else { format!(": {complaint}") };
    unknown(format!("the check ended without a verdict, it {ended}{said}"))
}

fn unknown(reason: String) -> Verdict {
    Verdict::Unknown(Unknown { reason, next: "cargo run -- doctor".to_owned() })
}
