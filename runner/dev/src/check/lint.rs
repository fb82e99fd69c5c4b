//! Solutions are what learners copy: formatted, and clean under clippy.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::Result;
use faultlings::course::Course;
use faultlings::engine::cargo;
use harness::supervise::output;

/// A cargo call that may have to compile everything first.
pub(super) const TIME: Duration = Duration::from_secs(20 * 60);

/// Builds the solutions of these chapters, and says what format and clippy find, a sentence each.
pub(super) fn complaints(course: &Course, chapters: &BTreeSet<&str>) -> Result<Vec<String>> {
    let packages: Vec<_> = chapters.iter().map(|name| format!("{name}-solutions")).collect();
    let each = |launch: harness::supervise::Launch| {
        packages.iter().fold(launch, |launch, package| launch.args(["-p", package]))
    };
    let calls = [
        ("the solutions do not build", each(cargo(&course.root).args(["build", "-q"]))),
        ("the solutions are not formatted", each(cargo(&course.root).args(["fmt", "--check"]))),
        (
            "clippy finds something in the solutions",
            each(cargo(&course.root).args(["clippy", "-q", "--no-deps"]))
                .args(["--", "-D", "warnings"]),
        ),
    ];
    let mut found = Vec::new();
    for (complaint, launch) in calls {
        let finished = output(launch, TIME)?;
        if !finished.success() {
            found.push(format!("{complaint}:\n{}{}", finished.stdout, finished.stderr));
        }
    }
    Ok(found)
}
