//! What to start, and with which surroundings.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nix::sys::signal::Signal;

use super::child_setup::{self, Limits, Session, Setup};
use super::sweep;
use super::tree::Tree;

/// What a program finds on descriptor 0.
#[derive(Debug, Default)]
pub enum Input {
    /// `/dev/null`: reading gives end of file at once, and nobody competes for the terminal.
    #[default]
    Null,
    /// A pipe whose other end the [`Tree`] holds until [`Tree::close_stdin`].
    Piped,
    /// A pseudo-terminal of this size, which is the program's controlling terminal and its
    /// descriptors 0, 1 and 2: what [`Tree::write`] writes is typed, all output is captured as
    /// standard output. See pty(7). After [`Launch::stdout_to_pipe`] descriptor 1 is a pipe, and what
    /// comes from the terminal is captured as standard error.
    Terminal {
        /// Lines of text.
        rows: u16,
        /// Characters in a line.
        columns: u16,
    },
}

/// Where a program's descriptor 1 or 2 leads.
#[derive(Debug, Default)]
pub enum Sink {
    /// A pipe that is drained from the first byte on, see [`super::Capture`].
    #[default]
    Captured,
    /// A pipe of the smallest size (one page) that nobody reads until [`Tree::release`]: the
    /// program is held inside its next write(2) once the pipe is full.
    Held,
    /// The same as ours.
    Inherited,
    /// `/dev/null`.
    Null,
    /// A file that is there already, from its beginning. `/dev/full` (full(4)) is a disk without room.
    File(PathBuf),
}

/// A program to start. Without further words it gets a session of its own, empty input, captured
/// output, no descriptor beyond 0, 1 and 2, no blocked and no ignored signal: what our own parent
/// (cargo, nohup, a CI runner) left us is not passed on.
#[derive(Debug)]
pub struct Launch {
    program: OsString,
    arg0: Option<OsString>,
    args: Vec<OsString>,
    env: Vec<(OsString, Option<OsString>)>,
    clear_env: bool,
    pub(super) stdout_to_pipe: bool,
    dir: Option<PathBuf>,
    pub(super) stdin: Input,
    pub(super) stdout: Sink,
    pub(super) stderr: Sink,
    pub(super) keep: usize,
    pub(super) grace_at_eof: bool,
    pub(super) setup: Setup,
}

impl Launch {
    /// `program` is a path, or a name to look up in `PATH`.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        Self {
            program: program.as_ref().to_owned(),
            arg0: None,
            args: Vec::new(),
            env: Vec::new(),
            clear_env: false,
            stdout_to_pipe: false,
            dir: None,
            stdin: Input::default(),
            stdout: Sink::default(),
            stderr: Sink::default(),
            keep: 1 << 20,
            grace_at_eof: false,
            setup: Setup::default(),
        }
    }

    /// What it finds as `argv[0]`, which is its starter's to choose; else the program's path.
    #[must_use]
    pub fn arg0(mut self, name: impl AsRef<OsStr>) -> Self {
        self.arg0 = Some(name.as_ref().to_owned());
        self
    }

    /// Adds one argument after those before.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// Adds several arguments.
    #[must_use]
    pub fn args<S: AsRef<OsStr>>(self, args: impl IntoIterator<Item = S>) -> Self {
        args.into_iter().fold(self, Self::arg)
    }

    /// Sets one environment variable.
    #[must_use]
    pub fn env(mut self, key: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.env.push((key.as_ref().to_owned(), Some(value.as_ref().to_owned())));
        self
    }

    /// Takes one environment variable away.
    #[must_use]
    pub fn env_remove(mut self, key: impl AsRef<OsStr>) -> Self {
        self.env.push((key.as_ref().to_owned(), None));
        self
    }

    /// Passes on nothing of our environment but what [`Launch::env`] names.
    #[must_use]
    pub fn env_clear(mut self) -> Self {
        self.clear_env = true;
        self
    }

    /// The program's working directory.
    #[must_use]
    pub fn current_dir(mut self, dir: impl AsRef<Path>) -> Self {
        self.dir = Some(dir.as_ref().to_owned());
        self
    }

    /// What it finds on descriptor 0.
    #[must_use]
    pub fn stdin(mut self, stdin: Input) -> Self {
        self.stdin = stdin;
        self
    }

    /// Where there is a terminal, descriptor 1 leads into a pipe all the same: `program | cat`.
    #[must_use]
    pub fn stdout_to_pipe(mut self) -> Self {
        self.stdout_to_pipe = true;
        self
    }

    /// Where descriptor 1 leads.
    #[must_use]
    pub fn stdout(mut self, stdout: Sink) -> Self {
        self.stdout = stdout;
        self
    }

    /// Where descriptor 2 leads.
    #[must_use]
    pub fn stderr(mut self, stderr: Sink) -> Self {
        self.stderr = stderr;
        self
    }

    /// How many bytes of each captured stream are kept (1 MiB if not said); the rest is drained and
    /// counted, so that a flood neither blocks the program nor fills our memory.
    #[must_use]
    pub fn keep(mut self, bytes: usize) -> Self {
        self.keep = bytes;
        self
    }

    /// Bounds on what the program may take.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.setup.limits = limits;
        self
    }

    /// Whether it leads a session or a process group of its own.
    #[must_use]
    pub fn session(mut self, session: Session) -> Self {
        self.setup.session = session;
        self
    }

    /// Adds to the nice value, 0 to 19: higher gives way to others, see nice(2).
    #[must_use]
    pub fn nice(mut self, more: i32) -> Self {
        self.setup.nice = more;
        self
    }

    /// What the program finds ignored and blocked, as if its own starter had left it so.
    #[must_use]
    pub fn inherits(mut self, ignored: &[Signal], blocked: &[Signal]) -> Self {
        let bits = |set: &[Signal]| set.iter().fold(0, |bits, &one| bits | 1 << (one as i32 - 1));
        (self.setup.ignored, self.setup.blocked) = (bits(ignored), bits(blocked));
        self
    }

    /// SIGKILL for the program when the thread that started it ends, see `PR_SET_PDEATHSIG` in
    /// prctl(2). The thread, not the process: start it from one that lives as long as the program.
    #[must_use]
    pub fn dies_with_this_thread(mut self) -> Self {
        self.setup.dies_with_parent = true;
        self
    }

    /// The program cleans up by itself when its piped input ends (a [`super::warden`] does):
    /// ending the tree closes the pipe first and gives it a moment before SIGKILL.
    #[must_use]
    pub fn ends_at_eof(mut self) -> Self {
        self.stdin = Input::Piped;
        self.grace_at_eof = true;
        self
    }

    /// Starts it.
    ///
    /// # Errors
    /// Those of pipe(2), fork(2) and execve(2): `NotFound` when there is no such program.
    pub fn start(mut self) -> io::Result<Tree> {
        if let Input::Terminal { rows, columns } = self.stdin {
            return self.start_on_terminal(rows, columns);
        }
        let (stdout, from_stdout) = connect(&self.stdout)?;
        let (stderr, from_stderr) = connect(&self.stderr)?;
        let mut command = self.command();
        command.stdout(stdout).stderr(stderr);
        command.stdin(match self.stdin {
            Input::Piped => Stdio::piped(),
            Input::Null | Input::Terminal { .. } => Stdio::null(),
        });
        child_setup::arrange(&mut command, &self.setup);
        let mut child = sweep::spawn(&mut command)?;
        let stdin = child.stdin.take().map(|stdin| File::from(OwnedFd::from(stdin)));
        // The command owns the write ends that it handed to the child. A copy left here would keep
        // the pipe open after the program's end, and no reader would ever see end of file.
        drop(command);
        Ok(Tree::new(child.id().cast_signed(), None, stdin, [from_stdout, from_stderr], &self))
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place that spawns")]
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        if let Some(name) = &self.arg0 {
            command.arg0(name);
        }
        command.args(&self.args);
        if self.clear_env {
            command.env_clear();
        }
        for (key, value) in &self.env {
            match value {
                Some(value) => command.env(key, value),
                None => command.env_remove(key),
            };
        }
        if let Some(dir) = &self.dir {
            command.current_dir(dir);
        }
        command
    }
}

/// What the child gets, and our end of it.
pub(super) fn connect(sink: &Sink) -> io::Result<(Stdio, Option<OwnedFd>)> {
    let (read, write) = match sink {
        Sink::Inherited => return Ok((Stdio::inherit(), None)),
        Sink::Null => return Ok((Stdio::null(), None)),
        Sink::File(path) => return Ok((File::options().write(true).open(path)?.into(), None)),
        Sink::Captured | Sink::Held => io::pipe()?,
    };
    #[cfg(target_os = "linux")]
    if matches!(sink, Sink::Held) {
        nix::fcntl::fcntl(&write, nix::fcntl::FcntlArg::F_SETPIPE_SZ(4096))?;
    }
    Ok((write.into(), Some(read.into())))
}
