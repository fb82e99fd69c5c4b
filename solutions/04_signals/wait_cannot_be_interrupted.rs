//! The service that had to be killed: solved
//!
//! That a signal interrupts a wait is what the manual says (EINTR in wait(2)), and it is what one
//! sees of it in C. In Rust `Child::wait` begins anew when it is interrupted, and signal-hook
//! installs its handlers with SA_RESTART, so that the kernel does not even return. The flag was set,
//! and the thread that could have looked at it was asleep until the worker's end.
//!
//! What changes: the runner waits for what may happen, all of it, in one place. The end of a child
//! is a signal too, SIGCHLD.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitCode, ExitStatus};
use std::{env, io};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use signal_hook::consts::{SIGCHLD, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

fn main() -> io::Result<ExitCode> {
    // Before the start, or the SIGCHLD of a worker that ends at once would have no handler. Its
    // default is to be ignored, and this program would wait for it for ever.
    let mut signals = Signals::new([SIGTERM, SIGINT, SIGCHLD])?;

    let mut worker = command().spawn()?;
    let pid = Pid::from_raw(worker.id() as i32);
    println!("worker started, pid {pid}");

    // `forever` sleeps in recv(2) on a socket into which the handlers write: no timer, no processor,
    // and no gap between a look and a sleep in which a signal could be missed. A loop over
    // `try_wait` and `sleep` works too, a thousand times a second, and late.
    let mut is_stopped = false;
    for signal in signals.forever() {
        if signal != SIGCHLD {
            is_stopped = true;
            // ESRCH: it has ended by itself, and then SIGCHLD is on its way. The pid cannot be
            // another's, since nobody has waited for this one yet.
            let _ = kill(pid, Signal::SIGTERM);
            // Not the end of this program: the worker takes its time, and who leaves before it
            // leaves an orphan that nobody stops. A limit to that time, and SIGKILL after it, is
            // what exercise stop_escalation is about.
        } else if let Some(status) = worker.try_wait()? {
            // Not `wait`: SIGCHLD also comes when a child is stopped, or for another child.
            let status = status_for_caller(status);
            if is_stopped {
                println!("stopped, worker ended with status {status}");
                return Ok(ExitCode::SUCCESS);
            }
            println!("worker ended with status {status}");
            return Ok(ExitCode::from(status));
        }
    }
    Ok(ExitCode::FAILURE)
}

/// The worker, as the arguments and the environment name it.
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

/// The status as a shell gives it: what the worker said, or 128 and the signal that ended it.
fn status_for_caller(status: ExitStatus) -> u8 {
    let status = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0));
    u8::try_from(status).unwrap_or(u8::MAX)
}

// The other ways. A thread that does nothing but `worker.wait()` and says so into a channel, a
// second one that waits for signals and does the same, and a main thread that reads the channel: the
// same thing with more parts, and right. Not so with an `Arc<Mutex<Child>>` that the waiting thread
// holds locked while it waits. In tokio it is `select!` over `child.wait()` and a `Signal`.
//
// sigaction(2) without SA_RESTART, and waitpid(2) itself (nix does not begin anew): then it returns
// EINTR, if the signal comes while it sleeps. One that comes between the look at the flag and the
// call finds nobody asleep, and is waited out. sigsuspend(2), pselect(2) and ppoll(2) were made to
// close that gap; pidfd_open(2) makes an end into a descriptor that one can poll for.
//
// signal(7) under "Interruption of system calls ..."; std::process::Child::wait
