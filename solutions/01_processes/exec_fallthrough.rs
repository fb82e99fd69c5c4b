//! The month that was closed twice: solved
//!
//! exec(2) does not start a program, it turns the caller into one. Where it succeeds there is nobody
//! left to return to; where it fails the child is still what fork(2) made it, a copy of this
//! program, in the middle of this loop, with all the steps behind this one still to do. It has to
//! end there and then, and by what it ends with the parent learns that no program was run.

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
    // All that allocates, and all that may fail in a way worth a sentence, is done before the fork:
    // here `?` still means what it says.
    let argv = step.split_whitespace().map(CString::new).collect::<Result<Vec<_>, _>>()?;
    let program = argv.first().ok_or_else(|| io::Error::other("a step without a program"))?;

    // SAFETY: this program has a single thread, so its child may do whatever it could do.
    match unsafe { fork() }? {
        ForkResult::Child => {
            // Between fork and exec there is one way out, and it is in this block: no `?`, no
            // `return`, no panic. Each of those goes up through a copy of the parent's stack, runs a
            // copy of its destructors (`Lock` would remove the file of the parent, who goes on
            // without it), and may come back into the parent's loop.
            //
            // 127 and 126 are what the shells say, and env(1), nice(1), timeout(1) and nohup(1) say
            // it too. 0 would report a step as done that was never begun.
            let status = match execvp(program, &argv) {
                // The type says it: `Ok` would hold an `Infallible`, of which there are none.
                Err(Errno::ENOENT) => 127,
                Err(_) => 126,
            };
            // Not `process::exit`: it would write what `print!` has left in the buffer, of which the
            // parent has a copy, too (exercise fork_exit_flush).
            //
            // SAFETY: _exit never returns and touches no memory of this process.
            unsafe { libc::_exit(status) }
        }
        ForkResult::Parent { child } => match waitpid(child, None)? {
            // A step may end with 127 of its own accord, so this number is a convention and no
            // proof. Who must know opens a pipe with O_CLOEXEC before the fork and has the child
            // write errno into it when exec fails; if exec succeeds, the pipe closes by itself and
            // the parent reads end of file. That is how `std::process::Command` comes to return
            // "No such file or directory" from `spawn`, where it has to fork; mostly it calls
            // posix_spawn(3), which reports it in its own way.
            //
            // execve(2), exec(3), _exit(2); std::process::Command::spawn
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
