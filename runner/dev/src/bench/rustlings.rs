//! Rustlings, of whose watch mode learners have the habit: the same saves, in its first exercise.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use harness::supervise::{Ended, Launch, Tree, output};

use super::cost::cpu_with_children;
use super::screen::Screen;
use super::texts::Texts;
use super::watched::{Watched, Words};

const WORDS: Words = Words {
    noticed: "Please wait",
    passed: "Exercise done",
    failed: "nonzero exit code",
    does_not_compile: "could not compile",
};
const FILE: &str = "exercises/00_intro/intro1.rs";
const LONG: Duration = Duration::from_secs(30 * 60);
const SHORT: Duration = Duration::from_secs(60);

/// The version that is on `PATH`, if any is.
pub(super) fn version() -> Option<String> {
    let asked = output(Launch::new("rustlings").arg("--version"), SHORT).ok()?;
    let version = asked.stdout.trim().strip_prefix("rustlings ")?.to_owned();
    asked.ended.eq(&Ended::Exited(0)).then_some(version)
}

/// Makes its course below `folder` and begins to watch it.
pub(super) fn begin(folder: &Path) -> Result<Watched> {
    let mut init = Screen::start(Launch::new("rustlings").arg("init").current_dir(folder))?;
    init.shows(&["Press ENTER"], SHORT)?;
    init.press("\n")?;
    init.shows(&["Initialization done"], SHORT)?;

    let course = folder.join("rustlings");
    let mut screen = Screen::start(Launch::new("rustlings").current_dir(&course))?;
    screen.shows(&["Press ENTER"], SHORT)?;
    screen.press("\n")?;
    screen.shows(&[WORDS.passed], LONG)?;
    // A program of one line, so that the difference is not one of the exercises.
    let line = |end: &str| format!("fn main() {{\n    println!(\"hello\");{end}\n}}\n");
    let texts = Texts { passing: line(""), failing: line("\n    std::process::exit(1);") };
    Ok(Watched { screen, file: course.join(FILE), texts, words: WORDS })
}

/// Installs this version below `folder` and says what that has cost on all processors together.
pub(super) fn install(version: &str, folder: &Path) -> Result<Duration> {
    let place = |name: &str| -> PathBuf { folder.join(name) };
    let tree = Launch::new("cargo")
        .args(["install", "--quiet", "rustlings", "--version", version])
        .arg("--root")
        .arg(place("installed"))
        .env("CARGO_TARGET_DIR", place("target"))
        .current_dir(folder)
        .start()?;
    ended_well(&tree)?;
    cpu_with_children(tree.pid()).context("the system does not say what a process has cost")
}

fn ended_well(tree: &Tree) -> Result<()> {
    let deadline = std::time::Instant::now() + LONG;
    match tree.wait(deadline, |view| view.ended) {
        Some((Ended::Exited(0), _)) => Ok(()),
        Some((ended, _)) => {
            let said = tree.look(|view| view.stderr.text());
            bail!("`cargo install rustlings` {ended}: {}", said.trim())
        }
        None => bail!("`cargo install rustlings` does not end"),
    }
}
