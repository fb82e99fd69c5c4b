//! The check: a process of its own that speaks one report a line.

use std::path::Path;
use std::time::Duration;

use harness::report::{Report, Stream, Unknown, Verdict};
use harness::supervise::{Ended, Followed, follow, warden};

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

/// Runs the check `name` of the executable `check` on `program`, to its end. With the same seed it
/// uses the same names and numbers.
#[must_use]
pub fn judge(root: &Path, check: &Path, name: &str, program: &Path, seed: Option<u64>) -> Judged {
    let reports = std::cell::RefCell::new(Vec::new());
    let tell = |report| reports.borrow_mut().push(report);
    let verdict = judge_with(root, check, name, program, seed, &Leash::default(), &tell);
    let verdict = verdict.unwrap_or_else(|| unknown("the check was cancelled".to_owned()));
    Judged { reports: reports.into_inner(), verdict }
}

/// The same, told while it happens; `None` when it was cancelled.
pub(super) fn judge_with(
    root: &Path,
    check: &Path,
    name: &str,
    program: &Path,
    seed: Option<u64>,
    leash: &Leash,
    tell: &dyn Fn(Report),
) -> Option<Verdict> {
    let mut launch =
        warden::launch(warden::this_executable(), check).arg(name).arg(program).current_dir(root);
    if let Some(seed) = seed {
        launch = launch.arg(seed.to_string());
    }
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
