//! The data of the watch.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use harness::report::{Output, Verdict};

use super::list::List;
use super::verify::Verify;
use crate::course::{Course, ExerciseId};
use crate::progress::Progress;
use crate::watch::engine::RunId;
use crate::watch::event::{Size, Source};

/// All that the watch knows. `screen` draws it, [`State::handle`] changes it.
#[derive(Debug, Clone)]
pub struct State {
    pub(in crate::watch) course: Arc<Course>,
    pub(in crate::watch) progress: Progress,
    pub(in crate::watch) size: Size,
    /// The exercise that the learner works on.
    pub(in crate::watch) current: ExerciseId,
    /// Its file as it was last read; nothing before the first time.
    pub(in crate::watch) source: Option<Source>,
    /// What became of its file when it was last run.
    pub(in crate::watch) attempt: Attempt,
    pub(in crate::watch) page: Page,
    pub(in crate::watch) prompt: Option<Prompt>,
    /// Sentences for the learner, the first of which is shown until a key is pressed.
    pub(in crate::watch) notices: VecDeque<String>,
    /// The first line of the page that is shown; may be beyond the end, see `scrolling`.
    pub(in crate::watch) scroll: usize,
    /// Whether the story is told above the verdict: until the first save of a visit.
    pub(in crate::watch) telling: bool,
    /// Whether the course's welcome comes before the story: until the learner has begun.
    pub(in crate::watch) welcome: bool,
    /// Whether hints were asked for on this visit.
    pub(in crate::watch) hints_asked: bool,
    pub(in crate::watch) work: Work,
    /// Whether the terminal knows what to do with a link.
    pub(in crate::watch) links: bool,
    /// Hash of each file as it was last read, by which an unchanged save is known.
    pub(super) seen: HashMap<ExerciseId, u64>,
    pub(super) last_run: RunId,
    pub(super) warming: bool,
    /// Whether a run was cancelled by Ctrl-Z, to be started again.
    pub(super) to_resume: bool,
}

/// What fills the screen between header and footer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    /// Story, verdict and hints of the current exercise.
    Exercise,
    /// The text of its solution.
    Solution(String),
    /// All exercises.
    List(List),
    /// All exercises, judged anew.
    Verify(Verify),
    /// What the keys do.
    Help,
    /// The end of the course.
    Closing,
}

/// A question that the next key answers: `y`, or anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prompt {
    /// This exercise was saved, which is not the current one: go there?
    Switch(ExerciseId),
    /// Show the solution of the current exercise before it has passed?
    GiveUp,
    /// Put the shipped text of the current exercise back?
    Reset,
}

/// What is being run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Nothing.
    Idle,
    /// The current exercise.
    Judging(RunId),
    /// One exercise of all, see [`Page::Verify`].
    Verifying(RunId),
}

/// One run of the current exercise, as far as it has got.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attempt {
    /// Whether a save began it.
    pub saved: bool,
    /// What was done so far.
    pub steps: Vec<String>,
    /// What the program wrote so far.
    pub output: Vec<Output>,
    /// How long it takes, or took.
    pub elapsed: Duration,
    /// How it ended; nothing while it goes on.
    pub ending: Option<Ending>,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The compiler refused it, with this text.
    DidNotBuild(String),
    /// It was judged.
    Verdict(Verdict),
    /// The learner ended it.
    Cancelled,
}

impl State {
    /// A watch that is about to begin with `current`. `seen` holds the hash of each exercise's
    /// file, so that a save of another exercise which changed nothing is known.
    #[must_use]
    pub fn new(
        course: Arc<Course>,
        progress: Progress,
        current: ExerciseId,
        seen: HashMap<ExerciseId, u64>,
        size: Size,
    ) -> Self {
        let begun = progress.current().is_some();
        let mut state = Self {
            course,
            progress,
            size,
            current,
            source: None,
            attempt: Attempt::default(),
            page: Page::Exercise,
            prompt: None,
            notices: VecDeque::new(),
            scroll: 0,
            telling: false,
            welcome: !begun,
            hints_asked: false,
            work: Work::Idle,
            links: false,
            seen,
            last_run: RunId(0),
            warming: false,
            to_resume: false,
        };
        state.telling = !state.has_passed();
        state
    }

    /// The same watch with paths that can be clicked.
    #[must_use]
    pub fn with_links(mut self) -> Self {
        self.links = true;
        self
    }

    /// What is known of the learner's progress.
    #[must_use]
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// The run that goes on, if any.
    #[must_use]
    pub fn running(&self) -> Option<RunId> {
        match self.work {
            Work::Idle => None,
            Work::Judging(run) | Work::Verifying(run) => Some(run),
        }
    }

    /// The name of the current exercise.
    pub(in crate::watch) fn name(&self) -> &str {
        &self.course.exercise(self.current).name
    }

    /// Whether the current exercise has ever passed.
    pub(in crate::watch) fn has_passed(&self) -> bool {
        self.progress.passed(self.name())
    }

    /// How many exercises have passed.
    pub(in crate::watch) fn passed_count(&self) -> usize {
        let passed = |id: &ExerciseId| self.progress.passed(&self.course.exercise(*id).name);
        self.course.ids().filter(passed).count()
    }

    /// Whether the text that lies there now has a verdict, or the compiler's.
    pub(in crate::watch) fn is_judged(&self) -> bool {
        match &self.attempt.ending {
            Some(Ending::DidNotBuild(_)) => true,
            // "Could not tell" is no verdict on the text: saving it again means "try again".
            Some(Ending::Verdict(verdict)) => !matches!(verdict, Verdict::Unknown(_)),
            Some(Ending::Cancelled) | None => false,
        }
    }

    /// Hints that are shown: those seen so far, unless the exercise is done with.
    pub(in crate::watch) fn hints(&self) -> &[String] {
        if self.has_passed() && !self.hints_asked {
            return &[];
        }
        let hints = &self.course.exercise(self.current).hints;
        let shown = self.progress.hints_shown(self.name()).min(hints.len());
        hints.get(..shown).unwrap_or(hints)
    }
}
