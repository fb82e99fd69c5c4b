//! Sentences about a program that acts, pauses and is asked to stop.

use std::time::Duration;

use harness::check::{Asleep, Case, Rest, Running, Stop};
use harness::process::{Call, Sleep};
use harness::until::secs;
use harness::world::World;

/// How many acts of this name were begun.
pub(super) fn count(world: &World, what: &str) -> usize {
    world.acts().iter().filter(|act| act.what == what).count()
}

/// Whether this act was begun.
pub(super) fn is_begun(world: &World, what: &str, id: u64) -> bool {
    world.acts().iter().any(|act| act.what == what && act.id == id)
}

/// It has not ended, and it does not run: what it waits for is the act that we hold.
pub(super) fn is_still_inside(case: &Case, program: &Running, expected: &str) -> Result<(), Stop> {
    match program.sleeps_or_ends(secs(2))? {
        Rest::Asleep(_) => Ok(()),
        Rest::Ended(ended) => {
            Err(case.failure(expected, format!("in the middle of it the program {ended}")))
        }
    }
}

/// Between two acts it sleeps, and does not wake before there is something to do: half of `pause` is
/// far from every interval in which people poll.
pub(super) fn pauses(case: &Case, program: &Running, pause: Duration) -> Result<(), Stop> {
    let expected = "in the pause it sleeps until something happens";
    match program.sleeps_or_ends(secs(2))? {
        Rest::Ended(ended) => Err(case.failure(expected, format!("in the pause it {ended}"))),
        Rest::Asleep(asleep) => match asleep.wakes_in().filter(|time| *time < pause / 2) {
            None => Ok(()),
            Some(time) => {
                let observed = format!(
                    "it wakes up by itself in {} ms, and the pause is over in {} s",
                    time.as_millis(),
                    pause.as_secs()
                );
                Err(case.failure(expected, observed).with(program.snapshot("in the pause")))
            }
        },
    }
}

/// It comes to its end. One that sleeps on is not waited for.
pub(super) fn stops(case: &Case, program: &Running, expected: &str) -> Result<(), Stop> {
    match rest(program, || false)? {
        Some(Rest::Asleep(asleep)) => Err(sleeps_on(case, program, expected, &asleep)),
        Some(Rest::Ended(_)) | None => Ok(()),
    }
}

/// What `is_there` looks for comes to be. A program that ends or sleeps on is not waited for.
pub(super) fn brings(
    case: &Case,
    program: &Running,
    expected: &str,
    is_there: impl Fn() -> bool,
) -> Result<(), Stop> {
    match rest(program, is_there)? {
        None => Ok(()),
        Some(Rest::Ended(ended)) => Err(case.failure(expected, format!("the program {ended}"))),
        Some(Rest::Asleep(asleep)) => Err(sleeps_on(case, program, expected, &asleep)),
    }
}

/// Where it comes to rest; `None` once `is_done`. One that has acted is still for the moment in which
/// the world, which is a thread of ours, has yet to notice and to answer: that is no rest.
fn rest(program: &Running, is_done: impl Fn() -> bool) -> Result<Option<Rest>, Stop> {
    let rests = program.until("the program comes to rest", secs(1), |program| {
        match program.sleeps_or_ends(secs(2)) {
            _ if is_done() => Ok(Ok(None)),
            Ok(Rest::Asleep(asleep)) if may_await_an_answer(&asleep) => Err(String::new()),
            rest => Ok(rest.map(Some)),
        }
    });
    rests.unwrap_or_else(|_| program.sleeps_or_ends(secs(2)).map(Some))
}

fn may_await_an_answer(asleep: &Asleep) -> bool {
    let waits = |call: &Call| call.is_receive() || call.is_poll();
    // Of the main thread alone: an idle worker of a pool has a timer of its own, in which it is given
    // up, and says nothing of what the program waits for.
    let main = asleep.threads.first().filter(|(_, sleep)| *sleep == Sleep::Forever);
    main.is_some_and(|(thread, _)| thread.call.as_ref().is_some_and(waits))
}

fn sleeps_on(case: &Case, program: &Running, expected: &str, asleep: &Asleep) -> Stop {
    let failure = case.failure(expected, format!("the signal was taken, and {asleep}"));
    failure.with(program.snapshot("after the signal"))
}
