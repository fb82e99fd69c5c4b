//! The jobs that could not be stopped: solved
//!
//! execve(2) gives a process another memory and another program. Handlers go, as the functions are no
//! more; what is ignored stays ignored, and what is blocked stays blocked. fork keeps both as well.
//! So the job began its life with SIGTERM blocked, since the launcher had just blocked it for itself,
//! and with SIGPIPE ignored, since Rust had done that. Neither had anything to do with the job.
//!
//! What you have changed for yourself you put back before you exec, and what you were given you hand
//! on.

use std::env;
use std::ffi::CString;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::process::ExitCode;

use nix::errno::Errno;
use nix::sys::signal::{SigHandler, SigSet, SigmaskHow, Signal, signal};
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
    // nobody knows of. `before` is the mask as it was: ours to put back, and the job's to begin with.
    // To unblock before the fork would take the care away again.
    let before = SigSet::from(Signal::SIGTERM).thread_swap_mask(SigmaskHow::SIG_BLOCK)?;
    let job = start(&command, &before)?;
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

/// Starts a job with this mask.
fn start(command: &[CString], mask: &SigSet) -> nix::Result<Pid> {
    // SAFETY: this program has a single thread, so its child may do whatever it could do.
    match unsafe { fork() }? {
        ForkResult::Parent { child } => Ok(child),
        ForkResult::Child => {
            // In the child, for the parent needs it otherwise: with SIGPIPE at its default the launcher
            // would die of its own courtesy as soon as nobody listens.
            //
            // Only what this program has changed. To reset everything, as some daemons do, is wrong
            // for a launcher: under nohup(1) SIGHUP is ignored, and the job is meant to inherit that.
            //
            // The handlers first, the mask after that: between the two a signal that was waiting could
            // run a handler of the parent's in the child. This program has none; keep the order.
            //
            // SAFETY: the default is no function of ours.
            let reset = unsafe { signal(Signal::SIGPIPE, SigHandler::SigDfl) };
            let Err(errno) = reset
                .and(mask.thread_set_mask())
                .and_then(|()| execvp(&command[0], command).map(|never| match never {}));
            // SAFETY: _exit never returns and touches no memory of this process.
            unsafe { libc::_exit(if errno == Errno::ENOENT { 127 } else { 126 }) }
        }
    }
    // `std::process::Command` puts SIGPIPE to its default in the child, and leaves the mask as it is:
    // of the two faults it has one. There, too, the mask has to be put back, in `pre_exec`, or by
    // blocking nothing while it is called.
    //
    // signal(7) under "Signal mask and pending signals", execve(2) under "Effect on process
    // attributes"; std::os::unix::process::CommandExt::pre_exec
}

/// Says it to whoever listens.
fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}
