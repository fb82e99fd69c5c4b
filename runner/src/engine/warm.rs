//! Building ahead while the learner reads.

use std::thread::{self, JoinHandle};
use std::time::Duration;

use harness::broker::Broker;
use harness::supervise::follow;

use super::build::packages;
use super::cargo::cargo;
use super::run::Leash;
use crate::brokers::Brokers;
use crate::course::{Course, ExerciseId};

/// Gives way to everything else that runs, see nice(2).
const LOWEST: i32 = 19;
/// A first build of everything, on a slow machine.
const LONG: Duration = Duration::from_secs(3600);

/// A build ahead under way. Dropping it stops it at once, also in the middle of a compile: what was
/// finished stays finished, and cargo's lock is free again.
#[derive(Debug)]
pub struct Warming {
    leash: Leash,
    thread: Option<JoinHandle<()>>,
}

/// Builds what the learner will need next, at the lowest priority: the chapters from that of
/// `ahead_of` on, with their dependencies and checks. Whether it succeeds is of no interest: when
/// the learner comes there, the same build is made again and tells.
#[must_use]
pub fn warm(course: &Course, brokers: &Brokers, ahead_of: ExerciseId) -> Warming {
    let name = &course.chapter_of(ahead_of).name;
    let chapters: Vec<_> =
        course.chapters.iter().skip_while(|chapter| chapter.name != *name).collect();
    let build = || cargo(&course.root).nice(LOWEST).args(["build", "-q", "--keep-going"]);
    // One chapter after the other, as each will be built when the learner comes there.
    let mut launches: Vec<_> =
        chapters.iter().map(|chapter| packages(build(), &chapter.name, &chapter.checks)).collect();
    if let Some(first) = chapters.iter().position(|chapter| !chapter.brokers.is_empty()) {
        launches.insert(first, build().args(["-p", "brokers"]));
    }
    let (brokers, needed) = (brokers.clone(), needed_soon(course, ahead_of));
    let leash = Leash::default();
    let held = leash.clone();
    let thread = thread::spawn(move || {
        for launch in launches {
            if held.is_pulled() {
                return;
            }
            if let Ok(tree) = launch.start() {
                held.hold(&tree);
                follow(&tree, LONG, |_, _| {});
            }
        }
        if !held.is_pulled() {
            brokers.want(&needed);
        }
    });
    Warming { leash, thread: Some(thread) }
}

/// The brokers of this exercise and of the next, so that nobody waits at a chapter's door.
#[must_use]
pub fn needed_soon(course: &Course, at: ExerciseId) -> Vec<Broker> {
    course.brokers(course.ids().skip(at.0).take(2))
}

impl Warming {
    /// Whether there is nothing left to build.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }
}

impl Drop for Warming {
    fn drop(&mut self) {
        self.leash.pull();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
