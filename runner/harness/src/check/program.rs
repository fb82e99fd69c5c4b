//! A program that a check is about to start.

use std::ffi::OsStr;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use nix::sys::signal::Signal;

use super::running::Running;
use super::stop::Stop;
use super::story::Story;
use crate::report::Stream;
use crate::supervise::{Input, Launch, Limits, Sink};

/// Arguments and surroundings of a program. Its environment is empty but for what is needed to run
/// anything, so that a verdict does not depend on the learner's shell.
#[derive(Debug)]
pub struct Program {
    launch: Launch,
    name: String,
    held: Vec<Stream>,
    story: Arc<Story>,
}

impl Program {
    pub(super) fn new(path: &Path, name: &str, folder: &Path, story: &Arc<Story>) -> Self {
        let launch = Launch::new(path)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_else(|| "/usr/bin:/bin".into()))
            .env("HOME", folder)
            .env("TMPDIR", folder)
            .env("LANG", "C")
            // The backtrace of a debug build takes a tenth of a second to print.
            .env("RUST_BACKTRACE", "0")
            .current_dir(folder)
            .limits(Limits::PROGRAM)
            .dies_with_this_thread();
        Self { launch, name: name.to_owned(), held: Vec::new(), story: story.clone() }
    }

    /// Gives it another `argv[0]` than its path.
    #[must_use]
    pub fn arg0(mut self, name: impl AsRef<OsStr>) -> Self {
        self.launch = self.launch.arg0(name);
        self
    }

    /// Adds one argument.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.launch = self.launch.arg(arg);
        self
    }

    /// Adds several arguments.
    #[must_use]
    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.launch = self.launch.args(args);
        self
    }

    /// Sets one environment variable.
    #[must_use]
    pub fn env(mut self, key: &str, value: impl AsRef<OsStr>) -> Self {
        self.launch = self.launch.env(key, value);
        self
    }

    /// Has it begin with these signals ignored and those blocked, as a starter may leave them: nohup(1)
    /// ignores SIGHUP. Without this word none is.
    #[must_use]
    pub fn inherits(mut self, ignored: &[Signal], blocked: &[Signal]) -> Self {
        self.launch = self.launch.inherits(ignored, blocked);
        self
    }

    /// Gives it a pipe as input, which stays open until [`Running::close_stdin`].
    #[must_use]
    pub fn with_stdin(mut self) -> Self {
        self.launch = self.launch.stdin(Input::Piped);
        self
    }

    /// Gives it a terminal of its own: descriptors 0, 1 and 2, and what Ctrl-C is typed into (the
    /// byte 3, which the kernel turns into SIGINT for the foreground group, see termios(3)). All
    /// that it shows comes as standard output.
    #[must_use]
    pub fn on_terminal(mut self, rows: u16, columns: u16) -> Self {
        self.launch = self.launch.stdin(Input::Terminal { rows, columns });
        self
    }

    /// With a terminal: its standard output goes into a pipe all the same, as in `program | cat`, and
    /// what it shows on the terminal comes as standard error.
    #[must_use]
    pub fn piped(mut self) -> Self {
        self.launch = self.launch.stdout_to_pipe();
        self
    }

    /// Back-pressure: nobody reads this stream until [`Running::release`], and its pipe holds one
    /// page (4096 bytes, `F_SETPIPE_SZ` in fcntl(2)). The program sleeps inside write(2) when the
    /// pipe is full, which [`Running::is_held_in_write`] waits for.
    #[must_use]
    pub fn hold(mut self, stream: Stream) -> Self {
        self.launch = match stream {
            Stream::Stdout => self.launch.stdout(Sink::Held),
            Stream::Stderr => self.launch.stderr(Sink::Held),
        };
        self.held.push(stream);
        self
    }

    /// Has its standard output go into a file that is there already, `/dev/full` (full(4)) for one,
    /// to which every write(2) fails as it does on a full disk. We then see nothing of it.
    #[must_use]
    pub fn prints_into(mut self, file: impl AsRef<Path>) -> Self {
        self.launch = self.launch.stdout(Sink::File(file.as_ref().to_owned()));
        self
    }

    /// Starts it.
    ///
    /// # Errors
    /// `Unknown` if it cannot be started.
    pub fn start(self) -> Result<Running, Stop> {
        let at = Instant::now();
        let tree = self.launch.start()?;
        for _ in &self.held {
            self.story.hold();
        }
        let name = format!("{} {}", self.name, tree.pid());
        self.story.add_program(at, name.clone(), tree.remote());
        Ok(Running { tree, name, story: self.story })
    }
}
