//! Where this user keeps what was made once.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::unistd::Pid;

const HALF: &str = ".half-";

/// `$XDG_CACHE_HOME/faultlings`, or `~/.cache/faultlings`.
pub(crate) fn folder() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = set("XDG_CACHE_HOME").filter(|path| path.is_absolute());
    Some(cache.or_else(|| Some(set("HOME")?.join(".cache")))?.join("faultlings"))
}

/// A folder of the cache in which something is made, to be renamed when it is whole: on the same
/// disk as its goal, and gone if it never gets there.
#[derive(Debug)]
pub(crate) struct Half(PathBuf);

impl Half {
    /// Makes an empty one, and removes those of processes that were killed.
    pub(crate) fn new(cache: &Path) -> io::Result<Self> {
        for entry in fs::read_dir(cache).into_iter().flatten().flatten() {
            if entry.file_name().to_str().and_then(owner).is_some_and(is_gone) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        let folder = cache.join(format!("{HALF}{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Half {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn owner(name: &str) -> Option<i32> {
    name.strip_prefix(HALF)?.parse().ok().filter(|&pid| pid > 1)
}

fn is_gone(pid: i32) -> bool {
    kill(Pid::from_raw(pid), None) == Err(Errno::ESRCH)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::Half;

    #[test]
    fn what_a_dead_process_left_is_removed() {
        let cache = tempfile::tempdir().unwrap();
        // No process id is as large, see proc_sys_kernel(5), pid_max.
        let (dead, other) = (cache.path().join(".half-4194305"), cache.path().join("kafka-4.3.0"));
        fs::create_dir_all(dead.join("libs")).unwrap();
        fs::create_dir_all(&other).unwrap();
        let half = Half::new(cache.path()).unwrap();
        assert!(!dead.exists() && other.exists() && half.path().is_dir());
        let path = half.path().to_owned();
        drop(half);
        assert!(!path.exists());
    }
}
