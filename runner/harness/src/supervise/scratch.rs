//! A temporary folder that is gone when its owner is, one way or another.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use nix::sys::signal::kill;
use nix::unistd::Pid;

const PREFIX: &str = "faultlings-";

/// A folder under the system's temporary one, named after the process that owns it.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    /// Makes an empty one that only this user may enter.
    ///
    /// # Errors
    /// Those of mkdir(2).
    pub fn new() -> io::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        loop {
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            let path = std::env::temp_dir().join(format!("{PREFIX}{}-{count}", std::process::id()));
            match fs::DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(Self(path)),
                // Left by an earlier process of the same number, or put there by somebody else.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Whoever cannot remove it now leaves it to the next start.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Removes the folders of owners that were killed before they could.
pub fn remove_stale_scratch() {
    let Ok(entries) = fs::read_dir(std::env::temp_dir()) else { return };
    for entry in entries.flatten() {
        if owner(&entry.file_name().to_string_lossy()).is_some_and(is_gone) {
            // Somebody else's folder is refused, which is right.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn owner(name: &str) -> Option<i32> {
    let (pid, count) = name.strip_prefix(PREFIX)?.split_once('-')?;
    count.parse::<u32>().ok()?;
    pid.parse().ok().filter(|&pid| pid > 1)
}

/// Signal 0 asks whether there is such a process (kill(2)); EPERM means that there is.
fn is_gone(pid: i32) -> bool {
    kill(Pid::from_raw(pid), None) == Err(nix::errno::Errno::ESRCH)
}

#[cfg(test)]
mod tests {
    use super::{Scratch, owner};

    #[test]
    fn only_our_own_names_are_swept() {
        assert_eq!(owner("faultlings-4711-0"), Some(4711));
        for other in ["faultlings-1-0", "faultlings-x-0", "faultlings-4711", "notes-4711-0"] {
            assert_eq!(owner(other), None, "{other}");
        }
    }

    #[test]
    fn it_is_gone_after_use() {
        let scratch = Scratch::new().unwrap();
        let path = scratch.path().to_owned();
        std::fs::write(path.join("left"), "over").unwrap();
        drop(scratch);
        assert!(!path.exists());
    }
}
