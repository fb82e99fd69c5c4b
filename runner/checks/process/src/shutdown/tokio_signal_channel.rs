use harness::check::{Case, CheckResult, Reworded, Running, Stop};
use harness::until::secs;
use harness::world::{ActState, World};
use nix::sys::signal::Signal;

use super::acts::{brings, is_begun, is_still_inside, pauses, stops};

/// Orders are heard in a pause, at once; a batch that is under way is never cut off by one.
pub(crate) fn tokio_signal_channel(case: &mut Case) -> CheckResult {
    let world = case.world()?;
    world.holds("send");

    hears_in_a_pause(case, &world)?;
    hears_after_a_batch(case, &world)?;
    goes_on_by_itself(case, &world)?;

    case.passed(
        "each order was heard at once in a pause, and after the batch where one was under way; \
         without orders one batch followed the other, and nothing woke in between",
    )
}

fn hears_in_a_pause(case: &mut Case, world: &World) -> Result<(), Stop> {
    case.step("start it with a pause of ten minutes, and let it send one batch");
    case.matters("a machine that wakes up to look for work has no battery left when work comes");
    let first = case.number(100..=999);
    let program = start(case, world, first, "600000")?;
    world.lets_go("send", first, ActState::Done);
    pauses(case, &program, secs(600))?;

    case.step("send SIGTERM in the pause");
    case.matters("an order that is carried out ten minutes later was given to nobody");
    program.signal(Signal::SIGTERM)?;
    ends_after(case, &program, 1)?;

    case.step("start it again, send SIGUSR1 in the pause, and SIGTERM in the next one");
    let first = case.number(100..=999);
    let program = start(case, world, first, "600000")?;
    world.lets_go("send", first, ActState::Done);
    pauses(case, &program, secs(600))?;
    program.signal(Signal::SIGUSR1)?;
    let expected = "at SIGUSR1 the next batch is sent at once";
    let alone = "SIGTERM was heard in a pause, and SIGUSR1 was not";
    brings(case, &program, expected, || is_begun(world, "send", first + 1)).observing(alone)?;
    world.lets_go("send", first + 1, ActState::Done);
    pauses(case, &program, secs(600))?;
    program.signal(Signal::SIGTERM)?;
    ends_after(case, &program, 2)
}

fn hears_after_a_batch(case: &mut Case, world: &World) -> Result<(), Stop> {
    let is_begun = |batch| is_begun(world, "send", batch);
    case.step("start it again, and send SIGUSR1 in the middle of a batch");
    case.matters("what is cut off between a request and its answer is neither sent nor not sent");
    let whole = "a batch that is under way is sent to its end, whatever signal comes";
    let first = case.number(1000..=9999);
    let program = start(case, world, first, "600000")?;
    program.signal(Signal::SIGUSR1)?;
    is_still_inside(case, &program, whole)?;
    let observed = format!("batch {first} was cut off: the program hung up in the middle of it");
    case.expect(world.is_awaited("send", first), whole, observed)?;
    world.lets_go("send", first, ActState::Done);
    let expected = "a SIGUSR1 that comes in the middle of a batch is heard when it is sent";
    let lost = "it came in the middle of a batch";
    brings(case, &program, expected, || is_begun(first + 1)).observing(lost)?;

    case.step("send SIGUSR1, and then SIGTERM, in the middle of the next batch");
    program.signal(Signal::SIGUSR1)?;
    is_still_inside(case, &program, whole)?;
    program.signal(Signal::SIGTERM)?;
    is_still_inside(case, &program, whole)?;
    world.lets_go("send", first + 1, ActState::Done);
    case.matters("whoever says stop has a reason: what begins after it is cut off by the battery");
    let expected = "a SIGTERM that comes in the middle of a batch is heard when it is sent";
    let heard = stops(case, &program, expected);
    let observed =
        format!("SIGUSR1 and then SIGTERM came during batch {}, and one more was begun", first + 1);
    case.expect(!is_begun(first + 2), "no batch is begun after SIGTERM", observed)?;
    heard?;
    program.exits_with(0, secs(1)).expecting("at SIGTERM it ends with status 0")?;
    program.leaves_nothing()
}

fn goes_on_by_itself(case: &mut Case, world: &World) -> Result<(), Stop> {
    case.step("start it with a pause of 20 ms, and let it be");
    case.matters("who only ever waits for orders sends nothing while none comes");
    let first = case.number(10_000..=99_999);
    let program = start(case, world, first, "20")?;
    world.lets_go("send", first, ActState::Done);
    let expected = "after the pause the next batch is sent by itself";
    program.reaches(world, "send", first + 1, secs(2)).expecting(expected)
}

/// SIGTERM came in a pause.
fn ends_after(case: &Case, program: &Running, batches: u64) -> Result<(), Stop> {
    stops(case, program, "at SIGTERM it ends, without waiting for the pause")?;
    program.exits_with(0, secs(1)).expecting("at SIGTERM it ends with status 0")?;
    program.prints(&format!("stopped after {batches} batches"), secs(1))?;
    program.leaves_nothing()
}

/// Inside its first batch.
fn start(case: &Case, world: &World, first: u64, pause: &str) -> Result<Running, Stop> {
    let program = case.program().arg(first.to_string()).env("INTERVAL_MS", pause).start()?;
    program.prints("ready", secs(3))?;
    program.reaches(world, "send", first, secs(2))?;
    Ok(program)
}
