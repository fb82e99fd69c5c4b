//! Compiling other texts in the place of an exercise, for whoever proves the course.

use std::fs::File;
use std::path::Path;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, bail};
use harness::broker::Ready;
use harness::report::{Unknown, Verdict};
use harness::supervise::{Launch, output, warden};

use super::build::{Built, build};
use super::diagnostics::{in_order, of_rustc};
use super::judge::{Judged, Judging};
use super::recipe::Recipe;
use super::run::{Job, Leash};
use crate::brokers::Brokers;
use crate::course::{Course, ExerciseId};

/// One file of a hundred lines.
const RUSTC_TIME: Duration = Duration::from_secs(120);
/// Another cargo in this folder, a learner's editor say, may compile what we have just touched, and
/// then prints the command line to somebody else.
const TRIES: usize = 3;

/// How one exercise is compiled and judged, whatever its text.
#[derive(Debug)]
pub struct Workbench {
    job: Job,
    recipe: Recipe,
    brokers: Brokers,
}

impl Workbench {
    /// Builds the exercise as it lies there, its chapter's dependencies and its check. Its own text
    /// need not compile.
    ///
    /// # Errors
    /// Cargo cannot be asked, or what it prints is not understood.
    pub fn new(course: &Course, brokers: &Brokers, exercise: ExerciseId) -> Result<Self> {
        let job = Job::new(course, exercise);
        let file = course.root.join(course.file(exercise));
        for _ in 0..TRIES {
            if Recipe::load(&job).is_none() {
                // Cargo prints the command line of what it compiles, and it compiles what is newer
                // than its output.
                File::options()
                    .append(true)
                    .open(&file)
                    .and_then(|file| file.set_modified(SystemTime::now()))
                    .with_context(|| {
                        format!(
                            "cannot open {}; type `cargo run -- reset {}`",
                            file.display(),
                            job.name
                        )
                    })?;
            }
            if let Some(Built::Impossible(unknown)) = build(&job, &Leash::default(), &|_| {}) {
                bail!("{}; type `{}`", unknown.reason, unknown.next);
            }
            if let Some(recipe) = Recipe::load(&job) {
                return Ok(Self { job, recipe, brokers: brokers.clone() });
            }
        }
        bail!("cargo did not print how it compiles {}; type `cargo run -- doctor`", job.name)
    }

    /// The check executable.
    #[must_use]
    pub fn check(&self) -> &Path {
        self.recipe.check()
    }

    /// Runs the check on a program, to its end; brokers that it needs are waited for.
    #[must_use]
    pub fn judge(&self, program: &Path) -> Judged {
        match self.brokers() {
            Ok(ready) => self.judge_with(program, &ready),
            Err(unknown) => Judged { reports: Vec::new(), verdict: Verdict::Unknown(unknown) },
        }
    }

    /// The brokers that it needs, waited for.
    ///
    /// # Errors
    /// One cannot be had.
    pub fn brokers(&self) -> Result<Vec<Ready>, Unknown> {
        // Nobody cancels it.
        self.brokers.wait(&self.job.brokers, || false, |_| {}).unwrap_or_else(|| Ok(Vec::new()))
    }

    /// Runs the check on a program, to its end, with these brokers.
    #[must_use]
    pub fn judge_with(&self, program: &Path, ready: &[Ready]) -> Judged {
        let Job { root, name, .. } = &self.job;
        Judging { root, check: self.check(), name, program, seed: None, ready }.judged()
    }

    /// Compiles the text in `source` to `program`, as the exercise's own is compiled.
    ///
    /// # Errors
    /// The compiler's words, if it refuses it.
    pub fn compile(&self, source: &Path, program: &Path) -> Result<()> {
        let launch = warden::launch(warden::this_executable(), self.recipe.compiler())
            .args(self.recipe.args_for(source, program))
            .current_dir(&self.job.root);
        let env = |launch: Launch, (name, value): &(String, String)| launch.env(name, value);
        let launch = self.recipe.env().iter().fold(launch, env);
        let finished = output(launch, RUSTC_TIME)
            .with_context(|| format!("compiling {}", source.display()))?;
        if !finished.success() {
            let said: Vec<_> = finished.stderr.lines().filter_map(of_rustc).collect();
            bail!("{} does not compile:\n{}", source.display(), in_order(&said));
        }
        Ok(())
    }
}
