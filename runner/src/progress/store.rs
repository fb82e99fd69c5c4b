//! The file that keeps progress: `.faultlings/state.json` in the course's root.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};

use super::lock::{self, Claim, Lock};
use super::model::Progress;
use super::state::{self, Unusable};
use crate::files;

/// The folder in the course's root that holds all that the kit keeps for one learner.
pub const FOLDER: &str = ".faultlings";

/// Progress on disk. A save reads what is there, merges and replaces it whole, so that two runners
/// may save in any order.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    /// What the file held when we last read or wrote it: what was chosen since is the difference.
    base: Progress,
    /// Whether the learner has been told that nothing is kept: once is enough.
    told: bool,
    /// Held from [`Store::claim`] until the store is dropped.
    claim: Option<Lock>,
}

impl Store {
    /// Reads the progress of the course in `root`, which is none at all at first.
    ///
    /// Sentences for the learner come with it: that the file was damaged and where it is now, or
    /// that progress cannot be kept here and the kit goes on without.
    ///
    /// # Errors
    /// The file is there and cannot be read: to go on would look like lost progress.
    pub fn open(root: &Path) -> Result<(Store, Progress, Vec<String>)> {
        let mut store = Store {
            folder: root.join(FOLDER),
            base: Progress::default(),
            told: false,
            claim: None,
        };
        let mut notices = Vec::new();
        // Asked now, not at the first pass: the learner may want to copy the course elsewhere.
        match store.exclusive() {
            Ok(_saving) => store.base = store.read(&mut notices)?.unwrap_or_default(),
            Err(error) => {
                store.told = true;
                notices.push(not_kept(&error));
                store.base = store.read(&mut notices)?.unwrap_or_default();
            }
        }
        let progress = store.base.clone();
        Ok((store, progress, notices))
    }

    /// Keeps `progress`, and returns what is known now: another runner may have saved meanwhile, so
    /// the caller goes on with what is returned.
    ///
    /// # Errors
    /// It cannot be kept (read-only, disk full): a sentence for the learner, once; later failures
    /// of this kind are silent until a save succeeds again. `progress` stays good in memory.
    pub fn save(&mut self, progress: &Progress) -> Result<Progress> {
        match self.try_save(progress) {
            Ok(merged) => {
                self.told = false;
                self.base.clone_from(&merged);
                Ok(merged)
            }
            Err(_) if self.told => Ok(progress.clone()),
            Err(error) => {
                self.told = true;
                Err(error)
            }
        }
    }

    /// Makes this the one runner that watches, until the store is dropped.
    ///
    /// A file system without locks, or one that is read-only, refuses nobody.
    ///
    /// # Errors
    /// Another process watches; the sentence names its pid.
    pub fn claim(&mut self) -> Result<()> {
        // A lock belongs to what open(2) made, not to the process: a second one would meet our own.
        if self.claim.is_some() {
            return Ok(());
        }
        match lock::claim(&self.folder.join("lock")) {
            Claim::Ours(lock) => self.claim = Some(lock),
            Claim::Impossible(_) => {}
            Claim::Theirs(Some(pid)) => bail!(
                "process {pid} watches this course already; go on in its terminal, or end it with \
                 `kill {pid}` and type `cargo run -- watch`"
            ),
            Claim::Theirs(None) => bail!(
                "another process watches this course already; go on in its terminal, or end it \
                 and type `cargo run -- watch`"
            ),
        }
        Ok(())
    }

    fn try_save(&self, progress: &Progress) -> Result<Progress> {
        let _saving = self.exclusive().map_err(|error| anyhow!(not_kept(&error)))?;
        // A file that is gone, or was put aside just now, held what we last saw of it.
        let known = self.read(&mut Vec::new())?;
        let theirs = known.as_ref().unwrap_or(&self.base);
        let merged = Progress::merge(&self.base, progress, theirs);
        if known.as_ref() != Some(&merged) {
            let text = state::write(&merged).context("cannot write progress as JSON")?;
            files::replace(&self.state(), &text).map_err(|error| anyhow!(not_kept(&error)))?;
        }
        Ok(merged)
    }

    /// Waits until no other runner saves, which takes one write. It is another lock than the one
    /// that is held while watching, since `hint` may save beside `watch`.
    fn exclusive(&self) -> io::Result<File> {
        fs::create_dir_all(&self.folder)?;
        let path = self.folder.join("state.json.lock");
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
        // Without locks in this file system the rename still keeps every save whole.
        let _ = file.lock();
        Ok(file)
    }

    /// What the file holds; nothing when there is none, or none that this kit can read: such a one
    /// is renamed first, so that no save can overwrite it.
    fn read(&self, notices: &mut Vec<String>) -> Result<Option<Progress>> {
        let bytes = match fs::read(self.state()) {
            Ok(bytes) => bytes,
            Err(error) if is_absent(&error) => return Ok(None),
            Err(error) => {
                return Err(error).context(
                    "cannot read .faultlings/state.json, which holds your progress; `ls -l \
                     .faultlings` shows whose it is",
                );
            }
        };
        match state::read(&bytes) {
            Ok(progress) => Ok(Some(progress)),
            Err(why) => {
                notices.push(self.put_aside(why)?);
                Ok(None)
            }
        }
    }

    fn put_aside(&self, why: Unusable) -> Result<String> {
        let (kind, fault) = match why {
            Unusable::Damaged => ("damaged", "is damaged".to_owned()),
            Unusable::Newer(version) => {
                ("newer", format!("is of version {version} and this kit reads {}", state::VERSION))
            }
        };
        let aside = (1..)
            .map(|n| format!("state.json.{kind}-{n}"))
            .find(|name| fs::symlink_metadata(self.folder.join(name)).is_err())
            .unwrap_or_default();
        fs::rename(self.state(), self.folder.join(&aside)).with_context(|| {
            format!(
                "{FOLDER}/state.json {fault} and cannot be renamed; move it away and type \
                 `cargo run` again"
            )
        })?;
        Ok(format!(
            "{FOLDER}/state.json {fault}: it is kept as {FOLDER}/{aside}, and progress starts \
             anew; `cargo run -- verify` finds again what passes"
        ))
    }

    fn state(&self) -> PathBuf {
        self.folder.join("state.json")
    }
}

/// Whether there is no file, be it that its folder is none.
fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// Why progress is not kept, and what to do about it.
fn not_kept(error: &io::Error) -> String {
    let (why, next) = match error.kind() {
        ErrorKind::ReadOnlyFilesystem => (
            "this file system is read-only".to_owned(),
            "to keep it, copy the course: `cp -r . ~/faultlings`",
        ),
        ErrorKind::PermissionDenied => (
            format!("{FOLDER} is not yours to write"),
            "to keep it, copy the course: `cp -r . ~/faultlings`",
        ),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            ("the disk is full".to_owned(), "to keep it, free some space, which `df -h .` shows")
        }
        _ => (error.to_string(), "`cargo run -- doctor` looks closer"),
    };
    format!("progress is not kept: {why}; {next}")
}

#[cfg(test)]
mod tests;
