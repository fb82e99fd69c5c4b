use harness::check::{Case, CheckResult, Running, Stop};
use harness::process::Set;
use harness::supervise::Ended;
use harness::until::secs;
use harness::world::{ActState, World};
use nix::sys::signal::Signal;

use super::fate::{Fate, send};

const EXPECTED: &str = "a worker that is told to stop gives its lease back, and ends by itself";

/// Whenever SIGTERM comes, the lease that the worker took is given back.
pub(crate) fn handler_before_init(case: &mut Case) -> CheckResult {
    case.matters(
        "what a process holds outside of itself (a lease, a lock, a row in a table of leaders) \
         stays held when it dies; every deploy stops some process that is not ready yet",
    );
    let world = case.world()?;
    let [first, second, third] = [1, 2, 3].map(|hundreds| hundreds * 100 + case.number(1..=99));

    case.step("start a worker, and stop it while it loads its first price list");
    is_stopped_inside(case, &world, first, "load", 1)?;
    case.step("start another, and stop it while it takes its lease");
    is_stopped_inside(case, &world, second, "acquire", second)?;

    case.step("start a third, and stop it when it is ready");
    let worker = case.program().arg(third.to_string()).start()?;
    let is_ready = |line: &str| line.starts_with("ready").then_some(());
    worker.prints_like("that it is ready", secs(3), is_ready)?;
    worker.signal(Signal::SIGTERM)?;
    gives_back(case, &world, &worker, third, "when it was ready")?;

    case.passed(
        "stopped while it loaded, while it took its lease, and when it was ready, the worker gave \
         the lease back, said bye and exited with status 0 each time",
    )
}

/// The worker is held in this act while SIGTERM comes, and let go afterwards.
fn is_stopped_inside(
    case: &Case,
    world: &World,
    shard: u64,
    what: &str,
    id: u64,
) -> Result<(), Stop> {
    world.holds(what);
    let worker = case.program().arg(shard.to_string()).start()?;
    worker.reaches(world, what, id, secs(3))?;
    let when = format!("of the worker inside {what}, before SIGTERM came");
    let sets = worker.signals(&when, &[(Signal::SIGTERM, &[Set::Caught])]);
    let fate = send(&worker, Signal::SIGTERM)?;
    let observed = match fate {
        Fate::Ended(ended) => format!(
            "inside {what} {id} it {ended} when SIGTERM came; nobody gave the lease of {shard} back"
        ),
        Fate::Ignored => format!("inside {what} {id} it ignores SIGTERM: nobody will learn of it"),
        Fate::Blocked | Fate::Taken => {
            world.opens(what);
            return gives_back(case, world, &worker, shard, &format!("inside {what} {id}"));
        }
    };
    Err(case.failure(EXPECTED, observed).with(sets))
}

/// SIGTERM has come; nothing holds the worker any more.
fn gives_back(
    case: &Case,
    world: &World,
    worker: &Running,
    shard: u64,
    when: &str,
) -> Result<(), Stop> {
    let ended = worker.answers(EXPECTED, secs(3), Running::ended)?;
    let is_back = world
        .acts()
        .iter()
        .any(|act| act.what == "release" && act.id == shard && act.state == ActState::Done);
    let observed = match ended {
        Some(Ended::Exited(0)) if is_back => {
            worker.exits_with(0, secs(1))?;
            worker.leaves_nothing()?;
            return worker.prints("bye", secs(1));
        }
        Some(Ended::Killed(signal)) if signal == Signal::SIGTERM as i32 => format!(
            "SIGTERM, sent {when}, was kept waiting, and then killed it all the same; nobody gave \
             the lease of {shard} back"
        ),
        Some(ended) if !is_back => {
            format!("stopped {when} it {ended}, and nobody gave the lease of {shard} back")
        }
        Some(ended) => format!("stopped {when} it gave the lease of {shard} back, and {ended}"),
        None => format!("SIGTERM, sent {when}, was forgotten: it serves, and waits for another"),
    };
    let failure = case.failure(EXPECTED, observed);
    Err(failure.with(worker.snapshot("after the stop")))
}
