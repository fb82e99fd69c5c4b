//! The least that a save can take: bare rustc with the flags that the kit compiles with, and the
//! program's own run, with nothing around them.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use faultlings::course::{Course, ExerciseId};
use harness::supervise::{Ended, Launch};
use serde::Deserialize;

use super::texts::{Kind, Texts};

/// The compiler needs no longer.
const LONG: Duration = Duration::from_secs(60);
/// A program that still runs then waits for something that only a check does.
const WAITS: Duration = Duration::from_secs(2);

/// One program, compiled and run by hand.
pub(super) struct Floor {
    recipe: Recipe,
    texts: Texts,
    root: PathBuf,
    folder: PathBuf,
    source: PathBuf,
    program: PathBuf,
    /// Whether the program comes to an end by itself; otherwise the compiler alone is the floor.
    ends: bool,
}

/// What the kit keeps of the command line that cargo printed.
#[derive(Deserialize)]
struct Recipe {
    compiler: String,
    args: Vec<String>,
    env: Vec<(String, String)>,
}

impl Floor {
    /// Takes the kit's command line for this exercise; everything it writes goes to `folder`.
    pub(super) fn new(
        course: &Course,
        exercise: ExerciseId,
        texts: Texts,
        folder: &Path,
    ) -> Result<Self> {
        let name = &course.exercise(exercise).name;
        let kept = course.root.join(".faultlings/recipes").join(name).with_extension("json");
        let text = fs::read_to_string(&kept).with_context(|| {
            format!("the watch has not kept how it compiles {name} in {}", kept.display())
        })?;
        let mut recipe: Recipe = serde_json::from_str(&text)
            .with_context(|| format!("cannot understand {}", kept.display()))?;
        let source = folder.join(format!("{name}.rs"));
        recipe.args = redirected(recipe.args, &source, folder);
        let (root, folder) = (course.root.clone(), folder.to_owned());
        let program = folder.join(name);
        let mut floor = Self { recipe, texts, root, folder, source, program, ends: false };
        floor.save(Kind::Passing, 0)?;
        floor.ends = timed(floor.program(), WAITS)?.is_some();
        Ok(floor)
    }

    /// The time that the compiler takes, and the program if there is one then.
    pub(super) fn save(&self, kind: Kind, save: usize) -> Result<Duration> {
        fs::write(&self.source, self.texts.text(kind, save))?;
        let compiler =
            Launch::new(&self.recipe.compiler).args(&self.recipe.args).current_dir(&self.root);
        let set = |launch: Launch, (name, value): &(String, String)| launch.env(name, value);
        let compiler = self.recipe.env.iter().fold(compiler, set);
        let (ended, compiling) = timed(compiler, LONG)?.context("rustc does not end")?;
        match (kind, ended) {
            (Kind::DoesNotCompile, Ended::Exited(1)) => Ok(compiling),
            (Kind::Passing | Kind::Failing, Ended::Exited(0)) => {
                let ran = if self.ends { timed(self.program(), LONG)? } else { None };
                Ok(compiling + ran.map_or(Duration::ZERO, |(_, running)| running))
            }
            _ => bail!("rustc {ended} on a text that is to be {kind:?}"),
        }
    }

    fn program(&self) -> Launch {
        Launch::new(&self.program).current_dir(&self.folder).env("TMPDIR", &self.folder)
    }
}

/// How it ended and when; nothing if it goes on.
fn timed(launch: Launch, within: Duration) -> Result<Option<(Ended, Duration)>> {
    let started = Instant::now();
    let tree = launch.start()?;
    let ended = tree.wait(started + within, |view| view.ended);
    Ok(ended.map(|(ended, at)| (ended, at - started)))
}

/// Another source, another place for what is made of it.
fn redirected(args: Vec<String>, source: &Path, folder: &Path) -> Vec<String> {
    let mut redirected: Vec<String> = Vec::with_capacity(args.len());
    for arg in args {
        redirected.push(if arg.ends_with(".rs") {
            source.display().to_string()
        } else if arg.starts_with("incremental=") {
            format!("incremental={}", folder.join("incremental").display())
        } else if redirected.last().is_some_and(|last| last == "--out-dir") {
            folder.display().to_string()
        } else {
            arg
        });
    }
    redirected
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::redirected;

    #[test]
    fn only_the_places_change() {
        let args = "--crate-name a /c/a.rs --out-dir /t -C incremental=/t/i -C debuginfo=1";
        let args = args.split(' ').map(str::to_owned).collect();
        assert_eq!(
            redirected(args, Path::new("/f/a.rs"), Path::new("/f")).join(" "),
            "--crate-name a /f/a.rs --out-dir /f -C incremental=/f/incremental -C debuginfo=1"
        );
    }
}
