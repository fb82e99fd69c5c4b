//! Building ahead while the learner reads.

use std::thread::{self, JoinHandle};
use std::time::Duration;

use harness::supervise::follow;

use super::cargo::cargo;
use super::run::Leash;
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
pub fn warm(course: &Course, ahead_of: ExerciseId) -> Warming {
    let name = &course.chapter_of(ahead_of).name;
    let chapters = course.chapters.iter().skip_while(|chapter| chapter.name != *name);
    let mut launch = cargo(&course.root).nice(LOWEST).args([
        "build",
        "-q",
        "--keep-going",
        "-p",
        "harness",
        "-p",
        "preload",
    ]);
    for chapter in chapters {
        launch =
            launch.args(["-p", &chapter.name]).arg("-p").arg(format!("checks-{}", chapter.checks));
    }
    let leash = Leash::default();
    let held = leash.clone();
    let thread = thread::spawn(move || {
        if let Ok(tree) = launch.start() {
            held.hold(&tree);
            follow(&tree, LONG, |_, _| {});
        }
    });
    Warming { leash, thread: Some(thread) }
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
