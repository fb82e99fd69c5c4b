//! The service that had to be killed
//!
//! A runner starts a worker, waits for it, and when it is sent SIGTERM it passes that on, so that
//! the worker can end its work, and waits for its end. So it was written, and so it was reviewed. In
//! operation `systemctl stop` took 90 seconds each time, and then came SIGKILL, for the worker too,
//! in the middle of its work. The journal had not one line of the runner's. It had noticed the
//! SIGTERM at once; that could be shown. It had not looked.
//!
//! What it does: starts COMMAND as its worker and waits for it. When the worker ends by itself, the
//! runner says so and ends with the same status:
//!
//! ```text
//! worker ended with status 3
//! ```
//!
//! What it should do when it is sent SIGTERM (or SIGINT): send the worker SIGTERM, wait for as long
//! as the worker needs, say how it ended, and end with status 0:
//!
//! ```text
//! stopped, worker ended with status 0
//! ```
//!
//! And while nothing happens it should cost nothing: the machine has a thousand of these.
//!
//! By hand, and then from another terminal:
//!
//! ```text
//! cargo run -q -p signals --bin wait_cannot_be_interrupted -- sleep 600
//! pkill -TERM -x wait_cannot_be_
//! ```
//!
//! The command above is the default. CHILD, if set, is the program, and the words are its arguments.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitCode, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::{env, io};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

fn main() -> io::Result<ExitCode> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGTERM, SIGINT] {
        flag::register(signal, stop.clone())?;
    }

    let mut worker = command().spawn()?;
    let pid = Pid::from_raw(worker.id() as i32);
    println!("worker started, pid {pid}");

    // A signal interrupts the wait.
    // TODO: does it? Ask signal(7), and then the documentation of `Child::wait`.
    let mut status = worker.wait()?;
    let is_stopped = stop.load(Ordering::Relaxed);
    if is_stopped {
        // An error means that the worker has ended by itself by now.
        let _ = kill(pid, Signal::SIGTERM);
        status = worker.wait()?;
    }

    let status = status_for_caller(status);
    if is_stopped {
        println!("stopped, worker ended with status {status}");
        return Ok(ExitCode::SUCCESS);
    }
    println!("worker ended with status {status}");
    Ok(ExitCode::from(status))
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
