//! Sentences about a program that acts, pauses and is asked to stop.

use std::time::Duration;

use harness::check::{Case, Rest, Running, Stop};
use harness::process::Call;
use harness::until::secs;
use harness::world::World;

/// How many acts of this name were begun.
pub(super) fn count(world: &World, what: &str) -> usize {
    world.acts().iter().filter(|act| act.what == what).count()
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

/// It comes to its end. One that sleeps on in something else than one of its acts is not waited for.
pub(super) fn stops(case: &Case, program: &Running, expected: &str) -> Result<(), Stop> {
    let rest =
        program.until(expected, secs(2), |program| match program.sleeps_or_ends(secs(2)) {
            Ok(Rest::Asleep(asleep)) if asleep.main_call().is_some_and(Call::is_receive) => {
                Err("it was waiting for an answer of the world".to_owned())
            }
            rest => Ok(rest),
        })?;
    match rest? {
        Rest::Ended(_) => Ok(()),
        Rest::Asleep(asleep) => Err(case
            .failure(expected, format!("the signal was taken, and {asleep}"))
            .with(program.snapshot("after the signal"))),
    }
}
