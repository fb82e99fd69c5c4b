//! The part of init that a check plays for the programs that it runs.

use std::thread;

use crate::supervise::sweep;
use crate::until::{ms, pause};

/// Reaps orphans that have come to us and are dead, as a proper init does, for as long as this
/// process lives. A program may well look for what is left of a process group: to kill(2) a zombie
/// is a member, and one that nobody reaps stays one.
pub(super) fn reap_orphans() {
    thread::spawn(|| {
        loop {
            pause(ms(10));
            // Looking for the living ones reaps the others.
            let _ = sweep::living_orphans();
        }
    });
}
