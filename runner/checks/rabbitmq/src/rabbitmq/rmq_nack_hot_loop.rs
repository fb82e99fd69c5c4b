use harness::check::{Case, CheckResult, Rest, Running, Stop};
use harness::evidence::Evidence;
use harness::until::{ms, secs, until};
use harness::world::{ActState, World};

use super::bills::{Bills, tries};
use crate::broker::{Rabbit, with_rabbit};
use crate::shift::is_killed;

/// How often a bill is tried in all.
const ATTEMPTS: usize = 3;

/// A bill that the printer refuses lets the others pass, waits in the broker, is tried three times by
/// whoever runs then, and is found among the dead ones.
pub(crate) fn rmq_nack_hot_loop(case: &mut Case) -> CheckResult {
    with_rabbit(case, |case, rabbit, world| {
        waits_in_the_broker(case, rabbit, world)?;
        is_given_up(case, rabbit, world)?;
        case.passed(
            "a refused bill let the one behind it pass and waited in the broker, where SIGKILL did not \
             reach it; another was tried 3 times by two runs of the program, and lies in bills.dead",
        )
    })
}

/// In a pause that is longer than any check: one bill was refused, the next is being printed.
fn waits_in_the_broker(case: &Case, rabbit: &Rabbit, world: &World) -> Result<(), Stop> {
    case.matters(
        "one message that nobody can handle then keeps a processor, the network and the log busy, and \
         all messages behind it wait until somebody finds it",
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
    lets_pass(case, &program, world, bad, behind)?;

    case.matters(
        "what waits in the memory of a program, or is tried again without a pause, does not survive the \
         crash, or the outage of a second, that it was meant to survive",
    );
    let expected = "between two tries a refused bill lies in bills.wait";
    let lies_there = until(ms(700), || match bills.wait.ready() {
        Ok(0) => None,
        answer => Some(answer.map(drop)),
    });
    let is_waiting = lies_there.transpose()?.is_some();
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
    is_killed(&program)?;
    world.lets_go("print", behind, ActState::Refused);
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

/// The bill behind the refused one gets its turn.
fn lets_pass(
    case: &Case,
    program: &Running,
    world: &World,
    bad: u64,
    behind: u64,
) -> Result<(), Stop> {
    let expected = "while a refused bill waits, the one behind it is printed";
    let observed = program.until(expected, secs(5), |program| {
        if tries(world, behind) > 0 {
            return Ok(Ok(None));
        }
        let count = tries(world, bad);
        if count > ATTEMPTS {
            let observed =
                format!("bill {bad} was tried {count} times, and {behind} behind it not once");
            return Ok(Ok(Some(observed)));
        }
        if let Some(ended) = program.ended() {
            return Ok(Ok(Some(format!("after the refusal it {ended}"))));
        }
        world.lets_go("print", bad, ActState::Refused);
        match program.sleeps_or_ends(ms(100)) {
            // Longer than any answer of the broker takes.
            Ok(Rest::Asleep(_)) => {
                let again = until(ms(700), || {
                    let has_moved = tries(world, behind) > 0 || tries(world, bad) > count;
                    has_moved.then_some(())
                });
                let observed = format!("it sleeps, and bill {behind} behind {bad} is not printed");
                if again.is_some() { Err(String::new()) } else { Ok(Ok(Some(observed))) }
            }
            Err(Stop::Unknown(unknown)) => Ok(Err(Stop::Unknown(unknown))),
            _ => Err(format!("bill {bad} was tried {count} times, and {behind} not yet")),
        }
    })??;
    match observed {
        None => Ok(()),
        Some(observed) => Err(case.failure(expected, observed)),
    }
}

/// Three tries, by two runs of the program.
fn is_given_up(case: &Case, rabbit: &Rabbit, world: &World) -> Result<(), Stop> {
    case.matters(
        "a count that begins anew with each start never gives up a message that takes the program down \
         with it, and a message that is given up too early was never really tried",
    );
    case.step("refuse another bill once, with PAUSE_MS=50, and kill the program in the middle of the next");
    let bills = Bills::new(case, rabbit, "b");
    let program = bills.starts(50)?;
    let [good, bad, behind] = bills.receives_three()?;
    program.reaches(world, "print", good, secs(3))?;
    world.lets_go("print", good, ActState::Done);
    program.reaches(world, "print", bad, secs(3))?;
    world.lets_go("print", bad, ActState::Refused);
    program.reaches(world, "print", behind, secs(3))?;
    is_killed(&program)?;
    world.lets_go("print", behind, ActState::Refused);

    case.step("start it again, and refuse that bill whenever it comes");
    let before = tries(world, behind);
    let program = bills.starts(50)?;
    let expected = "a bill is tried three times in all, and then it lies in bills.dead";
    let is_buried = program.until(expected, secs(5), |program| {
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
    is_killed(&program)?;
    let left = bills.work.left()?;
    let evidence: Evidence = bills.evidence([0, 0, 1])?;
    let [_, waiting, dead] = bills.ready()?;
    let observed =
        format!("after its end bills has {left}, bills.wait {waiting}, bills.dead {dead}");
    let expected = "what is done or given up does not come back";
    case.expect((left, waiting, dead) == (0, 0, 1), expected, observed)
        .map_err(|stop| stop.with(evidence))
}
