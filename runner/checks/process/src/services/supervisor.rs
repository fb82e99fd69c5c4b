use harness::check::{Case, CheckResult, Reworded, Rule, Rules, Stop};
use harness::until::{ms, secs};
use nix::sys::signal::Signal;

use super::left::{ASKS, CLEARS, GROUP, asks, clears, gives_up, kills};
use super::watched::Watched;

pub(super) const LIMITS: Rule = Rule {
    says: "five fast ends in a row are the end: it gives up with status 3",
    matters: "a program that cannot work is started for ever: its log fills the disk, and nobody is \
              called",
};
const RESETS: Rule = Rule {
    says: "a run of FAST_MS or more begins the count anew",
    matters: "after some months every program has crashed five times, and then nobody restarts it",
};
const HEARS: Rule = Rule {
    says: "the pause ends with its time; at a stop it ends at once, and nothing is started after it",
    matters: "what somebody has stopped comes back under his hands, or after its files were moved",
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
    rules.scene(&[LIMITS, CLEARS], |rules| gives_up(case, rules))?;
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
    case.step(
        "let the command end, and in the pause of a minute after that send SIGCHLD, then SIGTERM",
    );
    let watched = Watched::start(case, "exit 7", secs(60), secs(60), secs(20))?;
    let is_pause = |line: &str| line.starts_with("next start").then_some(());
    let supervisor = &watched.supervisor;
    supervisor.prints_like("a line that begins with `next start`", secs(2), is_pause)?;
    supervisor.settles(secs(2))?;
    // As one does that comes late, or tells of a child that was stopped.
    supervisor.signal(Signal::SIGCHLD)?;
    let ended = supervisor.settles(secs(2))?;
    let observed = "a SIGCHLD in the pause was taken for a stop";
    case.expect(ended.is_none(), HEARS.says, observed)?;
    // In this order: what has ended by the second look has been counted by itself.
    let is_pause = supervisor.children().is_empty() && watched.starts().len() == 1;
    let observed = "a SIGCHLD cut the pause of a minute short: the command was started again";
    case.expect(is_pause, HEARS.says, observed)?;
    let stopped = watched.is_stopped(secs(1));
    let more = watched.starts().len().saturating_sub(1);
    let observed = format!("after SIGTERM the command was started {more} times more");
    case.expect(more == 0, HEARS.says, observed)?;
    stopped.observing("in the pause")?;
    rules.holds(HEARS, "it ended at once, and the command was not started again");
    supervisor.leaves_nothing()
}
