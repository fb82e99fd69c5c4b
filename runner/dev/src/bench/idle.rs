//! What a watch takes while nothing happens.

use std::time::Duration;

use anyhow::{Context, Result};
use harness::process::{children, resident, status, threads};
use harness::until::{secs, until};

use super::screen::Screen;

/// How long it is looked at.
const TIME: Duration = Duration::from_secs(10);
/// Everything that later chapters need is built until then, on a slow machine too.
const BUILT_AHEAD: Duration = Duration::from_secs(30 * 60);
/// A gap between two things that it does is shorter than this.
const QUIET: Duration = Duration::from_millis(300);

/// An idle watch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Idle {
    /// Bytes in memory.
    pub(super) resident: u64,
    /// How often a thread of it ran.
    pub(super) wake_ups: u64,
}

/// Looks at a watch that has nothing to do.
pub(super) fn look(screen: &Screen) -> Result<Idle> {
    let before = switches(screen.pid());
    screen.rest(TIME);
    let wake_ups = switches(screen.pid()) - before;
    let resident = resident(screen.pid()).context("it cannot be asked for its memory here")?;
    Ok(Idle { resident, wake_ups })
}

/// Waits until it builds and judges nothing.
pub(super) fn wait(screen: &Screen) -> Result<()> {
    // The program that keeps brokers is a child as long as the watch lives.
    let keeps_brokers = |pid| status(pid).is_some_and(|status| status.name == "brokers");
    let quiet = || children(screen.pid()).into_iter().all(keeps_brokers);
    until(BUILT_AHEAD, || {
        let was = quiet();
        screen.rest(if was { QUIET } else { secs(1) / 20 });
        (was && quiet()).then_some(())
    })
    .context("what later chapters need is not built after half an hour")
}

fn switches(pid: i32) -> u64 {
    threads(pid).iter().map(|thread| thread.status.switches).sum()
}
