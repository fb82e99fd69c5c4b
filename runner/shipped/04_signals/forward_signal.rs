//! The backup that was always interrupted twice
//!
//! A wrapper runs a backup and keeps a record of when it began and how it ended. The backup knows
//! two kinds of Ctrl-C: at the first it finishes the file in hand and tidies up, at the second it
//! stops at once, with what it has half written. Since the wrapper is in use nobody has seen it tidy
//! up. They had pressed Ctrl-C once, all of them.
//!
//! What it does: runs COMMAND as its job, hands on the signals that it gets, and ends with the
//! job's status, or 128 and the number of the signal that ended the job.
//!
//! What it should do: hand on each signal that somebody sends to the wrapper by kill(1), SIGHUP,
//! SIGINT, SIGTERM, SIGUSR1 and SIGUSR2, so that the job gets it once. Of each Ctrl-C the job gets
//! one SIGINT as well, and the wrapper lives on until the job has ended. And the terminal is the
//! job's as it would be without a wrapper: it reads from it, and can open `/dev/tty`.
//!
//! By hand, pressing Ctrl-C. strace notes which process gets a signal, and from whom:
//!
//! ```text
//! cargo build -q -p signals --bin forward_signal
//! strace -fqq -e trace=none -o /tmp/log target/debug/forward_signal sh -c 'trap : INT; sleep 9'
//! grep SIGINT /tmp/log
//! ```
//!
//! The command is `sleep 600` unless given. CHILD, if set, is the program, and the words are its
//! arguments.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitCode, ExitStatus};
use std::{env, io};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use signal_hook::consts::{SIGCHLD, SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2};
use signal_hook::iterator::Signals;

fn main() -> io::Result<ExitCode> {
    // Before the start: from its first moment on the job has somebody who hands signals on.
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2, SIGCHLD])?;
    let mut job = command().spawn()?;
    let pid = Pid::from_raw(job.id() as i32);

    for signal in signals.forever() {
        if signal == SIGCHLD {
            // It may have been stopped only, or another child: none of that is an end.
            if let Some(status) = job.try_wait()? {
                return Ok(ExitCode::from(status_for_caller(status)));
            }
        } else {
            // TODO: who has sent it, and to whom? An error means that the job has ended by now.
            let _ = kill(pid, Signal::try_from(signal)?);
        }
    }
    Ok(ExitCode::FAILURE)
}

/// The job, as the arguments and the environment name it.
fn command() -> Command {
    let mut words: Vec<_> = env::args_os().skip(1).collect();
    if words.is_empty() {
        words = vec!["sleep".into(), "600".into()];
    }
    let program = env::var_os("CHILD").unwrap_or_else(|| words.remove(0));
    let mut command = Command::new(program);
    command.args(words);
    command
}

/// The status as a shell gives it: what the job said, or 128 and the signal that ended it.
fn status_for_caller(status: ExitStatus) -> u8 {
    let status = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0));
    u8::try_from(status).unwrap_or(u8::MAX)
}
