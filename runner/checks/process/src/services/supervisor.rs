use harness::check::{Case, CheckResult, Reworded, Rule, Rules, Stop};
use harness::process;
use harness::until::{ms, secs};
use nix::sys::signal::Signal;

use super::watched::Watched;

const LIMITS: Rule = Rule {
    says: "five fast ends in a row are the end: it gives up with status 3",
    matters: "a program that cannot work is started for ever: its log fills the disk, and nobody is \
              called",
};
const RESETS: Rule = Rule {
    says: "a run of FAST_MS or more begins the count anew",
    matters: "after some months every program has crashed five times, and then nobody restarts it",
};
const HEARS: Rule = Rule {
    says: "a stop in the pause is heard at once, and nothing is started after it",
    matters: "what somebody has stopped comes back under his hands, or after its files were moved",
};
const ASKS: Rule = Rule {
    says: "at a stop the command is asked by SIGTERM, has GRACE_MS to end, and then is killed",
    matters: "a program that is killed without being asked loses what it had in hand, and one that \
              is only asked may stay for ever",
};
const CLEARS: Rule = Rule {
    says: "nothing of a run is left when the next is started",
    matters: "helpers of the last run keep its port, its device and its lock; the new one cannot \
              start, and ends fast",
};
const GROUP: Rule = Rule {
    says: "at a stop, what the command has started is asked and killed as the command is",
    matters: "what is left of a stopped service goes on with its work, and nobody knows whose it is",
};

/// It restarts within reason, can be stopped at any time, and leaves nothing behind.
pub(crate) fn supervisor(case: &mut Case) -> CheckResult {
    let mut rules = case.rules(&[LIMITS, RESETS, HEARS, ASKS, CLEARS, GROUP]);
    case.matters("a supervisor that does not get ready looks after nobody");
    case.step("let it run a command that ends at once, again and again");
    let first = rules.first(Watched::start(case, "exit 7", secs(60), ms(1), secs(20)))?;
    rules.scene(&[LIMITS], |rules| limits(first, rules))?;
    rules.scene(&[RESETS], |rules| resets(case, rules))?;
    rules.scene(&[HEARS], |rules| hears(case, rules))?;
    rules.scene(&[CLEARS], |rules| clears(case, rules))?;
    rules.scene(&[ASKS, GROUP], |rules| asks(case, rules))?;
    rules.scene(&[ASKS, GROUP], |rules| kills(case, rules))?;
    rules.verdict(
        "6 of 6 rules hold: five fast ends were the end, and six with a long run among them were \
         not; stopped in a pause and in a run, it left nothing, though some had to be killed",
    )
}

fn limits(watched: Watched, rules: &mut Rules) -> Result<(), Stop> {
    let supervisor = &watched.supervisor;
    supervisor.until("it gives up after five fast ends", secs(2), |supervisor| {
        let over = supervisor.ended().is_some() || watched.starts().len() > 5;
        if over {
            Ok(())
        } else {
            Err(format!("the command was started {} times", watched.starts().len()))
        }
    })?;
    let starts = watched.starts().len();
    let observed = "it went on after the fifth fast end";
    watched.case.expect(supervisor.ended().is_some(), LIMITS.says, observed)?;
    supervisor.exits_with(3, ms(0)).observing(&format!("after {starts} fast ends"))?;
    let observed = format!("it gave up after {starts} fast ends");
    watched.case.expect(starts == 5, LIMITS.says, observed.as_str())?;
    rules.holds(LIMITS, observed);
    supervisor.leaves_nothing()
}

/// Four fast ends, a long run, two fast ends: never five in a row.
fn resets(case: &Case, rules: &mut Rules) -> Result<(), Stop> {
    case.step("let the command end fast four times, run for 75 ms, and end fast twice more");
    let run = "case $n in 8) exec \"$CHILD\" --linger 60;; \
               5) exec \"$CHILD\" --linger-ms 75;; esac; exit 7";
    let watched = Watched::start(case, run, ms(60), ms(1), secs(20))?;
    watched.supervisor.until("it starts the command eight times", secs(3), |supervisor| {
        let starts = watched.starts().len();
        let over = starts >= 8 || supervisor.ended().is_some();
        if over { Ok(()) } else { Err(format!("it did {starts} times")) }
    })?;
    let starts = watched.starts().len();
    let after = starts.saturating_sub(5);
    let observed = format!("it gave up after 4 fast ends, a run of 75 ms, and {after} more");
    case.expect(starts >= 8, RESETS.says, observed)?;
    rules.holds(RESETS, "after 4 fast ends, a run of 75 ms and 2 more it started the command");
    watched.is_stopped(secs(2)).map(drop)
}

fn hears(case: &Case, rules: &mut Rules) -> Result<(), Stop> {
    case.step("let the command end, and send SIGTERM in the pause of a minute after that");
    let watched = Watched::start(case, "exit 7", secs(60), secs(60), secs(20))?;
    let is_pause = |line: &str| line.starts_with("next start").then_some(());
    watched.supervisor.prints_like("a line that begins with `next start`", secs(2), is_pause)?;
    watched.supervisor.settles(secs(2))?;
    let stopped = watched.is_stopped(secs(1));
    let more = watched.starts().len().saturating_sub(1);
    let observed = format!("after SIGTERM the command was started {more} times more");
    case.expect(more == 0, HEARS.says, observed)?;
    stopped.observing("in the pause")?;
    rules.holds(HEARS, "it ended at once, and the command was not started again");
    watched.supervisor.leaves_nothing()
}

/// The command crashes, and a helper is at work.
fn clears(case: &Case, rules: &mut Rules) -> Result<(), Stop> {
    case.step("let the command end while a helper of it is at work, and wait for the next start");
    let run = "[ $n -gt 1 ] && exec \"$CHILD\" --linger 60; \
               \"$CHILD\" --ready-file ready --linger 60 & read pid < ready; \
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
    rules.holds(CLEARS, "the helper of the last run was gone by then");
    watched.is_stopped(secs(2)).map(drop)
}

/// The command waits for its helper at the stop, as it should.
fn asks(case: &Case, rules: &mut Rules) -> Result<(), Stop> {
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
fn kills(case: &Case, rules: &mut Rules) -> Result<(), Stop> {
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
