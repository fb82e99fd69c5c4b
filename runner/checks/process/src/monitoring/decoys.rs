//! Processes of a known kind, for programs to look at.

use harness::check::{Program, Running, Stop};
use harness::until::{ms, secs, until};

/// Starts a decoy that stays until the check ends it.
pub(super) fn start(decoy: Program) -> Result<Running, Stop> {
    // glibc reserves 64 MiB of address space for each thread that allocates, and that is bounded.
    let decoy = decoy.env("MALLOC_ARENA_MAX", "1");
    decoy.args(["--say", "ready", "--linger", "60"]).start()
}

/// Waits until all that a decoy was told is in force. One that does not come so far says something
/// of the machine, never of the learner's program.
pub(super) fn is_ready(decoy: &Running) -> Result<(), Stop> {
    decoy.prints("ready", secs(10)).map_err(|_| {
        let how = decoy.ended().map_or("did not get ready".to_owned(), |ended| ended.to_string());
        let reason = format!(
            "a helper process {how}; it needs some memory, and to be allowed to start processes"
        );
        Stop::unknown(reason, "free some memory, and run it again")
    })
}

/// Waits until a decoy has nothing left to do.
pub(super) fn comes_to_rest(decoy: &Running) -> Result<(), Stop> {
    decoy.sleeps_or_ends(secs(10)).map(drop).map_err(|_| {
        Stop::unknown("a helper process does not come to rest", "close what keeps the machine busy")
    })
}

/// Looks at a number of the kernel's until it says the same twice: pages are counted a moment after
/// they are touched.
pub(super) fn settled<T: PartialEq>(mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let mut before = look();
    until(ms(500), || {
        let now = look();
        let same = now.is_some() && now == before;
        before = now;
        same.then_some(())
    });
    before
}
