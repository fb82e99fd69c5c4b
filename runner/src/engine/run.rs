//! One run: build, then check, cancellable at any moment.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use harness::broker::Broker;
use harness::report::{Output, Report, Verdict};
use harness::supervise::{Remote, Tree};

use super::build::{Built, build};
use super::judge::Judging;
use crate::brokers::Brokers;
use crate::course::{Course, ExerciseId};

/// Tells runs apart: a report of an older one comes late and is dropped.
#[derive(Copy, Clone, Eq, PartialEq, Debug, Hash)]
pub struct RunId(pub u64);

/// What a run says, in order. The last is [`Told::DidNotBuild`] or [`Told::Ended`], unless it was
/// cancelled: then it says nothing more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// What happens now.
    Step(String),
    /// The program's own output.
    Output(Output),
    /// The compiler's words, errors first, in its own colours if ours are on.
    DidNotBuild(String),
    /// The verdict.
    Ended(Verdict),
}

/// A run under way. Dropping it cancels it; when the drop returns, nothing of it runs any more.
#[derive(Debug)]
pub struct Run {
    leash: Leash,
    thread: Option<JoinHandle<()>>,
}

/// What a build and a check need to know of the exercise.
#[derive(Debug, Clone)]
pub(super) struct Job {
    pub(super) root: PathBuf,
    pub(super) chapter: String,
    pub(super) folder: String,
    pub(super) family: String,
    pub(super) name: String,
    pub(super) brokers: Vec<Broker>,
}

impl Job {
    pub(super) fn new(course: &Course, exercise: ExerciseId) -> Self {
        let chapter = course.chapter_of(exercise);
        Self {
            root: course.root.clone(),
            chapter: chapter.name.clone(),
            folder: chapter.folder.clone(),
            family: chapter.checks.clone(),
            name: course.exercise(exercise).name.clone(),
            brokers: chapter.brokers.clone(),
        }
    }
}

/// Starts a run and returns at once; `tell` is called from the run's own thread. Brokers that the
/// exercise needs are started, and go on when the run is over.
pub fn start(
    course: &Course,
    brokers: &Brokers,
    exercise: ExerciseId,
    id: RunId,
    tell: impl Fn(RunId, Told) + Send + 'static,
) -> Run {
    let job = Job::new(course, exercise);
    let leash = Leash::default();
    let (held, brokers) = (leash.clone(), brokers.clone());
    // Programs are started from this thread, and it lives until they are gone.
    let thread = thread::spawn(move || {
        if let Some(last) = run(&job, &brokers, &held, &|told| tell(id, told)) {
            tell(id, last);
        }
    });
    Run { leash, thread: Some(thread) }
}

/// `None` when it was cancelled.
fn run(job: &Job, brokers: &Brokers, leash: &Leash, tell: &dyn Fn(Told)) -> Option<Told> {
    let (program, check) = match build(job, leash, tell)? {
        Built::Ready { program, check } => (program, check),
        Built::Refused(words) => return Some(Told::DidNotBuild(words)),
        Built::Impossible(unknown) => return Some(Told::Ended(Verdict::Unknown(unknown))),
    };
    let step = |words| tell(Told::Step(words));
    let ready = match brokers.wait(&job.brokers, || leash.is_pulled(), step)? {
        Ok(ready) => ready,
        Err(unknown) => return Some(Told::Ended(Verdict::Unknown(unknown))),
    };
    ready.iter().for_each(|ready| step(format!("use {}", ready.describe())));
    let case = Judging {
        root: &job.root,
        check: &check,
        name: &job.name,
        program: &program,
        seed: None,
        ready: &ready,
    };
    let verdict = case.judge(leash, &|report| match report {
        Report::Step(words) => tell(Told::Step(words)),
        Report::Output(output) => tell(Told::Output(output)),
        Report::Verdict(_) => {}
    })?;
    Some(Told::Ended(verdict))
}

impl Drop for Run {
    fn drop(&mut self) {
        self.leash.pull();
        if let Some(thread) = self.thread.take() {
            // A panic there was printed by its own thread; there is nothing to add.
            let _ = thread.join();
        }
    }
}

/// Reaches whatever process a run has at the moment, from another thread.
#[derive(Debug, Clone, Default)]
pub(super) struct Leash(Arc<Mutex<(bool, Option<Remote>)>>);

impl Leash {
    /// Puts a tree on it. One that starts just after the pull is cancelled all the same.
    pub(super) fn hold(&self, tree: &Tree) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let remote = tree.remote();
        if state.0 {
            remote.cancel();
        }
        state.1 = Some(remote);
    }

    /// Whether it was pulled.
    pub(super) fn is_pulled(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0
    }

    /// Cancels what is on it now and whatever comes later.
    pub(super) fn pull(&self) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.0 = true;
        if let Some(remote) = &state.1 {
            remote.cancel();
        }
    }
}
