//! Short tools: run, read, done.

use std::fs::File;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::child_setup::{self, Setup};
use super::launch::Launch;
use super::sweep;
use super::view::{Ended, View};

/// What a tool left.
#[derive(Debug)]
pub struct Finished {
    /// How it ended.
    pub ended: Ended,
    /// What it wrote to descriptor 1.
    pub stdout: String,
    /// What it wrote to descriptor 2.
    pub stderr: String,
}

impl Finished {
    /// Whether it exited with status 0.
    #[must_use]
    pub fn success(&self) -> bool {
        self.ended == Ended::Exited(0)
    }
}

/// Runs a tool to its end and ends whatever it left.
///
/// # Errors
/// Those of [`Launch::start`], and `TimedOut` when it is not over after `within`.
pub fn output(launch: Launch, within: Duration) -> io::Result<Finished> {
    let mut tree = launch.start()?;
    let deadline = Instant::now() + within;
    let ended = tree.wait(deadline, |view| view.ended).ok_or(io::ErrorKind::TimedOut)?.0;
    // The last words may still be in the pipe; a child of the tool may keep it open, so not for long.
    let closed = |view: &View| (view.stdout.is_closed() && view.stderr.is_closed()).then_some(());
    tree.wait(Instant::now() + Duration::from_millis(200), closed);
    tree.end();
    Ok(tree.look(|view| Finished { ended, stdout: view.stdout.text(), stderr: view.stderr.text() }))
}

/// Becomes another program: same process id, same terminal, nothing left of us.
///
/// Returns only when that failed.
#[must_use]
pub fn replace_self(launch: &Launch) -> io::Error {
    launch.command().exec()
}

/// Starts a program that is to outlive us, the only way to do so: in a session of its own, with empty
/// input, and its output in the file at `log`, made anew. Returns its process id. Whoever calls this
/// answers for how it is found and ended again.
///
/// # Errors
/// Those of open(2), fork(2) and execve(2).
pub fn leave(launch: &Launch, log: &Path) -> io::Result<u32> {
    let (out, errors) = (File::create(log)?, File::options().append(true).open(log)?);
    let mut command = launch.command();
    command.stdin(Stdio::null()).stdout(out).stderr(errors);
    child_setup::arrange(&mut command, &Setup::default());
    Ok(sweep::spawn(&mut command)?.id())
}
