//! A running `brokers serve`, looked at from outside.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::time::{Duration, Instant};

use harness::broker::{Missing, Ready, Told};
use harness::process::with_descendants;
use harness::supervise::{Ended, Input, Launch, Tree};
use harness::until::{secs, until};
use tempfile::TempDir;

/// For a start on a busy machine.
pub(crate) const PATIENCE: Duration = secs(60);

/// `brokers serve` with a temporary folder of its own.
#[derive(Debug)]
pub(crate) struct Serve {
    pub(crate) tree: Tree,
}

/// Fails where the tests' server is missing, with what to type.
pub(crate) fn need_nats() {
    let there = ["/usr/sbin", "/usr/bin", "/usr/local/bin", "/usr/local/sbin"]
        .iter()
        .any(|folder| Path::new(folder).join("nats-server").is_file());
    let on_path = std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|folder| folder.join("nats-server").is_file())
    });
    assert!(there || on_path, "nats-server is missing; type: cargo run -- brokers install nats");
}

/// The program, with servers of this machine alone and nothing of ours in its environment.
pub(crate) fn brokers(temporary: &Path) -> Launch {
    let ours = std::env::vars_os().map(|(name, _)| name);
    ours.filter(|name| name.to_string_lossy().starts_with("FAULTLINGS_"))
        .fold(Launch::new(env!("CARGO_BIN_EXE_brokers")), Launch::env_remove)
        .env("FAULTLINGS_BROKERS", "local")
        .env("TMPDIR", temporary)
        .stdin(Input::Piped)
}

pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

impl Serve {
    pub(crate) fn start(launch: Launch) -> Self {
        Self { tree: launch.start().unwrap() }
    }

    /// Everything told so far. A line that is no JSON fails the test.
    pub(crate) fn told(&self) -> Vec<Told> {
        let text = self.tree.look(|view| view.stdout.text());
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        whole.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    pub(crate) fn ready(&self) -> Ready {
        self.wait(|told| match told {
            Told::Ready(ready) => Some(ready),
            Told::Missing(missing) => panic!("{missing:?}"),
            Told::Step(_) | Told::Place(_) | Told::Leftover(_) => None,
        })
    }

    pub(crate) fn missing(&self) -> Missing {
        self.wait(|told| match told {
            Told::Missing(missing) => Some(missing),
            _ => None,
        })
    }

    fn wait<T>(&self, pick: impl Fn(Told) -> Option<T>) -> T {
        let found = until(PATIENCE, || self.told().into_iter().find_map(&pick));
        let errors = self.tree.look(|view| view.stderr.text());
        found.unwrap_or_else(|| panic!("told {:?}, and {errors}", self.told()))
    }

    /// Itself and everything below it.
    pub(crate) fn processes(&self) -> Vec<i32> {
        with_descendants(self.tree.pid())
    }

    /// Its exit status, and how long it took from now.
    pub(crate) fn ends(&self) -> (Ended, Duration) {
        let since = Instant::now();
        let ended = self.tree.wait(since + PATIENCE, |view| view.ended);
        (ended.unwrap().0, since.elapsed())
    }
}

/// As the runner leaves it: by the end of its input, not by SIGKILL.
impl Drop for Serve {
    fn drop(&mut self) {
        self.tree.close_stdin();
        self.tree.wait(Instant::now() + secs(10), |view| view.ended.map(drop));
    }
}

/// Whether there is no such process any more, or only what its parent has not read yet.
pub(crate) fn is_gone(pid: i32) -> bool {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else { return true };
    stat.rsplit_once(") ").is_none_or(|(_, rest)| rest.starts_with('Z'))
}

/// Waits until all are gone; those that stay.
pub(crate) fn survivors(pids: &[i32]) -> Vec<i32> {
    until(secs(5), || pids.iter().all(|&pid| is_gone(pid)).then_some(()));
    pids.iter().copied().filter(|&pid| !is_gone(pid)).collect()
}

pub(crate) fn name_of(pid: i32) -> String {
    std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default().trim().to_owned()
}

pub(crate) fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).unwrap().next().is_none()
}
