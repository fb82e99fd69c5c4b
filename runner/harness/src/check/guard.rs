//! A bound on what a program may start.

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
pub(super) fn bound_the_tree(story: Arc<Story>) {
    thread::spawn(move || {
        loop {
            pause(ms(20));
            let count = process::with_descendants(std::process::id().cast_signed()).len() - 1;
            if count > MOST {
                story.overran(count);
                sweep::kill_everything();
            }
        }
    });
}
