//! What a program has started and left behind, found by a mark that all of it inherits.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::terminal::pause;

/// A folder for temporary files. Its name is in the environment (`TMPDIR`) of whatever is started
/// with it, and of what that starts, whoever its parent is by then.
pub(crate) struct Mark(tempfile::TempDir);

/// Names by process id. A name has at most 15 bytes, see `proc_pid_comm(5)`.
pub(crate) type Running = BTreeMap<i32, String>;

impl Mark {
    pub(crate) fn new() -> Mark {
        Mark(tempfile::tempdir().unwrap())
    }

    pub(crate) fn put_on(&self, command: &mut Command) {
        command.env("TMPDIR", self.0.path());
    }

    /// Everything that runs and has the mark. A zombie has no environment any more.
    pub(crate) fn running(&self) -> Running {
        let numbers = fs::read_dir("/proc").unwrap();
        let pids = numbers.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        pids.filter_map(|pid: i32| Some((pid, self.marked(pid)?))).collect()
    }

    /// Waits until nothing runs that has the mark, and says what still does when time is over.
    pub(crate) fn alive_after(&self, within: Duration) -> Running {
        let deadline = Instant::now() + within;
        loop {
            let late = Instant::now() >= deadline;
            let running = self.running();
            if running.is_empty() || late {
                return running;
            }
            pause(Duration::from_millis(2));
        }
    }

    /// The folders that wardens and checks have made there and not removed.
    pub(crate) fn folders(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    /// The name of a process that has the mark. It may be gone between any two looks, so whatever
    /// cannot be read is no finding.
    fn marked(&self, pid: i32) -> Option<String> {
        let place = |file: &str| format!("/proc/{pid}/{file}");
        let mark = self.0.path().as_os_str().as_encoded_bytes();
        let has_mark = |bytes: &[u8]| bytes.windows(mark.len()).any(|part| part == mark);
        let named = |file| fs::read(place(file)).is_ok_and(|bytes| has_mark(&bytes));
        let inside = || fs::read_link(place("cwd")).is_ok_and(|at| at.starts_with(&self.0));
        if !(named("environ") || named("cmdline") || inside()) {
            return None;
        }
        let name = fs::read_to_string(place("comm")).ok()?;
        Some(name.trim_end().to_owned())
    }
}
