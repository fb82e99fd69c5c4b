use harness::check::{Case, CheckResult, Stop};
use harness::world::{ActState, World};

use super::bills::Bills;
use super::given_up::is_given_up;
use crate::broker::{Rabbit, with_rabbit};
use crate::shift::{is_cut_off, is_killed_if_it_lives, moves};
use harness::until::secs;

/// Longer than any check takes.
const LONG_MS: u64 = 600_000;

/// A bill that the printer refuses lets the others pass, waits in the broker, is tried three times
/// by whoever runs then, and is found among the dead ones.
pub(crate) fn rmq_nack_hot_loop(case: &mut Case) -> CheckResult {
    with_rabbit(case, |case, rabbit, world| {
        let bills = waits_in_the_broker(case, rabbit, world)?;
        is_given_up(case, rabbit, world)?;
        still_waits(&bills)?;
        case.passed(
            "a refused bill let the one behind it pass and waited in the broker for PAUSE_MS, where \
             SIGKILL did not reach it; others were tried 3 times by two runs of the program, and lie \
             in bills.dead; whatever was copied was acknowledged after the broker's confirm",
        )
    })
}

/// In a pause that is longer than any check: one bill was refused, the next is refused while no
/// answer of the broker comes through.
fn waits_in_the_broker<'a>(
    case: &'a Case,
    rabbit: &'a Rabbit,
    world: &World,
) -> Result<Bills<'a>, Stop> {
    case.matters(
        "one message that nobody can handle then keeps all messages behind it waiting until \
         somebody finds it",
    );
    case.step(&format!(
        "print a bill, refuse the second, and wait for the third, with PAUSE_MS={LONG_MS}"
    ));
    let bills = Bills::new(case, rabbit, "a");
    let (program, line) = bills.starts(LONG_MS)?;
    world.holds("print");
    let [good, bad, behind] = bills.receives()?;
    program.reaches(world, "print", good, secs(3))?;
    world.lets_go("print", good, ActState::Done);
    program.reaches(world, "print", bad, secs(3))?;
    world.lets_go("print", bad, ActState::Refused);
    bills.lets_pass(&program, world, bad, behind)?;

    case.matters(
        "what waits in the memory of a program, or is tried again without a pause, does not \
         survive the crash, or the outage of a second, that it was meant to survive",
    );
    let expected = "between two tries a refused bill lies in bills.wait";
    let is_waiting = moves(&bills.wait, || Ok(bills.wait.ready()? > 0))?;
    let [in_bills, in_wait, in_dead] = bills.ready()?;
    if in_dead > 0 {
        case.matters(
            "what a second try would have solved lies among the dead letters, and waits for people",
        );
        let observed = format!("bill {bad} lies in bills.dead after one try");
        return Err(case.failure(expected, observed).with(bills.evidence([0, 1, 0])?));
    }
    if in_bills > 0 {
        let observed =
            format!("bill {bad} lies in bills itself, to be tried again without a pause");
        return Err(case.failure(expected, observed).with(bills.evidence([0, 1, 0])?));
    }
    bills.outlive_it(&bills.wait, "bills.wait")?;
    if !is_waiting {
        case.step("kill the program in the middle of the third");
        is_killed_if_it_lives(&program)?;
        is_cut_off(world, "print");
        let [left, _] = bills.left()?;
        let evidence = bills.evidence([1, 1, 0])?;
        if !left.contains(&bad.to_string()) {
            let observed = format!("after SIGKILL bill {bad} is in no queue any more");
            return Err(case.failure("no bill is lost at any moment", observed).with(evidence));
        }
        let observed = format!(
            "bills.wait had {in_wait} messages: the program had kept bill {bad} to itself, unsettled"
        );
        return Err(case.failure(expected, observed).with(evidence));
    }

    case.step("refuse the third while nothing that the broker says comes through, and kill it");
    line.swallows_answers();
    world.lets_go("print", behind, ActState::Refused);
    moves(&bills.wait, || Ok(bills.wait.ready()? > 1))?;
    program.sleeps_or_ends(secs(2))?;
    is_killed_if_it_lives(&program)?;
    is_cut_off(world, "print");
    let [left, _] = bills.left()?;
    bills.came_after_its_confirm(&bills.wait, "bills.wait", behind, 1)?;
    case.matters("a bill that is printed twice is paid twice");
    let observed = format!("bill {good} was printed, and came back");
    let expected = "a bill that was printed does not come back";
    case.expect(!left.contains(&good.to_string()), expected, observed)?;
    Ok(bills)
}

/// At the end of the check: the pause of the first run is not over by far.
fn still_waits(bills: &Bills) -> Result<(), Stop> {
    let case = bills.case;
    case.matters(
        "whoever raises PAUSE_MS to spare a printer that is down for an hour finds nothing changed",
    );
    let [in_bills, in_wait, _] = bills.ready()?;
    let observed = format!(
        "with PAUSE_MS={LONG_MS}, bills were in bills.wait, and before the check was over {} had gone \
         back",
        2_u32.saturating_sub(in_wait)
    );
    let expected = "between two tries a refused bill lies in bills.wait for PAUSE_MS";
    case.expect(in_wait == 2, expected, observed).map_err(|stop| {
        bills.evidence([in_bills, 2, 0]).map_or_else(|stop| stop, |it| stop.with(it))
    })
}
