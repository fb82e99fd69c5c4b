//! A file that a watch looks at, and the time from a save to what is shown of it.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::screen::Screen;
use super::texts::{Kind, Texts};

/// A verdict that takes longer is no figure any more.
const LONG: Duration = Duration::from_secs(60);

/// A watch that runs, the file that is saved under its eyes, and the words that it has for it.
pub(super) struct Watched {
    pub(super) screen: Screen,
    pub(super) file: PathBuf,
    pub(super) texts: Texts,
    pub(super) words: Words,
}

/// What is on the screen when a save was noticed, and when it was judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words {
    pub(super) noticed: &'static str,
    pub(super) passed: &'static str,
    pub(super) failed: &'static str,
    pub(super) does_not_compile: &'static str,
}

/// Times since a save.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    pub(super) noticed: Duration,
    pub(super) judged: Duration,
}

impl Watched {
    /// Saves a text in place, as most editors do, and waits for the verdict.
    pub(super) fn save(&mut self, kind: Kind, save: usize) -> Result<Times> {
        let text = self.texts.text(kind, save);
        let verdict = self.words.of(kind);
        let saved = Instant::now();
        fs::write(&self.file, text)
            .with_context(|| format!("cannot write {}", self.file.display()))?;
        // The verdict too, in case that it is there before the other was seen.
        let noticed = self.screen.shows(&[self.words.noticed, verdict], LONG)?;
        let judged = self.screen.shows(&[verdict], LONG)?;
        Ok(Times { noticed: noticed - saved, judged: judged - saved })
    }
}

impl Words {
    fn of(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Passing => self.passed,
            Kind::Failing => self.failed,
            Kind::DoesNotCompile => self.does_not_compile,
        }
    }
}
