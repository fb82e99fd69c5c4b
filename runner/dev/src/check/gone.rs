//! A broker that goes away in the middle. Whatever a check sees after that, it must not hold it
//! against the program.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use anyhow::{Context, Result, bail};
use faultlings::engine::{Judged, Workbench};
use harness::broker::{Aside, Broker, Ready};
use harness::check::Case;
use harness::process::with_descendants;
use harness::proxy::Proxy;
use harness::until::{secs, until};

/// Whether this broker can be taken away from one check alone. Kafka's clients go where it sends
/// them, past any proxy that it does not know of.
pub(super) fn can_be_taken(ready: &Ready) -> bool {
    ready.broker != Broker::Kafka || ready.aside.is_some()
}

/// Judges a program, and takes its broker away once it has reached it.
pub(super) fn judge(bench: &Workbench, program: &Path) -> Result<Judged> {
    let ready = match bench.brokers() {
        Ok(ready) => ready,
        Err(unknown) => bail!("{}; type `{}`", unknown.reason, unknown.next),
    };
    let case = Case::new(program, 1).context("cannot make a temporary folder")?;
    let mut proxies = Vec::new();
    let mut behind = ready;
    for one in &mut behind {
        let proxy = match one.aside.take() {
            Some(Aside { listens, sends_to }) => case.proxy_at(&sends_to, &listens),
            None => case.proxy(&one.address),
        };
        let proxy = proxy.context("cannot stand between a check and its broker")?;
        one.address = proxy.address();
        proxies.push(proxy);
    }
    let is_over = AtomicBool::new(false);
    Ok(thread::scope(|scope| {
        scope.spawn(|| take_away(&proxies, program, &is_over));
        let judged = bench.judge_with(program, &behind);
        is_over.store(true, Ordering::Relaxed);
        judged
    }))
}

/// Waits until the program runs and one more connection is open than before it.
fn take_away(proxies: &[Proxy], program: &Path, is_over: &AtomicBool) {
    let open = || proxies.iter().map(Proxy::open).sum::<usize>();
    let (mut before, mut has_begun) = (0, false);
    until(secs(30), || {
        let now = open();
        has_begun = has_begun || runs(program);
        if !has_begun {
            before = now;
        }
        (now > before || is_over.load(Ordering::Relaxed)).then_some(())
    });
    for proxy in proxies {
        proxy.refuses();
        proxy.cuts();
    }
}

/// Whether a process of ours executes this file.
fn runs(program: &Path) -> bool {
    let processes = with_descendants(std::process::id().cast_signed());
    let executes = |pid| fs::read_link(format!("/proc/{pid}/exe")).is_ok_and(|exe| exe == program);
    processes.into_iter().any(executes)
}
