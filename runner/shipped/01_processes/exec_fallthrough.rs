//! The month that was closed twice
//!
//! At the end of a month this program runs the closing: a list of steps, each a program of its own.
//! In March one of the steps was not installed any more. The log said so, on one line among many.
//! What the accountants found was that the customers had been charged their fees twice: each step
//! behind the missing one had been run twice, and the second time without the lock that is there to
//! keep two closings apart.
//!
//! What it does: takes the lock (a file, which must not be there yet), runs one step after the
//! other in a child process, prints one line for each, gives the lock back, and counts. A step that
//! cannot be run is no reason to leave out those behind it. What it should print:
//!
//! ```text
//! echo fees charged: status 0
//! no-such-step: status 127            there is no such program
//! ./notes.txt: status 126             it is there, and cannot be executed
//! closing: 1 of 3 steps done
//! ```
//!
//! The numbers are those of the shells. The program's own status is 0 when all steps ended with
//! status 0, and 1 otherwise.
//!
//! By hand (the steps below are the default):
//!
//! ```text
//! cargo run -q -p processes --bin exec_fallthrough -- true no-such-step 'echo fees charged'
//! ```
//!
//! LOCK is the path of the lock, `closing.lock` in the folder for temporary files unless set.

use std::ffi::CString;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::ExitCode;
use std::{env, io};

use nix::errno::Errno;
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, execvp, fork};

fn main() -> io::Result<ExitCode> {
    let lock = env::var_os("LOCK").map(PathBuf::from);
    let lock = lock.unwrap_or_else(|| env::temp_dir().join("closing.lock"));
    let mut steps: Vec<String> = env::args().skip(1).collect();
    if steps.is_empty() {
        steps = ["true", "no-such-step", "echo fees charged"].map(String::from).to_vec();
    }

    let _lock = Lock::take(lock)?;
    let mut done = 0;
    for step in &steps {
        print!("{step}: ");
        let status = run(step)?;
        println!("status {status}");
        done += usize::from(status == 0);
    }
    println!("closing: {done} of {} steps done", steps.len());
    Ok(if done == steps.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs a step to its end. The answer is its status, or 128 and the signal that ended it.
fn run(step: &str) -> io::Result<i32> {
    let argv = step.split_whitespace().map(CString::new).collect::<Result<Vec<_>, _>>()?;
    let program = argv.first().ok_or_else(|| io::Error::other("a step without a program"))?;

    // SAFETY: this program has a single thread, so its child may do whatever it could do.
    match unsafe { fork() }? {
        ForkResult::Child => {
            // TODO: `execvp` does not return when it succeeds. Who goes on when it fails, and where?
            match execvp(program, &argv) {
                Err(Errno::ENOENT) => Ok(127),
                Err(_) => Ok(126),
            }
        }
        ForkResult::Parent { child } => match waitpid(child, None)? {
            WaitStatus::Exited(_, status) => Ok(status),
            WaitStatus::Signaled(_, signal, _) => Ok(128 + signal as i32),
            other => Err(io::Error::other(format!("{other:?}"))),
        },
    }
}

/// Keeps a second closing away for as long as it lives.
struct Lock(PathBuf);

impl Lock {
    fn take(path: PathBuf) -> io::Result<Self> {
        File::create_new(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
