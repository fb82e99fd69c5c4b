use harness::check::{Case, CheckResult, Stop};
use harness::evidence::Evidence;
use harness::until::secs;
use harness::world::{ActState, World};

use super::bills::{ATTEMPTS, Bills, tries};
use crate::broker::{Rabbit, with_rabbit};
use crate::shift::{is_cut_off, is_killed_if_it_lives, moves};

/// A bill that the printer refuses lets the others pass, waits in the broker, is tried three times
/// by whoever runs then, and is found among the dead ones.
pub(crate) fn rmq_nack_hot_loop(case: &mut Case) -> CheckResult {
    with_rabbit(case, |case, rabbit, world| {
        waits_in_the_broker(case, rabbit, world)?;
        is_given_up(case, rabbit, world)?;
        case.passed(
            "a refused bill let the one behind it pass and waited in the broker, where SIGKILL \
             did not reach it; another was tried 3 times by two runs of the program, and lies in \
             bills.dead",
        )
    })
}

/// In a pause that is longer than any check: one bill was refused, the next is being printed.
fn waits_in_the_broker(case: &Case, rabbit: &Rabbit, world: &World) -> Result<(), Stop> {
    case.matters(
        "one message that nobody can handle then keeps a processor, the network and the log busy, \
         and all messages behind it wait until somebody finds it",
    );
    case.step("print a bill, refuse the second, and wait for the third, with PAUSE_MS=60000");
    let bills = Bills::new(case, rabbit, "a");
    let program = bills.starts(60_000)?;
    world.holds("print");
    let [good, bad, behind] = bills.receives_three()?;
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
        let observed = format!("bill {bad} lies in bills.dead after one try");
        return Err(case.failure(expected, observed).with(bills.evidence([0, 1, 0])?));
    }
    if in_bills > 0 {
        let observed =
            format!("bill {bad} lies in bills itself, to be tried again without a pause");
        return Err(case.failure(expected, observed).with(bills.evidence([0, 1, 0])?));
    }
    case.step("kill the program in the middle of the third");
    is_killed_if_it_lives(&program)?;
    is_cut_off(world, "print");
    let left = bills.work.left()?;
    let evidence = bills.evidence([1, 1, 0])?;
    let [_, in_wait_now, in_dead] = bills.ready()?;
    if left + in_wait_now + in_dead < 2 {
        let observed = format!("after SIGKILL bill {bad} is in no queue any more");
        return Err(case.failure("no bill is lost at any moment", observed).with(evidence));
    }
    let observed = format!(
        "bills.wait had {in_wait} messages: the program had kept bill {bad} to itself, unsettled"
    );
    case.expect(is_waiting, expected, observed).map_err(|stop| stop.with(evidence))?;
    let observed = format!("{left} bills came back, and 1 was not finished");
    case.expect(left == 1, "a bill that was printed does not come back", observed)
}

/// Three tries, by two runs of the program.
fn is_given_up(case: &Case, rabbit: &Rabbit, world: &World) -> Result<(), Stop> {
    case.matters(
        "a count that begins anew with each start never gives up a message that takes the program \
         down with it, and a message that is given up too early was never really tried",
    );
    case.step(
        "refuse another bill once, with PAUSE_MS=50, and kill the program in the middle of the \
         next",
    );
    let bills = Bills::new(case, rabbit, "b");
    let program = bills.starts(50)?;
    let [good, bad, behind] = bills.receives_three()?;
    program.reaches(world, "print", good, secs(3))?;
    world.lets_go("print", good, ActState::Done);
    program.reaches(world, "print", bad, secs(3))?;
    world.lets_go("print", bad, ActState::Refused);
    program.reaches(world, "print", behind, secs(3))?;
    is_killed_if_it_lives(&program)?;
    is_cut_off(world, "print");

    case.step("start it again, and refuse that bill whenever it comes");
    let before = tries(world, behind);
    let program = bills.starts(50)?;
    let expected = "a bill is tried three times in all, and then it lies in bills.dead";
    let is_buried = program.until(expected, secs(10), |program| {
        world.lets_go("print", bad, ActState::Refused);
        let is_printed = tries(world, behind) > before;
        if is_printed {
            world.lets_go("print", behind, ActState::Done);
        }
        let count = tries(world, bad);
        let dead = match bills.dead.ready() {
            Ok(dead) => dead,
            Err(stop) => return Ok(Err(stop)),
        };
        if count > ATTEMPTS || dead > 0 && is_printed || program.ended().is_some() {
            return Ok(Ok(()));
        }
        Err(format!("bill {bad} was tried {count} times, and bills.dead has {dead} messages"))
    });
    is_buried??;
    let count = tries(world, bad);
    let observed = match program.ended() {
        Some(ended) => format!("it {ended}; bill {bad} was tried {count} times"),
        None => format!("bill {bad} was tried {count} times by two runs of the program"),
    };
    case.expect(count == ATTEMPTS, expected, observed)?;
    let texts = bills.dead.texts()?;
    let observed = format!("bills.dead has {}, not {bad}", texts.join(", "));
    case.expect(texts == [bad.to_string()], expected, observed)?;

    case.step("kill it: nothing comes back");
    program.sleeps_or_ends(secs(2))?;
    is_killed_if_it_lives(&program)?;
    let left = bills.work.left()?;
    let evidence: Evidence = bills.evidence([0, 0, 1])?;
    let [_, waiting, dead] = bills.ready()?;
    let observed =
        format!("after its end bills has {left}, bills.wait {waiting}, bills.dead {dead}");
    let expected = "what is done or given up does not come back";
    case.expect((left, waiting, dead) == (0, 0, 1), expected, observed)
        .map_err(|stop| stop.with(evidence))
}
