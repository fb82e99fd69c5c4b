use harness::check::{Case, CheckResult, Rest, Reworded, Running, Stop};
use harness::supervise::Ended;
use harness::until::secs;
use harness::world::{ActState, World};
use nix::sys::signal::Signal;

use super::acts::is_still_inside;

/// The first signal finishes the label in hand and parks the head, the second ends the program.
pub(crate) fn double_signal_order(case: &mut Case) -> CheckResult {
    let world = case.world()?;
    world.holds("print");
    world.holds("park");

    case.step("start it, let it print one label, and send SIGTERM in the middle of the next");
    case.matters("a program that ends at the first signal has no orderly end at all");
    let first = case.number(100..=999);
    let program = start(case, &world, first)?;
    program.signal(Signal::SIGTERM)?;
    is_still_inside(case, &program, "after one SIGTERM the label in hand is finished")?;

    case.step("let that label come to its end");
    world.lets_go("print", first + 1, ActState::Done);
    let parks = "after the last label the head is parked, and then the program ends";
    program.reaches(&world, "park", first, secs(2)).expecting(parks)?;
    world.lets_go("park", first, ActState::Done);
    program.exits_with(0, secs(2)).expecting(parks)?;
    program.prints("stopped after 2 labels", secs(1))?;
    program.leaves_nothing()?;

    case.matters(
        "when something hangs, the second signal is all that is left to a person before kill -9 and \
         the power switch",
    );
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        case.step(&format!("start it again, and send {signal} twice in the middle of a label"));
        let program = start(case, &world, case.number(1000..=9999))?;
        program.signal(signal)?;
        is_still_inside(case, &program, "after one signal the label in hand is finished")?;
        ends_at_once(case, program, signal, "in the middle of a label")?;
    }

    case.step("start it again, send SIGTERM, let the label end, and send SIGINT while it parks");
    let first = case.number(10_000..=99_999);
    let program = start(case, &world, first)?;
    program.signal(Signal::SIGTERM)?;
    is_still_inside(case, &program, "after one signal the label in hand is finished")?;
    world.lets_go("print", first + 1, ActState::Done);
    program.reaches(&world, "park", first, secs(2)).expecting(parks)?;
    ends_at_once(case, program, Signal::SIGINT, "while the head was being parked")?;

    case.passed(
        "after one signal the label in hand was finished and the head was parked; a second one, the \
         same or another, ended the program at once, and its status named the signal",
    )
}

/// Inside its second label.
fn start(case: &Case, world: &World, first: u64) -> Result<Running, Stop> {
    let program = case.program().arg(first.to_string()).start()?;
    program.prints("ready", secs(3))?;
    program.reaches(world, "print", first, secs(2))?;
    world.lets_go("print", first, ActState::Done);
    program.reaches(world, "print", first + 1, secs(2))?;
    Ok(program)
}

/// The second signal; what the program is in the middle of we hold, so it can only end by this.
fn ends_at_once(case: &Case, program: Running, second: Signal, when: &str) -> Result<(), Stop> {
    program.signal(second)?;
    let status = 128 + second as i32;
    let expected =
        format!("the second signal ends it at once, with status {status} or by {second}");
    match program.sleeps_or_ends(secs(2))? {
        Rest::Ended(Ended::Exited(code)) if code == status => {}
        Rest::Ended(Ended::Killed(signal)) if signal == second as i32 => {}
        Rest::Ended(ended) => {
            let observed = format!("{when} {second} came second, and it {ended}");
            return Err(case.failure(&expected, observed));
        }
        Rest::Asleep(asleep) => {
            let observed = format!("{when} the second signal, {second}, did nothing: {asleep}");
            let failure = case.failure(&expected, observed);
            return Err(failure.with(program.snapshot("after the second signal")));
        }
    }
    program.leaves_nothing()
}
