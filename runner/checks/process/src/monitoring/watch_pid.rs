use harness::check::{Case, CheckResult, Running, Stop};
use harness::evidence::Evidence;
use harness::process;
use harness::until::secs;
use nix::sys::signal::Signal;

use super::decoys;

/// A process that has ended is said to have ended, and none before.
pub(crate) fn watch_pid(case: &mut Case) -> CheckResult {
    case.matters(
        "a watcher that shows the last figures of the dead as if they were today's is worse than none: \
         nobody restarts what is said to be at work",
    );
    case.step("watch a job, and let it end between two looks");
    let job = start(case)?;
    let watcher = watch(case, &job)?;
    let pid = job.pid();
    let frozen = watcher.freeze()?;
    let said = lines(&watcher, pid);
    // The check is the job's parent: after this nothing is left of it, not even its number.
    drop(job);
    drop(frozen);
    is_said_to_have_ended(case, &watcher, pid, said, "is gone")?;

    case.step("watch another, which ends and is not waited for");
    let job = start(case)?;
    let watcher = watch(case, &job)?;
    let pid = job.pid();
    let frozen = watcher.freeze()?;
    let said = lines(&watcher, pid);
    job.signal(Signal::SIGKILL)?;
    job.is_killed_by(Signal::SIGKILL, secs(2))?;
    drop(frozen);
    is_said_to_have_ended(case, &watcher, pid, said, "is dead, in state Z")?;
    watcher.leaves_nothing()?;

    case.passed(
        "two jobs were shown while they ran, and said to have ended when they had: one of which nothing \
         was left, and one that still stood in the process table",
    )
}

fn start(case: &Case) -> Result<Running, Stop> {
    let mib = case.number(10..=40).to_string();
    let job = decoys::start(case.decoy()?.args(["--mib", &mib]))?;
    decoys::is_ready(&job)?;
    // Asleep at each look, or a program that takes sleep for the end would be right by chance.
    decoys::comes_to_rest(&job)?;
    Ok(job)
}

/// Starts the program on this job, and waits until it has said twice what the job's memory is.
fn watch(case: &Case, job: &Running) -> Result<Running, Stop> {
    let pid = job.pid();
    let watcher = case.program().arg(pid.to_string()).env("INTERVAL_MS", "5").start()?;
    let mib = process::resident(pid).unwrap_or(0) >> 20;
    let what = format!("\"pid {pid}: {mib} MiB\" at each look");
    let said = watcher.prints_nth(2, &what, secs(2), |line| {
        let size = line.strip_prefix(&format!("pid {pid}: "))?.strip_suffix(" MiB")?;
        size.parse::<u64>().ok().filter(|size| size.abs_diff(mib) <= 1)
    });
    let ended = watcher.stdout_lines().contains(&format!("pid {pid} has ended"));
    let observed = format!("pid {pid} lives, asleep as most are, and was said to have ended");
    case.expect(!ended, "a job that runs is shown with its memory", observed)?;
    said?;
    Ok(watcher)
}

fn lines(watcher: &Running, pid: i32) -> usize {
    let of_it = format!("pid {pid}: ");
    watcher.stdout_lines().iter().filter(|line| line.starts_with(&of_it)).count()
}

/// `said` lines were there when the job ended. The line in hand then may come as well.
fn is_said_to_have_ended(
    case: &Case,
    watcher: &Running,
    pid: i32,
    said: usize,
    how: &str,
) -> Result<(), Stop> {
    let expected = "at the first look after its end a job is said to have ended";
    let ended = format!("pid {pid} has ended");
    let last = watcher.until(expected, secs(2), |watcher| {
        let now = watcher.stdout_lines();
        let more = lines(watcher, pid).saturating_sub(said);
        match watcher.ended() {
            _ if now.contains(&ended) || more >= 5 => Ok(more),
            Some(_) => Ok(more),
            None => Err(format!("pid {pid} {how}, and nothing more was said; the watcher runs on")),
        }
    })?;
    let line = watcher.stdout_lines().pop().unwrap_or_default();
    let observed = format!("pid {pid} {how}, and after its end {line:?} was said {last} times");
    if last >= 5 {
        let tree = process::snapshot("after the job's end", &[pid, watcher.pid()]);
        return Err(case.failure(expected, observed).with(Evidence::Processes(tree)));
    }
    watcher.exits_with(0, secs(1))?;
    watcher.prints(&ended, secs(1))
}
