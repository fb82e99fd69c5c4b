//! Proof of deadlock.
//!
//! A time-out says "too slow"; this says "never". Two looks at every thread of the tree, 20 ms
//! apart: each sleeps in a call that has no timer, no signal waits for it, and none has run in
//! between (its count of context switches stands still). Then only somebody outside the tree could
//! wake one of them, and that is us, who will not. A thread that is merely slow is in state R, so
//! load on the machine cannot fake it.
//!
//! It does not hold while we keep something from the program (its open input, a held pipe, the gate
//! of the ledger), nor while a thread of ours has yet to read or answer what the program wrote, nor
//! where something else can wake it: a timer, a file that it watches, a peer on the network. Then
//! the wait's own deadline decides.

use std::fmt;
use std::fs;

use crate::process::{self, Status, Thread};

/// Every thread of a tree, all asleep without a timer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sleepers(Vec<(i32, Thread)>);

impl Sleepers {
    /// `None` as soon as one of them runs, may be woken, or cannot be looked into.
    ///
    /// That we are at rest is asked before the look. Of two looks that see the same, the second then
    /// knows that all which was written before the first had been taken by the time of the second.
    pub(super) fn look(pids: &[i32]) -> Option<Self> {
        if !we_are_at_rest() {
            return None;
        }
        let mut sleepers = Vec::new();
        for &pid in pids {
            let threads = process::threads(pid);
            let status = process::status(pid);
            if threads.is_empty() || status.as_ref().is_some_and(Status::is_zombie) {
                continue; // Dead: it will wake nobody.
            }
            if !threads.iter().all(Thread::sleeps_without_timer)
                || status.is_none_or(|it| has_alarm(&it))
            {
                return None;
            }
            if process::open_files(pid).iter().any(|file| wakes(pid, &file.target)) {
                return None;
            }
            sleepers.extend(threads.into_iter().map(|thread| (pid, thread)));
        }
        (!sleepers.is_empty()).then_some(Self(sleepers))
    }
}

/// Whether every thread of this process but the one that looks is asleep. The kernel makes a thread
/// runnable in the moment in which there is something for it to read, however long it has to wait
/// for a processor then. So at rest means: all that the program wrote was taken, and answered.
pub(super) fn we_are_at_rest() -> bool {
    let me = nix::unistd::gettid().as_raw();
    let others = process::threads(std::process::id().cast_signed()).into_iter();
    others.filter(|thread| thread.tid != me).all(|thread| thread.status.state == 'S')
}

/// setitimer(2) leaves no trace that another process could see, but whoever counts on it has a
/// handler.
fn has_alarm(status: &Status) -> bool {
    [libc::SIGALRM, libc::SIGVTALRM, libc::SIGPROF, libc::SIGIO]
        .iter()
        .any(|&signal| status.is_caught(signal))
}

/// Whether an open file of the process may become ready by itself or by somebody outside.
fn wakes(pid: i32, target: &str) -> bool {
    match target.strip_prefix("socket:[").and_then(|rest| rest.strip_suffix(']')) {
        Some(inode) => is_on_the_network(pid, inode),
        None => {
            ["timerfd", "inotify", "io_uring", "fanotify"].iter().any(|kind| target.contains(kind))
        }
    }
}

/// Unix sockets do not leave the machine, and in a program under a check they do not leave its tree
/// or us. They are listed in `/proc/net/unix`, the inode in the seventh column. What is not there is
/// of another family; the tables of those are not read, as the kernel takes 20 ms to walk through
/// that of TCP, and signal-hook has two sockets in each program.
fn is_on_the_network(pid: i32, inode: &str) -> bool {
    let table = fs::read_to_string(format!("/proc/{pid}/net/unix")).unwrap_or_default();
    !table.lines().any(|line| line.split_ascii_whitespace().nth(6) == Some(inode))
}

/// `pid 4711 in wait4(4712), pid 4712 in write(1)`, the main thread of each process.
impl fmt::Display for Sleepers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mains = self.0.iter().filter(|(pid, thread)| *pid == thread.tid);
        for (index, (pid, thread)) in mains.enumerate() {
            let call = thread.call.as_ref().map_or("a call".to_owned(), process::Call::describe);
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}pid {pid} sleeps in {call}")?;
        }
        Ok(())
    }
}
