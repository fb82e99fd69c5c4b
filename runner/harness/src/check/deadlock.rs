//! Proof of deadlock.
//!
//! A time-out says "too slow"; this says "never". Two looks at every thread of the tree, 20 ms
//! apart: each sleeps in a call that has no timer, no signal waits for it, and none has run in
//! between (its count of context switches stands still). Then only somebody outside the tree could
//! wake one of them, and that is us, who will not. A thread that is merely slow is in state R, so
//! load on the machine cannot fake it.
//!
//! It does not hold while we keep something from the program (its open input, a held pipe, the gate
//! of the ledger), nor where a thread sleeps with a timer: then the wait's own deadline decides.

use std::fmt;

use crate::process::{self, Thread};

/// Every thread of a tree, all asleep without a timer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sleepers(Vec<(i32, Thread)>);

impl Sleepers {
    /// `None` as soon as one of them runs, may wake by itself, or cannot be looked into.
    pub(super) fn look(pids: &[i32]) -> Option<Self> {
        let mut sleepers = Vec::new();
        for &pid in pids {
            let threads = process::threads(pid);
            if threads.is_empty() || process::status(pid).is_some_and(|status| status.is_zombie()) {
                continue; // Dead: it will wake nobody.
            }
            if !threads.iter().all(Thread::sleeps_without_timer) {
                return None;
            }
            sleepers.extend(threads.into_iter().map(|thread| (pid, thread)));
        }
        (!sleepers.is_empty()).then_some(Self(sleepers))
    }
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
