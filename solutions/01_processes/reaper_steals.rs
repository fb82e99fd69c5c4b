//! The job that was tried again for ever: solved
//!
//! A status can be had once. waitpid(-1) takes whoever has ended, and the job is one of those: its
//! status went into the line of an "orphan", and `Child` asked for a process that was no more (ECHILD,
//! "No child processes"). Two owners of one set of children cannot work. Now one place asks, for all
//! of them, and looks at whom it has been given.

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

    // Of the `Child` only the number is kept, so that nobody is tempted to wait for it.
    let job = Command::new("sh").arg("-c").arg(&script).spawn()?;
    let job = Pid::from_raw(job.id() as i32);
    println!("job {job} started: {script}");

    for _ in &mut signals {
        while let Some(ended) = next_ended()? {
            let (how, status) = in_words(ended);
            if ended.pid() == Some(job) {
                println!("job {how}");
                return Ok(ExitCode::from(status));
            }
            println!("orphan {} {how}", ended.pid().unwrap_or(Pid::from_raw(0)));
        }
    }
    Ok(ExitCode::FAILURE)
}

/// The only place in this program that waits, for any child, and without sleeping.
///
/// To ask for the job first and to reap afterwards is not enough: the job may end in between, when it
/// has just been asked for, and then it is reaped as before. It happens once in a thousand runs, on
/// the busiest machine. To take ECHILD for "has ended well" invents a status. And to wait for the job
/// alone leaves the orphans, who are why waitpid(-1) is here at all.
///
/// Where others in the program own a `Child` (a library that calls `Command::output`, tokio), look
/// before you take: waitid(2) with WNOWAIT tells who has ended and leaves it where it is. Then wait
/// by number for those that are yours. Or have the orphans reaped elsewhere, by a parent that does
/// nothing else: that is what `docker run --init` and tini do.
///
/// wait(2), prctl(2) under PR_SET_CHILD_SUBREAPER; std::process::Child::try_wait
fn next_ended() -> io::Result<Option<WaitStatus>> {
    match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
        Ok(WaitStatus::StillAlive) | Err(Errno::ECHILD) => Ok(None),
        ended => Ok(Some(ended?)),
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
