use std::collections::BTreeMap;

use harness::check::{Case, CheckResult, Rest, Reworded, Running, Seen, Stop};
use harness::process;
use harness::until::{ms, secs, until};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

const SIZE: usize = 6;

/// Every worker that ends is told of and replaced, also when several end at the same moment.
pub(crate) fn sigchld_coalesced(case: &mut Case) -> CheckResult {
    case.matters(
        "signals of one kind merge: whoever reaps one child for each has a child less in every bad \
         moment, and a zombie more, and believes that all are at work",
    );
    let worker = [SIZE.to_string(), case.decoy_path()?, "--linger".to_owned(), "60".to_owned()];
    let supervisor = case.program().args(worker).start()?;
    supervisor.prints(&format!("ready: {SIZE} workers of {}", supervisor.pid()), secs(3))?;
    let mut workers = at_work(&supervisor);
    let observed = format!("{} were at work", workers.len());
    case.expect(workers.len() == SIZE, "six workers are at work", observed)?;
    let mut signals = [Signal::SIGKILL, Signal::SIGUSR1, Signal::SIGALRM, Signal::SIGVTALRM];
    signals.rotate_left(case.number(0..=3) as usize);

    case.step("end one worker");
    let ended = BTreeMap::from([(workers.remove(0), signals[3])]);
    ended.iter().try_for_each(|(&pid, &signal)| kill(Pid::from_raw(pid), signal))?;
    are_replaced(case, &supervisor, &ended)?;

    case.step("stop the supervisor, end three workers at once, and let it go on");
    let frozen = supervisor.freeze()?;
    let ended: BTreeMap<_, _> = workers.into_iter().zip(signals).take(3).collect();
    ended.iter().try_for_each(|(&pid, &signal)| kill(Pid::from_raw(pid), signal))?;
    supervisor.until("the three workers end", secs(10), |_| {
        let dead = |pid: &&i32| process::status(**pid).is_some_and(|status| status.is_zombie());
        let count = ended.keys().filter(dead).count();
        if count == 3 { Ok(()) } else { Err(format!("{count} of them had")) }
    })?;
    drop(frozen);
    are_replaced(case, &supervisor, &ended)?;

    case.step("see what it does while all are at work");
    case.matters(
        "a supervisor that spins, or that sleeps in a wait, is deaf to whoever wants it to stop",
    );
    supervisor
        .sleeps_in("wait for a signal", secs(2), |call| !call.is_wait())
        .expecting("with six workers at work, it sleeps until there is another signal")?;

    case.step("ask it to stop");
    supervisor.signal(Signal::SIGTERM)?;
    supervisor.prints("stopped", secs(3))?;
    supervisor.exits_with(0, secs(2))?;
    supervisor.leaves_nothing()?;

    case.passed(
        "of four workers that ended, three of them under one SIGCHLD, each was told of with its signal \
         and replaced; no zombie was left",
    )
}

/// Its children that live.
fn at_work(supervisor: &Running) -> Vec<i32> {
    let children = supervisor.children().into_iter();
    children.filter(|(_, status)| !status.is_zombie()).map(|(pid, _)| pid).collect()
}

/// There is a line for each of those, with its signal; none is a zombie, and six are at work.
fn are_replaced(
    case: &Case,
    supervisor: &Running,
    ended: &BTreeMap<i32, Signal>,
) -> Result<(), Stop> {
    // Once they have ended, and it has come to rest, there is nothing more to come. One that looks
    // for them now and then is given its time.
    let over = |pid: &i32| process::status(*pid).is_none_or(|status| status.is_zombie());
    let count = || ended.keys().filter(|pid| over(pid)).count();
    supervisor.until("the workers end", secs(10), |_| match count() {
        count if count == ended.len() => Ok(()),
        count => Err(format!("{count} of them had")),
    })?;
    let rests = match supervisor.sleeps_or_ends(ms(500)) {
        Ok(Rest::Asleep(asleep)) => asleep.wakes_in().is_none(),
        Ok(Rest::Ended(_)) => true,
        Err(_) => false,
    };
    let mut seen = String::new();
    // Its last line may be there before whoever reads it for us has had a processor.
    let within = if rests { ms(500) } else { secs(2) };
    let done = until(within, || look(supervisor, ended).map_err(|words| seen = words).ok());
    let expected = "each worker that has ended is told of, reaped, and replaced";
    let failure = || case.failure(expected, seen).with(supervisor.snapshot("after their end"));
    done.ok_or_else(failure)
}

fn look(supervisor: &Running, ended: &BTreeMap<i32, Signal>) -> Seen<()> {
    let lines = supervisor.stdout_lines();
    let told = ended.iter().filter(|(pid, signal)| {
        let line = format!("worker {pid} ended by signal {}, ", **signal as i32);
        lines.iter().any(|seen| seen.starts_with(&line))
    });
    let told = told.count();
    let zombies = supervisor.children().iter().filter(|(_, status)| status.is_zombie()).count();
    let living = at_work(supervisor).len();
    if (told, zombies, living) == (ended.len(), 0, SIZE) {
        return Ok(());
    }
    let ignores = process::status(supervisor.pid())
        .is_some_and(|status| status.ignored >> (Signal::SIGCHLD as i32 - 1) & 1 == 1);
    let how = if ignores { "; it ignores SIGCHLD, and has no status to ask for" } else { "" };
    Err(format!(
        "{} ended, it told of {told}; zombies left: {zombies}, at work: {living} of {SIZE}{how}",
        ended.len()
    ))
}
