//! Finding and ending what a program left behind.
//!
//! A process that calls `prctl(PR_SET_CHILD_SUBREAPER)` becomes the parent of every orphan below it
//! (prctl(2)). So after a program's end, a child of ours that we did not spawn is something that
//! the program started and left: also one that forked twice, made a session of its own and closed
//! its descriptors, which neither its process group nor an open pipe gives away.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::process::{Child, Command};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill, killpg};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{Pid, getpgid, getpgrp};

#[cfg(target_os = "linux")]
use super::leader::Leader;
use super::view::Ended;
use crate::process;
use crate::until::pause;

/// Children that this process spawned. Whoever else is a child of ours was adopted. Held locked
/// over a spawn, or a sweep in another thread would take the newborn for an orphan.
static OURS: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());

/// Looks at orphans that follow each other without a pause.
const CHASE: usize = 5000;

/// Makes this process the one that orphans below it are given to.
///
/// # Errors
/// `Unsupported` where the system has no such thing; there, leaks are found by open pipes alone.
pub fn adopt_orphans() -> io::Result<()> {
    #[cfg(target_os = "linux")]
    return nix::sys::prctl::set_child_subreaper(true).map_err(Into::into);
    #[cfg(not(target_os = "linux"))]
    Err(io::ErrorKind::Unsupported.into())
}

pub(super) fn spawn(command: &mut Command) -> io::Result<Child> {
    let mut ours = OURS.lock().unwrap_or_else(PoisonError::into_inner);
    let child = command.spawn()?;
    ours.insert(child.id().cast_signed());
    Ok(child)
}

/// Starts a leader and the program that it clones for us. Both process ids.
#[cfg(target_os = "linux")]
pub(super) fn spawn_led(command: &mut Command, leader: Leader) -> io::Result<(i32, i32)> {
    let mut ours = OURS.lock().unwrap_or_else(PoisonError::into_inner);
    let child = command.spawn();
    let program = leader.program();
    match (child, program) {
        (Ok(child), Some(program)) => {
            let leader = child.id().cast_signed();
            ours.extend([leader, program]);
            Ok((leader, program))
        }
        (Err(error), program) => {
            // What could not be executed is dead, and a child of ours.
            let _ = program.map(|pid| waitpid(Pid::from_raw(pid), None));
            Err(error)
        }
        (Ok(_), None) => Err(io::ErrorKind::BrokenPipe.into()),
    }
}

/// Orphans that came to us, dead or alive.
#[must_use]
pub fn orphans() -> Vec<i32> {
    let ours = OURS.lock().unwrap_or_else(PoisonError::into_inner);
    process::children(std::process::id().cast_signed())
        .into_iter()
        .filter(|pid| !ours.contains(pid))
        .collect()
}

/// Orphans that still run. Those that are dead already are reaped on the way: a killed parent
/// leaves some, and they are nobody's fault.
#[must_use]
pub fn living_orphans() -> Vec<i32> {
    orphans().into_iter().filter(|&pid| !reap_if_dead(pid)).collect()
}

/// Ends every orphan and what is below it, and looks again, since killing a process hands its
/// children to us. Gives up after `within`.
pub fn end_orphans(within: Duration) {
    let deadline = Instant::now() + within;
    loop {
        chase();
        let orphans = living_orphans();
        if orphans.is_empty() || Instant::now() > deadline {
            return;
        }
        for &orphan in &orphans {
            end_with_descendants(orphan);
        }
        pause(Duration::from_millis(1));
    }
}

/// Kills orphans as fast as they come to us. A process that forks, leaves its session and exits at
/// once, and whose child does the same, is gone before its descendants could be looked for, and its
/// successor with it; but each of them has to be handed to us before it can fork, and a fork does not
/// begin while SIGKILL is pending. So there is nothing between a look and its kill: one read of the
/// list of our main thread's children, who is given the orphans (`find_new_reaper` in the kernel).
fn chase() {
    let us = std::process::id();
    let Ok(list) = File::open(format!("/proc/self/task/{us}/children")) else { return };
    let mut text = vec![0; 256 << 10];
    for _ in 0..CHASE {
        let ours = OURS.lock().unwrap_or_else(PoisonError::into_inner);
        let Ok(count) = list.read_at(&mut text, 0) else { return };
        let pids = text[..count].split(u8::is_ascii_whitespace);
        let pids = pids.filter_map(|pid| str::from_utf8(pid).ok()?.parse::<i32>().ok());
        let orphans: Vec<i32> = pids.filter(|pid| !ours.contains(pid)).collect();
        for &orphan in orphans.iter().rev() {
            let _ = kill(Pid::from_raw(orphan), Signal::SIGKILL);
        }
        drop(ours);
        let left = orphans.into_iter().filter(|&orphan| !reap_if_dead(orphan)).count();
        if left == 0 {
            return;
        }
    }
}

/// Stops all, then kills all: a stopped process cannot fork while we look for the next one.
fn end_with_descendants(root: i32) {
    let below = process::with_descendants(root);
    for signal in [Signal::SIGSTOP, Signal::SIGKILL] {
        for &pid in &below {
            // A group is signalled in one go, so that a fork in flight cannot slip through. Ours
            // is spared, and 0 and 1 would mean "my group" and "everybody".
            match getpgid(Some(Pid::from_raw(pid))) {
                Ok(group) if group != getpgrp() && group.as_raw() > 1 => {
                    let _ = killpg(group, signal);
                }
                _ => {}
            }
            let _ = kill(Pid::from_raw(pid), signal);
        }
    }
}

fn reap_if_dead(pid: i32) -> bool {
    match waitpid(Pid::from_raw(pid), Some(WaitPidFlag::WNOHANG)) {
        Ok(WaitStatus::StillAlive) => false,
        Ok(_) | Err(Errno::ECHILD) => true,
        Err(_) => false,
    }
}

/// Reaps a child that we spawned. Only now may its process id be given to somebody else.
pub(super) fn reap_own(pid: i32) {
    let mut ours = OURS.lock().unwrap_or_else(PoisonError::into_inner);
    if reap_if_dead(pid) {
        ours.remove(&pid);
    }
}

/// Kills every program that this process started and all they started, from whichever thread. The
/// owners still see them end and reap them.
pub fn kill_everything() {
    let ours = OURS.lock().unwrap_or_else(PoisonError::into_inner);
    for signal in [Signal::SIGSTOP, Signal::SIGKILL] {
        for &pid in ours.iter() {
            // Not reaped while the lock is held, so the number is still theirs.
            let _ = killpg(Pid::from_raw(pid), signal);
        }
    }
    drop(ours);
    end_orphans(Duration::from_secs(2));
}

/// Waits for the end of a child and leaves it as a zombie, so that its process id stays its own
/// until the group is swept. Waits for this child alone: `waitpid(-1, ..)` would take the status
/// of somebody else's, which exercise `reaper_steals` is about.
#[expect(unsafe_code, reason = "waitid(2) with WNOWAIT; nix has it on Linux alone")]
pub(super) fn wait_without_reaping(pid: i32) -> Ended {
    loop {
        // SAFETY: all zeroes is a valid siginfo_t, and it outlives the call.
        let (done, info) = unsafe {
            let mut info: libc::siginfo_t = std::mem::zeroed();
            let flags = libc::WEXITED | libc::WNOWAIT;
            (libc::waitid(libc::P_PID, pid.cast_unsigned(), &raw mut info, flags), info)
        };
        if done == 0 {
            // SAFETY: waitid fills these fields for a child that changed state.
            let status = unsafe { info.si_status() };
            return match info.si_code {
                libc::CLD_EXITED => Ended::Exited(status),
                _ => Ended::Killed(status),
            };
        }
        if Errno::last() != Errno::EINTR {
            // ECHILD: somebody reaped it behind our back. Nothing is known but that it is over.
            return Ended::Killed(0);
        }
    }
}
