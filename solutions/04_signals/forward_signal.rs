//! The backup that was always interrupted twice: solved
//!
//! Ctrl-C is not sent to a program. It is typed into a terminal, and the kernel sends SIGINT to each
//! process of the group that has the foreground there. The job is in that group, as it was born into
//! the wrapper's. So each of the two had its SIGINT, and then the wrapper handed its own on.
//!
//! What changes: the wrapper asks who has sent a signal. What came from a process was meant for the
//! wrapper alone, and is handed on; what came from the kernel, all had.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitCode, ExitStatus};
use std::{env, io};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use signal_hook::consts::{SIGCHLD, SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2};
use signal_hook::iterator::SignalsInfo;
use signal_hook::iterator::exfiltrator::WithOrigin;
use signal_hook::low_level::siginfo::Cause;

fn main() -> io::Result<ExitCode> {
    // `Signals` drops what the kernel says about the sender; this keeps it (`si_code` in
    // sigaction(2)). SIGINT is in the list though it is not always handed on: without a handler it
    // would end the wrapper, and the job would go on without anybody to wait for it.
    //
    // Not SIG_IGN instead: what is ignored stays ignored over exec, and so does what is blocked. The
    // job would be deaf to Ctrl-C. What has a handler is back to the default in the job.
    let list = [SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2, SIGCHLD];
    let mut signals = SignalsInfo::<WithOrigin>::new(list)?;
    let mut job = command().spawn()?;
    let pid = Pid::from_raw(job.id() as i32);

    for origin in signals.forever() {
        if origin.signal == SIGCHLD {
            // It may have been stopped only, or another child: none of that is an end.
            if let Some(status) = job.try_wait()? {
                return Ok(ExitCode::from(status_for_caller(status)));
            }
        } else if origin.cause != Cause::Kernel {
            // An error (ESRCH) means that the job has ended: SIGCHLD is on its way. With `?` the
            // wrapper would end here with a status of its own.
            let _ = kill(pid, Signal::try_from(origin.signal)?);
        }
        // From the kernel: Ctrl-C, and the SIGHUP of a terminal that is closed. Both go to the whole
        // foreground group, the job included.
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

// What shells do: the job gets a group of its own (`process_group(0)`), and that group gets the
// terminal (tcsetpgrp(3)), so that Ctrl-C reaches the job alone, and everything that reaches the
// wrapper is handed on. It takes the second call as well: a job in a group that does not have the
// foreground is stopped (SIGTTIN) when it reads from the terminal. And afterwards the terminal has to
// be taken back, by a process that is in the background then and ignores SIGTTOU. Without a terminal
// all of that falls away.
//
// What others do: hand on only if there is no terminal, which loses `kill -INT`; or hand on SIGTERM
// and nothing else. Best of all is no wrapper: exec (`CommandExt::exec`) puts the job in its place.
//
// Between `spawn` and the loop nothing is lost, as the handlers are older than the job.
//
// termios(3) under ISIG, credentials(7), sigaction(2) under si_code, kill(2)
