//! The jobs that could not be stopped
//!
//! This launcher starts jobs for users and keeps a journal, so that it is known at any time which
//! jobs are at work. It was written with care: nobody can stop it between the start of a job and the
//! note about it. After a month the users complained. Their jobs could not be stopped by SIGTERM any
//! more, only by SIGKILL; and a script that had `generate | head -1` in it for ten years had run
//! all weekend, and filled the disk.
//!
//! What it does: starts COMMAND, notes its number in the journal, waits for its end, and ends with
//! its status (128 and the signal's number if a signal ended it). What it says about that is a
//! courtesy: when nobody listens any more, it goes on without.
//!
//! ```text
//! job 4712 started
//! job ended with status 3
//! ```
//!
//! What it should do: just that, and give the job its signals as it was itself given them by whoever
//! started it. (SIGPIPE is an exception: Rust ignores it before `main` begins, and does not say what
//! it found. Let the job have the default.)
//!
//! By hand (the command below is the default, and shows what a job finds blocked and ignored):
//!
//! ```text
//! cargo run -q -p processes --bin inherit_clean -- grep -E 'Sig(Blk|Ign)' /proc/self/status
//! ```
//!
//! JOURNAL is the journal's path, `journal` in the folder for temporary files unless set.

use std::env;
use std::ffi::CString;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::process::ExitCode;

use nix::sys::signal::{SigSet, SigmaskHow, Signal};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, Pid, execvp, fork};

fn main() -> io::Result<ExitCode> {
    let words = env::args_os().skip(1).map(|word| CString::new(word.into_vec()));
    let mut command = words.collect::<Result<Vec<_>, _>>()?;
    if command.is_empty() {
        command = [c"grep", c"-E", c"Sig(Blk|Ign)", c"/proc/self/status"].map(Into::into).to_vec();
    }
    let journal = env::var_os("JOURNAL").map(PathBuf::from);
    let journal = journal.unwrap_or_else(|| env::temp_dir().join("journal"));

    // From the start of the job until it is noted SIGTERM has to wait, or there would be a job that
    // nobody knows of.
    let before = SigSet::from(Signal::SIGTERM).thread_swap_mask(SigmaskHow::SIG_BLOCK)?;
    let job = start(&command)?;
    let mut journal = OpenOptions::new().create(true).append(true).open(journal)?;
    writeln!(journal, "{job} {}", command[0].to_string_lossy())?;
    before.thread_set_mask()?;

    say(&format!("job {job} started"));
    let (how, status) = match waitpid(job, None)? {
        WaitStatus::Exited(_, status) => (format!("with status {status}"), status as u8),
        WaitStatus::Signaled(_, signal, _) => (format!("by {signal}"), 128 + signal as u8),
        other => return Err(io::Error::other(format!("{other:?}"))),
    };
    say(&format!("job ended {how}"));
    Ok(ExitCode::from(status))
}

/// Starts a job.
fn start(command: &[CString]) -> nix::Result<Pid> {
    // SAFETY: this program has a single thread, so its child may do whatever it could do.
    match unsafe { fork() }? {
        ForkResult::Parent { child } => Ok(child),
        ForkResult::Child => {
            // TODO: a new program begins with much that is new. What does it keep?
            let _ = execvp(&command[0], command);
            // SAFETY: _exit never returns and touches no memory of this process.
            unsafe { libc::_exit(127) }
        }
    }
}

/// Says it to whoever listens.
fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}
