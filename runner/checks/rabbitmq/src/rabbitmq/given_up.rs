//! The second scene of the bills: three tries, by two runs of the program.

use std::time::{Duration, Instant};

use harness::check::{Case, Rest, Running, Stop};
use harness::until::{ms, secs, until};
use harness::world::{ActState, World};

use super::bills::{ATTEMPTS, Bills, times, tries};
use crate::broker::Rabbit;
use crate::queue::Queue;
use crate::shift::{is_cut_off, is_killed_if_it_lives, moves};

/// A pause may be late by the broker's work, and not by as much as this.
const LATE: u64 = 3;

/// So long a bill that is late is looked for, to say how late it was.
const SEARCH: Duration = secs(3);

/// What was tried three times, and what was not, when the first run is killed.
pub(super) fn is_given_up(case: &Case, rabbit: &Rabbit, world: &World) -> Result<(), Stop> {
    let pause = case.number(40..=60);
    let bills = Bills::new(case, rabbit, "b");
    case.step(&format!("refuse two bills, with PAUSE_MS={pause}, and look when they come back"));
    let (program, line) = bills.starts(pause)?;
    let [bad, other] = bills.receives()?;
    comes_back_in_time(&bills, &program, world, bad, other, pause)?;

    case.matters(
        "a message that is given up too early was never really tried, and one that is never given \
         up is tried for ever",
    );
    let expected = "a bill is tried three times in all, and then it lies in bills.dead";
    refuse_until(&program, world, &[bad, other], ATTEMPTS - 1, expected, || {
        let is_third = tries(world, bad) == ATTEMPTS;
        Ok((is_third || bills.dead.ready()? > 0).then_some(()))
    })?;
    let observed =
        format!("bill {bad} was tried {}, and lies in bills.dead", { times(tries(world, bad)) });
    case.expect(tries(world, bad) == ATTEMPTS, expected, observed)?;

    case.step("refuse one for the third time while no answer comes through, and kill the program");
    line.swallows_answers();
    world.lets_go("print", bad, ActState::Refused);
    let is_buried = moves(&bills.dead, || Ok(bills.dead.ready()? > 0))?;
    program.sleeps_or_ends(secs(2))?;
    is_killed_if_it_lives(&program)?;
    is_cut_off(world, "print");
    let [left, waits] = bills.left()?;
    let is_left = left.contains(&bad.to_string());
    if !is_buried {
        let lies = if is_left || waits.contains(&bad.to_string()) {
            "goes round again"
        } else {
            "is in no queue any more"
        };
        let observed = format!("bill {bad} was refused for the third time, and {lies}");
        return Err(case.failure(expected, observed).with(bills.evidence_of_both(1, 1)?));
    }
    bills.came_after_its_confirm(&bills.dead, "bills.dead", bad, ATTEMPTS)?;
    by_the_next_run(&bills, world, [bad, other], pause, is_left)
}

/// The first bill comes back when its pause is over: not before, and not much later.
fn comes_back_in_time(
    bills: &Bills,
    program: &Running,
    world: &World,
    bad: u64,
    other: u64,
    pause: u64,
) -> Result<(), Stop> {
    let case = bills.case;
    case.matters(
        "a pause that nobody can set is too short for the printer that is being switched on, or too \
         long for the customer",
    );
    let limit = [("x-message-ttl", (pause * LATE).cast_signed().into())];
    let clock = bills.rabbit.makes_queue(&case.name("clock"), &limit)?;
    program.reaches(world, "print", bad, secs(3))?;
    let refused_at = Instant::now();
    world.lets_go("print", bad, ActState::Refused);
    // Its turn comes when the broker has the first one back: from here on that one waits.
    program.reaches(world, "print", other, secs(3))?;
    clock.receives(["tick"])?;
    world.lets_go("print", other, ActState::Refused);
    let is_back = || tries(world, bad) > 1;
    // The broker's own clock: what was put in last, and lies longest, goes last.
    let is_late = || Ok::<_, Stop>(clock.ready()? == 0 && bills.wait.ready()? > 1);
    let expected = "a refused bill is tried again when PAUSE_MS is over";
    let in_time = program.until(expected, secs(10), |program| match is_late() {
        Err(stop) => Ok(Err(stop)),
        _ if is_back() => Ok(Ok(true)),
        Ok(true) => Ok(Ok(false)),
        Ok(false) if program.ended().is_some() => Ok(Ok(true)),
        Ok(false) => Err(format!("bill {bad} was tried once in that time")),
    })??;
    let is_back = until(if in_time { ms(0) } else { SEARCH }, || is_back().then_some(())).is_some();
    let took = refused_at.elapsed().as_millis();
    let evidence = bills.evidence([0, 0, 0])?;
    if !is_back {
        let observed = match program.ended() {
            Some(ended) => format!("it {ended}"),
            None => format!(
                "PAUSE_MS was {pause}; after {took} ms bill {bad} lies in bills.wait and has not come \
                 back"
            ),
        };
        return Err(case.failure(expected, observed).with(evidence));
    }
    let is_early = took * 10 < u128::from(pause) * 9;
    let when = if is_early { "before that" } else { "long after that" };
    let observed =
        format!("PAUSE_MS was {pause}; bill {bad} was tried again {when}, after {took} ms");
    case.expect(in_time && !is_early, expected, observed)
}

/// The second run: it gets what was tried three times and not settled, and the other bill.
fn by_the_next_run(
    bills: &Bills,
    world: &World,
    [bad, other]: [u64; 2],
    pause: u64,
    is_left: bool,
) -> Result<(), Stop> {
    let case = bills.case;
    case.step("start it again, and refuse both whenever they come");
    case.matters(
        "a count that begins anew with each start never gives up a message that takes the program \
         down with it",
    );
    let (program, _line) = bills.starts(pause)?;
    let wanted = 2 + u32::from(is_left);
    let mut in_dead = 1;
    let expected = "a bill is tried three times in all, and then it lies in bills.dead";
    let settles = "what was given up is out of bills";
    let again = |bill: u64| {
        case.matters(
            "what was copied and not acknowledged is still in bills: kept, it comes back at the end of \
             the program, and rejected, it goes the way of all that is refused",
        );
        let observed = format!("bill {bill} lies in bills.dead, and goes round in bills as well");
        case.failure(settles, observed)
    };
    let so_far = || Ok::<_, Stop>((tries(world, bad) + tries(world, other), bills.dead.ready()?));
    let stuck = refuse_until(&program, world, &[bad, other], usize::MAX, expected, || {
        let before = so_far()?;
        in_dead = before.1;
        if tries(world, other) > ATTEMPTS || program.ended().is_some() {
            return Ok(Some(false));
        }
        if in_dead >= wanted && tries(world, other) == ATTEMPTS {
            return Ok(Some(false));
        }
        if world.acts().iter().any(|act| act.state == ActState::Held) {
            return Ok(None);
        }
        match program.sleeps_or_ends(ms(100)) {
            Ok(Rest::Asleep(_)) => {
                let has_moved = || Ok(so_far()? != before);
                Ok((!moves(&bills.work, has_moved)?).then_some(true))
            }
            _ => Ok(None),
        }
    })?;
    let (count, dead) = (tries(world, other), bills.dead.texts()?);
    let is_dead = |bill: u64| dead.contains(&bill.to_string());
    if stuck && tries(world, bad) > ATTEMPTS && in_dead >= wanted - 1 {
        return Err(again(bad).with(bills.evidence([0, 0, 2])?));
    }
    if count > ATTEMPTS && is_dead(other) {
        return Err(again(other).with(bills.evidence([0, 0, 2])?));
    }
    let observed = match program.ended() {
        Some(ended) => format!("it {ended}; bill {other} was tried {}", times(count)),
        None => format!("bill {other} was tried {} by two runs of the program", times(count)),
    };
    case.expect(count == ATTEMPTS && is_dead(other), expected, observed)?;

    case.step("let it come to one more, and kill it: nothing comes back but that");
    let [last] = bills.receives()?;
    let came = refuse_until(&program, world, &[bad, other], usize::MAX, settles, || {
        Ok((tries(world, last) > 0 || tries(world, other) > ATTEMPTS).then_some(()))
    });
    if let Err(Stop::Unknown(unknown)) = came {
        return Err(Stop::Unknown(unknown));
    }
    is_killed_if_it_lives(&program)?;
    is_cut_off(world, "print");
    let left = bills.left()?.concat();
    if let Some(bill) = [bad, other].into_iter().find(|bill| left.contains(&bill.to_string())) {
        return Err(again(bill).with(bills.evidence([1, 0, 3])?));
    }
    is_kept(bills, &bills.dead, "bills.dead")
}

/// What lies in this queue would outlive the broker.
fn is_kept(bills: &Bills, queue: &Queue, name: &str) -> Result<(), Stop> {
    let case = bills.case;
    case.matters("when the broker is started anew, a durable queue is there, and it is empty");
    let messages = queue.messages(bills.rabbit)?;
    let transient = messages.iter().find(|message| !message.is_persistent);
    let observed = transient.map_or_else(String::new, |message| {
        let bill = &message.text;
        format!("bill {bill} was put into bills as persistent, and lies in {name} as transient")
    });
    case.expect(transient.is_none(), "no bill is lost when the broker is restarted", observed)
}

impl Bills<'_> {
    /// While no answer of the broker reached it, the program has refused this bill. Now the bill
    /// lies in `queue`: moved there by the broker, or as a copy, and then the original is there too.
    pub(super) fn came_after_its_confirm(
        &self,
        queue: &Queue,
        name: &str,
        bill: u64,
        tries: usize,
    ) -> Result<(), Stop> {
        let text = bill.to_string();
        let copies = queue.messages(self.rabbit)?;
        let is_moved = copies.iter().any(|copy| {
            copy.text == text && usize::try_from(copy.rejections).is_ok_and(|it| it >= tries)
        });
        is_kept(self, queue, name)?;
        let [left, waits] = self.left()?;
        self.case.matters(
            "a broker that refuses the copy, or a line that breaks before it, loses the bill: there \
             is no original any more",
        );
        let expected = "a bill is acknowledged when the broker has confirmed its copy";
        let has_original = left.contains(&text) || name == "bills.dead" && waits.contains(&text);
        let observed = format!(
            "bill {bill} was acknowledged before the broker's confirm for its copy in {name} had come"
        );
        // A pause that is no longer than this check may be over by now.
        let evidence = match tries {
            1 => self.evidence([1, 2, 0])?,
            _ => self.evidence_of_both(2, 1)?,
        };
        self.case
            .expect(is_moved || has_original, expected, observed)
            .map_err(|stop| stop.with(evidence))
    }
}

/// Refuses these bills, each so often at `most`, whenever they come, until `look` has an answer.
fn refuse_until<T>(
    program: &Running,
    world: &World,
    bills: &[u64],
    most: usize,
    expected: &str,
    mut look: impl FnMut() -> Result<Option<T>, Stop>,
) -> Result<T, Stop> {
    program.until(expected, secs(10), |_| {
        match look() {
            Ok(Some(answer)) => return Ok(Ok(answer)),
            Ok(None) => {}
            Err(stop) => return Ok(Err(stop)),
        }
        // One of the last try stays at the gate: it comes there alone, so what is held now is not it.
        let held = |bill: u64| {
            world.acts().iter().any(|act| act.id == bill && act.state == ActState::Held)
        };
        for bill in bills.iter().filter(|bill| held(**bill) && tries(world, **bill) <= most) {
            world.lets_go("print", *bill, ActState::Refused);
        }
        Err(format!("bill {} was tried {}", bills[0], times(tries(world, bills[0]))))
    })?
}
