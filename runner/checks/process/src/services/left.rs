//! What a command leaves, and what its supervisor does with it: after a run, and at a stop.

use harness::check::{Case, Reworded, Rule, Rules, Stop};
use harness::process;
use harness::until::{ms, secs};
use nix::sys::signal::Signal;

use super::supervisor::LIMITS;
use super::watched::Watched;

pub(super) const ASKS: Rule = Rule {
    says: "at a stop the command is asked by SIGTERM, has GRACE_MS to end, and then is killed",
    matters: "a program that is killed without being asked loses what it had in hand, and one that \
              is only asked may stay for ever",
};
pub(super) const CLEARS: Rule = Rule {
    says: "after each run what it has left is asked by SIGTERM, has GRACE_MS to end, and then is \
           killed, before anything is started again",
    matters: "helpers of the last run keep its port, its device and its lock; and one that is killed \
              unasked loses what it had in hand",
};
pub(super) const GROUP: Rule = Rule {
    says: "at a stop, what the command has started is asked and killed as the command is",
    matters: "what is left of a stopped service goes on with its work, and nobody knows whose it is",
};

/// The command crashes, and a helper is at work that needs a moment to end when asked.
pub(super) fn clears(case: &Case, rules: &mut Rules) -> Result<(), Stop> {
    case.step("let the command end while a helper of it is at work, and wait for the next start");
    let run = "[ $n -gt 1 ] && exec \"$CHILD\" --linger 60; \
               \"$CHILD\" --clean-after-ms 150 --ready-file ready --linger 60 & read pid < ready; \
               echo $pid > helper; exit 7";
    let watched = Watched::start(case, run, ms(1), ms(1), secs(20))?;
    watched.supervisor.until("it starts the command again", secs(2), |_| {
        if watched.starts().len() > 1 { Ok(()) } else { Err("it did not".to_owned()) }
    })?;
    let helper = watched.pid_in("helper");
    let tree = watched.supervisor.snapshot("at the next start");
    let observed = format!("at the next start a helper of the last run (pid {helper}) was at work");
    case.expect(!process::is_alive(helper), CLEARS.says, observed)
        .map_err(|stop| stop.with(tree))?;
    let unasked =
        format!("the helper of the last run (pid {helper}) was killed without being asked");
    watched.supervisor.prints("clean", ms(500)).observing(&unasked)?;
    rules.holds(CLEARS, "the helper of the last run was asked, and gone by then");
    watched.is_stopped(secs(2)).map(drop)
}

/// The fifth command ends fast as well, but its helper has to be killed: that is no part of its run.
pub(super) fn gives_up(case: &Case, rules: &mut Rules) -> Result<(), Stop> {
    case.step("let the command end fast five times, and the last time leave a helper that ignores SIGTERM");
    let run = "[ $n -ne 5 ] && exit 7; \"$CHILD\" --ignore-term --ready-file ready --linger 60 & \
               read pid < ready; exit 7";
    let watched = Watched::start(case, run, ms(300), ms(1), ms(350))?;
    watched.supervisor.until("it gives up after five fast ends", secs(3), |supervisor| {
        let starts = watched.starts().len();
        let over = supervisor.ended().is_some() || starts > 5;
        if over { Ok(()) } else { Err(format!("the command was started {starts} times")) }
    })?;
    if watched.supervisor.ended().is_none() {
        let observed = "the fifth run was over at once and its helper GRACE_MS=350 later, which was \
                        counted as a run of FAST_MS=300 or more";
        return rules
            .judge(LIMITS, Err::<String, _>(case.failure(LIMITS.says, observed)))
            .map(drop);
    }
    let left = watched.supervisor.leaves_nothing();
    rules.judge(
        CLEARS,
        left.map(|()| "what it left was asked, killed if it did not end, and gone"),
    )?;
    Ok(())
}

/// The command waits for its helper at the stop, as it should.
pub(super) fn asks(case: &Case, rules: &mut Rules) -> Result<(), Stop> {
    case.step("stop it while the command and a helper are at work, both of which end when asked");
    let run = "\"$CHILD\" --clean-after-ms 0 --ready-file ready --linger 60 & helper=$!; \
               trap 'echo asked; wait $helper; exit 0' TERM; \
               read pid < ready; echo at work; wait $helper";
    let watched = Watched::start(case, run, ms(1), ms(1), secs(20))?;
    watched.supervisor.prints("at work", secs(2))?;
    watched.supervisor.signal(Signal::SIGTERM)?;
    let asked = watched.supervisor.prints("asked", secs(1)).observing("the command was not asked");
    rules.judge(ASKS, asked.map(|()| "asked, it ended by itself"))?;
    watched.supervisor.prints("clean", secs(1)).observing("its helper was not asked")?;
    watched.supervisor.exits_with(0, secs(2))?;
    watched.supervisor.leaves_nothing()?;
    rules.holds(GROUP, "asked, its helper ended by itself");
    Ok(())
}

/// Neither the command nor its helper ends when asked.
pub(super) fn kills(case: &Case, rules: &mut Rules) -> Result<(), Stop> {
    case.step("stop it while a command and a helper are at work that do not end when asked");
    let grace = ms(60);
    let run = "\"$CHILD\" --ignore-term --ready-file ready --linger 60 & read pid < ready; \
               exec \"$CHILD\" --ignore-term --say 'at work' --linger 60";
    let watched = Watched::start(case, run, ms(1), ms(1), grace)?;
    watched.supervisor.prints("at work", secs(2))?;
    let killed = watched.is_stopped(secs(2)).and_then(|took| {
        let observed = format!("it was killed after {} ms of GRACE_MS=60", took.as_millis());
        case.expect(took >= grace, ASKS.says, observed)
    });
    rules.judge(ASKS, killed.map(|()| "where it did not end, it was killed after GRACE_MS"))?;
    if watched.supervisor.ended().is_some() {
        watched.supervisor.leaves_nothing()?;
        rules.holds(GROUP, "its helper was asked, and killed where it did not end");
    }
    Ok(())
}
