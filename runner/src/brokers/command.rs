//! `brokers up`, `brokers down`, and the process between them.
//!
//! ```text
//! up ──► keeper, in a session of its own ──► the program that starts brokers ──► servers
//! down ──► SIGTERM to the keeper, which ends the rest
//! ```

use std::io;
use std::path::Path;
use std::sync::mpsc::channel;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use harness::broker::{Broker, Missing, Step, Told};
use harness::report::Unknown;
use harness::supervise::{Launch, Sink, leave, output, warden};
use harness::until::until;
use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::{Brokers, kept};
use crate::commands::Page;
use crate::course::Course;
use crate::engine::cargo;
use crate::progress::Claim;

/// A first build of the program that starts brokers, on a slow machine.
const BUILD: Duration = Duration::from_secs(30 * 60);
/// A first pull of three images over a slow network; each step is told meanwhile.
const START: Duration = Duration::from_secs(30 * 60);
/// RabbitMQ takes a few seconds to stop.
const STOP: Duration = Duration::from_secs(20);

/// Starts brokers that stay until [`down`]: those of these names, or all that the course needs. The
/// exit status is 0 if all can be used, 1 if not.
///
/// # Errors
/// A name is no broker's; the program that starts brokers does not build.
pub fn up(course: &Course, names: &[&str], page: &mut Page) -> Result<u8> {
    let brokers = chosen(course, names)?;
    if let Some(pid) = kept::keeper(&course.root) {
        page.prose(&format!(
            "brokers run already, kept by pid {pid}; `cargo run -- brokers down` ends them"
        ))?;
        return Ok(0);
    }
    build(&course.root)?;
    let keeper = Launch::new(warden::this_executable())
        .args(["brokers", "keep"])
        .args(brokers.iter().map(|broker| broker.id()))
        .current_dir(&course.root);
    let folder = kept::folder(&course.root);
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make {}", folder.display()))?;
    let log = folder.join("log");
    leave(&keeper, &log).context("cannot start the process that keeps brokers")?;
    follow(&log, brokers.len(), page)
}

/// Tells what the keeper says, until it has said of each broker whether it can be used.
fn follow(log: &Path, brokers: usize, page: &mut Page) -> Result<u8> {
    let (mut read, mut settled, mut missing) = (0, 0, 0);
    let over = until(START, || {
        let text = std::fs::read_to_string(log).unwrap_or_default();
        let fresh: Vec<_> = text.lines().skip(read).collect();
        read += fresh.len();
        for line in fresh {
            let said = match serde_json::from_str(line) {
                Ok(Told::Step(step)) => step.words,
                Ok(Told::Ready(ready)) => {
                    settled += 1;
                    ready.describe()
                }
                Ok(Told::Missing(it)) => {
                    (settled, missing) = (settled + 1, missing + 1);
                    format!("no {}: {}; `{}`", it.broker, it.reason, it.next)
                }
                Ok(Told::Place(_) | Told::Leftover(_)) => continue,
                Err(_) => return Some(Err(anyhow::anyhow!("{line}"))),
            };
            if let Err(error) = page.prose(&said) {
                return Some(Err(error.into()));
            }
        }
        (settled == brokers).then_some(Ok(()))
    });
    over.unwrap_or_else(|| bail!("the brokers did not answer; `cargo run -- brokers status`"))?;
    if missing == 0 {
        page.prose("they stay until `cargo run -- brokers down`")?;
    }
    Ok(u8::from(missing > 0))
}

/// Ends what `up` started, and returns when it has ended.
///
/// # Errors
/// It does not end.
pub fn down(course: &Course, page: &mut Page) -> Result<u8> {
    let Some(keeper) = kept::keeper(&course.root) else {
        page.prose("no brokers are kept running; `cargo run -- brokers up` starts them")?;
        return Ok(0);
    };
    let pid = Pid::from_raw(keeper.cast_signed());
    match kill(pid, Signal::SIGTERM) {
        Ok(()) | Err(Errno::ESRCH) => {}
        Err(error) => bail!(
            "pid {keeper} keeps the brokers and cannot be told to stop: {error}; `kill {keeper}` as its user"
        ),
    }
    until(STOP, || kept::keeper(&course.root).is_none().then_some(())).with_context(|| {
        format!("pid {keeper} keeps the brokers and does not end; `kill -9 {keeper}`")
    })?;
    page.prose("the brokers have ended")?;
    Ok(0)
}

/// The process between `up` and `down`: keeps brokers until it is told to stop.
///
/// # Errors
/// Somebody else keeps brokers already, or the disk does not take it.
pub fn keep(course: &Course, names: &[&str], page: &mut Page) -> Result<u8> {
    let brokers = chosen(course, names)?;
    let _lock = match kept::claim_keeping(&course.root)? {
        Claim::Ours(lock) => lock,
        Claim::Theirs(_) => bail!("somebody else keeps brokers; `cargo run -- brokers down`"),
        Claim::Impossible(error) => return Err(error).context("cannot lock .faultlings/brokers"),
    };
    let mut signals =
        Signals::new([SIGTERM, SIGINT, SIGHUP]).context("cannot listen to signals")?;
    let (stopped, stop) = channel();
    std::thread::spawn(move || signals.forever().next().map(|_| stopped.send(())));

    let serving = Brokers::alone(&course.root);
    serving.want(&brokers);
    let mut ready = Vec::new();
    for broker in brokers {
        let is_over = || stop.try_recv().is_ok();
        let step = |words| drop(say(page, &Told::Step(Step { broker: Some(broker), words })));
        let told = match serving.wait(&[broker], is_over, step) {
            None => return Ok(0),
            Some(Ok(ones)) => {
                ready.extend(ones.clone());
                ones.into_iter().map(Told::Ready).collect()
            }
            Some(Err(Unknown { reason, next })) => {
                vec![Told::Missing(Missing { broker, reason, next })]
            }
        };
        told.iter().try_for_each(|told| say(page, told))?;
    }
    kept::keep(&course.root, &ready)?;
    // Until a signal comes; the sender is dropped with its thread.
    let _ = stop.recv();
    kept::keep_nothing(&course.root);
    Ok(0)
}

fn say(page: &mut Page, told: &Told) -> io::Result<()> {
    let mut line = serde_json::to_vec(told)?;
    line.push(b'\n');
    page.raw(&line)
}

fn chosen(course: &Course, names: &[&str]) -> Result<Vec<Broker>> {
    if names.is_empty() {
        return Ok(course.brokers(course.ids()));
    }
    let each = names.iter().map(|name| {
        Broker::of_id(name).with_context(|| {
            format!("no broker is called {name:?}; `cargo run -- brokers up kafka rabbitmq nats`")
        })
    });
    each.collect()
}

/// Builds the program that starts brokers; cargo tells its progress on our standard error.
pub(super) fn build(root: &Path) -> Result<()> {
    let launch = cargo(root).args(["build", "-p", "brokers"]).stderr(Sink::Inherited);
    let built = output(launch, BUILD).context("cannot start cargo; `cargo run -- doctor`")?;
    if !built.success() {
        bail!(
            "the program that starts brokers does not build; `cargo build -p brokers` tells more"
        );
    }
    Ok(())
}
