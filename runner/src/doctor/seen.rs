//! Everything that was looked at, and the findings about it.

use super::brokers::{self, Brokers};
use super::finding::{By, Finding};
use super::kernel::{self, Kernel, Watches};
use super::places::{self, Place, Terminal};
use super::system::System;
use super::tools::{self, Linking, Tool};

/// What [`super::probe`] saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Where we are.
    pub system: System,
    /// `cargo -V`.
    pub cargo: Tool,
    /// `rustc -V`.
    pub rustc: Tool,
    /// The oldest compiler that builds the course: `1.95`.
    pub rust_wanted: String,
    /// A small program, linked.
    pub linking: Linking,
    /// `git --version`.
    pub git: Tool,
    /// None elsewhere than on Linux.
    pub kernel: Option<Kernel>,
    /// None where standard output is no terminal.
    pub terminal: Option<Terminal>,
    /// Whether output is coloured.
    pub colours: bool,
    /// Message brokers.
    pub brokers: Brokers,
    /// None where there is no course.
    pub course: Option<CourseSeen>,
}

/// What was seen of the course's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CourseSeen {
    /// How many exercises it has, or why it does not load.
    pub loads: Result<usize, String>,
    /// A watch on the exercises.
    pub watches: Watches,
    /// Where cargo builds.
    pub target: Place,
    /// Where progress is kept.
    pub state: Place,
}

/// Judges what was seen, in the order in which a learner would mend it.
#[must_use]
pub fn findings(seen: &Seen) -> Vec<Finding> {
    let system = &seen.system;
    let mut findings = vec![
        tools::cargo(&seen.cargo),
        tools::rustc(&seen.rustc, &seen.rust_wanted),
        tools::linker(&seen.linking, system),
    ];
    findings.extend(kernel::kernel(seen.kernel.as_ref(), system));
    findings.push(places::terminal(seen.terminal, seen.colours));
    findings.extend(course(seen.course.as_ref(), system));
    findings.push(tools::git(&seen.git, system));
    findings.extend(brokers::brokers(&seen.brokers));
    findings
}

fn course(course: Option<&CourseSeen>, system: &System) -> Vec<Finding> {
    let Some(course) = course else {
        let fault = "is neither in this folder nor above it";
        let mend = "cd to the folder that holds info.toml";
        return vec![Finding::bad("course", fault, mend, By::You)];
    };
    let loads = match &course.loads {
        Ok(exercises) => Finding::good("course", format!("{exercises} exercises")),
        Err(sentence) => Finding::bad("course", sentence, "cargo run -- list", By::You),
    };
    vec![
        loads,
        kernel::watches(&course.watches, system),
        places::place("builds", &course.target, places::FOR_BUILDS, system),
        places::place("progress", &course.state, places::FOR_PROGRESS, system),
    ]
}
