//! Who runs: a lock that the kernel gives back however its holder ends.
//!
//! The file stays when the lock goes. Its text is for people; only the lock itself counts, so a
//! stale pid in it stops nobody.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::Path;

/// What became of the attempt to be the only one.
#[derive(Debug)]
pub enum Claim {
    /// The lock is held until this is dropped or the process ends, `kill -9` included.
    Ours(Lock),
    /// Another process holds it: its pid, unless it has not written it yet.
    Theirs(Option<u32>),
    /// This file system has no locks (some network mounts), or the file cannot be made.
    Impossible(io::Error),
}

/// A lock that is held.
#[derive(Debug)]
pub struct Lock(File);

/// Closing the file is not enough: a child that another thread of ours has just forked has it open as
/// well, until its exec. An unlock is for all who have it.
impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

/// Tries to take the lock at `path`, without waiting; see flock(2).
///
/// The text of the file is touched only once the lock is held: truncating at open would wipe out
/// the pid of the owner that we are about to name.
pub fn claim(path: &Path) -> Claim {
    let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
    let mut file = match opened {
        Ok(file) => file,
        Err(error) => return Claim::Impossible(error),
    };
    match file.try_lock() {
        Ok(()) => {
            // On a full disk the lock holds all the same; only its owner then has no name.
            let _ = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
            Claim::Ours(Lock(file))
        }
        Err(TryLockError::WouldBlock) => Claim::Theirs(owner(&mut file)),
        Err(TryLockError::Error(error)) => Claim::Impossible(error),
    }
}

fn owner(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(32).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_claim_hears_who_holds_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");

        let first = claim(&path);
        assert!(matches!(first, Claim::Ours(_)), "{first:?}");
        let second = claim(&path);
        assert!(matches!(second, Claim::Theirs(Some(pid)) if pid == std::process::id()));
        drop(first);
        assert!(matches!(claim(&path), Claim::Ours(_)));
    }

    #[test]
    fn a_copy_of_the_file_holds_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let Claim::Ours(first) = claim(&path) else { panic!("nobody else is there") };
        // As a forked child has it.
        let _copy = first.0.try_clone().unwrap();
        drop(first);
        assert!(matches!(claim(&path), Claim::Ours(_)));
    }

    #[test]
    fn a_pid_that_was_left_behind_stops_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        std::fs::write(&path, "1234567890\n").unwrap();

        assert!(matches!(claim(&path), Claim::Ours(_)));
        let pid = format!("{}\n", std::process::id());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), pid);
    }

    #[test]
    fn a_place_without_locks_is_told_from_a_taken_one() {
        let claim = claim(Path::new("/dev/null/lock"));
        assert!(matches!(claim, Claim::Impossible(_)), "{claim:?}");
    }
}
