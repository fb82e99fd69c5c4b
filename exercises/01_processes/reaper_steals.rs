//! The job that was tried again for ever
//!
//! In a container the first process has two duties. It runs the job, and hands on how that ended,
//! for the cluster tries a failed job again. And it adopts what the job leaves behind, and reaps it,
//! or zombies would gather. This program was the first process of 400 containers. It reaped well.
//! But every job failed, the cluster tried it again, and it failed again, all night. The jobs
//! themselves had reported success each time; 11,000 mails of thanks were sent to each customer.
//!
//! What it should print, with a line for each orphan when it has ended, and at last how the job
//! ended; its own status is the job's, or 128 and the signal that ended the job:
//!
//! ```text
//! job 4712 started: (sleep 1 &); sleep 2; exit 3
//! orphan 4714 ended with status 0
//! job ended with status 3
//! ```
//!
//! By hand (the script above is the default):
//!
//! ```text
//! cargo run -q -p processes --bin reaper_steals -- '(sleep 1 &); sleep 2; exit 3'; echo "status $?"
//! ```
//!
//! Whoever asked to adopt orphans (PR_SET_CHILD_SUBREAPER in prctl(2)) is given them by the kernel
//! as if it were process 1. That call is there on Linux alone.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitCode};
use std::{env, io};

use nix::errno::Errno;
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use signal_hook::consts::SIGCHLD;
use signal_hook::iterator::Signals;

fn main() -> io::Result<ExitCode> {
    let script = env::args().nth(1);
    let script = script.unwrap_or_else(|| "(sleep 1 &); sleep 2; exit 3".to_string());
    let mut signals = Signals::new([SIGCHLD])?;
    #[cfg(target_os = "linux")]
    nix::sys::prctl::set_child_subreaper(true)?;

    let mut job = Command::new("sh").arg("-c").arg(&script).spawn()?;
    let pid = Pid::from_raw(job.id() as i32);
    println!("job {pid} started: {script}");

    for _ in &mut signals {
        // TODO: two ask for children that have ended. Who is told of the job?
        reap_orphans()?;
        if let Some(ended) = job.try_wait()? {
            let (how, status) = in_words(WaitStatus::from_raw(pid, ended.into_raw())?);
            println!("job {how}");
            return Ok(ExitCode::from(status));
        }
    }
    Ok(ExitCode::FAILURE)
}

/// Takes those that have ended, one after the other, until all that are left are alive.
fn reap_orphans() -> io::Result<()> {
    loop {
        match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
            Ok(WaitStatus::StillAlive) | Err(Errno::ECHILD) => return Ok(()),
            Ok(ended) => {
                let orphan = ended.pid().unwrap_or(Pid::from_raw(0));
                println!("orphan {orphan} {}", in_words(ended).0);
            }
            Err(errno) => return Err(errno.into()),
        }
    }
}

/// How a process ended, and the status that a shell would make of it.
fn in_words(ended: WaitStatus) -> (String, u8) {
    match ended {
        WaitStatus::Exited(_, status) => (format!("ended with status {status}"), status as u8),
        WaitStatus::Signaled(_, signal, _) => {
            (format!("ended by signal {}", signal as i32), 128 + signal as u8)
        }
        other => (format!("{other:?}"), u8::MAX),
    }
}
