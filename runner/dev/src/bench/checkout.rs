//! A clean checkout, from `cargo run -- watch` with an empty target folder to the first screen.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use faultlings::course::{Course, ExerciseId};
use harness::supervise::{Launch, output};

use super::cost::cpu_with_children;
use super::screen::Screen;
use super::texts::Texts;
use super::watched::{Watched, Words};

/// The watch's words for a save and for each verdict.
const WORDS: Words = Words {
    noticed: "▸ saved",
    passed: "✓ Passed",
    failed: "✗ Failed",
    does_not_compile: "✗ Does not compile",
};
/// A first build, on a slow machine.
const LONG: Duration = Duration::from_secs(30 * 60);

/// What was spent until something was on the screen, since `cargo run -- watch` was typed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spent {
    pub(super) wall: Duration,
    /// On all processors together; nothing where the system does not tell.
    pub(super) cpu: Option<Duration>,
}

/// How a clean checkout began.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beginning {
    /// The story of the first exercise can be read.
    pub(super) first_screen: Spent,
    /// It has been judged as it is shipped.
    pub(super) first_verdict: Spent,
}

/// Clones what is committed in `root` to `folder`.
pub(super) fn clone(root: &Path, folder: &Path) -> Result<()> {
    let git = Launch::new("git").args(["clone", "--quiet"]).arg(root).arg(folder);
    let cloned = output(git, LONG).context("cannot start git, which makes the clean checkout")?;
    if !cloned.success() {
        bail!("git cannot clone {}: {}", root.display(), cloned.stderr.trim());
    }
    Ok(())
}

/// Types `cargo run -- watch` there, reads until the first verdict, and goes on watching.
pub(super) fn begin(course: &Course, exercise: ExerciseId) -> Result<(Watched, Beginning)> {
    let started = Instant::now();
    let name = &course.exercise(exercise).name;
    let mut screen = Screen::start(cargo(&course.root).args(["run", "--", "watch", name]))?;
    // Cargo becomes the program that it has built (execve(2)), so the process id stays.
    let spent = |screen: &Screen, at: Instant| Spent {
        wall: at - started,
        cpu: cpu_with_children(screen.pid()),
    };
    let at = screen.shows(&[&course.file(exercise).display().to_string()], LONG)?;
    let first_screen = spent(&screen, at);
    let at = screen.shows(&[WORDS.failed], LONG)?;
    let first_verdict = spent(&screen, at);

    let watched = Watched {
        screen,
        file: course.root.join(course.file(exercise)),
        texts: texts(course, exercise)?,
        words: WORDS,
    };
    Ok((watched, Beginning { first_screen, first_verdict }))
}

fn texts(course: &Course, exercise: ExerciseId) -> Result<Texts> {
    let read = |path: PathBuf| {
        std::fs::read_to_string(course.root.join(&path))
            .with_context(|| format!("cannot read {}", path.display()))
    };
    Ok(Texts {
        passing: read(course.solution(exercise))?,
        failing: read(course.shipped(exercise))?,
    })
}

/// Cargo as it is typed by somebody who stands in `folder`: what the cargo that runs us has set, a
/// target folder of ours included, is taken away again.
fn cargo(folder: &Path) -> Launch {
    let set = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    set.filter(|name| name.starts_with("CARGO") && name != "CARGO_HOME")
        .fold(Launch::new("cargo").current_dir(folder), Launch::env_remove)
}
