//! A bound on what a program may start.

use std::fs;
use std::sync::Arc;
use std::thread;

use super::story::Story;
use crate::process;
use crate::supervise::sweep;
use crate::until::{ms, pause};

/// No exercise needs more. `RLIMIT_NPROC` cannot be the bound: it counts all of a user's processes
/// and none of root's.
const MOST: usize = 200;

/// Counts what runs below this process, for as long as it lives, and ends it all when it is too
/// much. The waits then find the program over and say so.
///
/// A program that forks as fast as it can makes some thirty a millisecond, and each of them takes
/// its share of the processors. So the machine's own count is looked at first, which is one short
/// file (`/proc/loadavg`, the number behind the slash), often, and ahead of everybody if we may.
pub(super) fn bound_the_tree(story: Arc<Story>) {
    thread::spawn(move || {
        run_ahead_of_everybody();
        let usual = threads_on_the_machine().unwrap_or(0);
        loop {
            pause(ms(2));
            if threads_on_the_machine().is_some_and(|now| now < usual + MOST) {
                continue;
            }
            if process::has_more_descendants_than(MOST, std::process::id().cast_signed()) {
                story.overran(MOST);
                sweep::kill_everything();
            }
        }
    });
}

/// All threads there are. `None` where there is no such file; then the tree is counted each time.
fn threads_on_the_machine() -> Option<usize> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    text.split_ascii_whitespace().nth(3)?.split_once('/')?.1.parse().ok()
}

/// Root may; for others the scheduler's own favour to those who sleep most has to do.
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "sched_setscheduler(2), which nix does not have")]
fn run_ahead_of_everybody() {
    let lowest = libc::sched_param { sched_priority: 1 };
    // SAFETY: 0 is this thread, and the parameter outlives the call.
    unsafe { libc::sched_setscheduler(0, libc::SCHED_FIFO, &raw const lowest) };
}

#[cfg(not(target_os = "linux"))]
fn run_ahead_of_everybody() {}
