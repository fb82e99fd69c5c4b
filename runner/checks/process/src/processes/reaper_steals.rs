use harness::check::{Case, CheckResult, Reworded, Running, Stop};
use harness::process;
use harness::report::Stream;
use harness::supervise::Ended;
use harness::until::secs;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::ready_file::ReadyFile;

/// Bytes that a held pipe takes in, see [`harness::check::Program::hold`].
const PIPE: usize = 4096;

/// Orphans are reaped, and the job's status reaches the caller, whenever the two come together.
pub(crate) fn reaper_steals(case: &mut Case) -> CheckResult {
    case.matters(
        "a status can be had once: a loop that reaps whoever has ended takes those that another part \
         of the program waits for, which then hears of an error, or makes a success of it",
    );
    let [status, other] = [case.number(3..=59), case.number(60..=99)];

    case.step("run a job that leaves no orphan");
    let init = case.program().arg(format!("exit {status}")).start()?;
    tells_of_the_job(case, &init, status)?;

    case.step("run a job that leaves an orphan, and end the orphan while the job is at work");
    let (mut init, orphan, worker) = with_an_orphan(case, "kill -KILL $$", 0)?;
    case.matters(
        "an orphan that is not reaped stays a zombie, and a container has room for so many",
    );
    end(orphan, Signal::SIGUSR1)?;
    is_reaped(case, &init, orphan)?;
    init.sleeps_in("wait for a signal", secs(3), |call| !call.is_wait())
        .expecting("when nobody has ended, it sleeps until there is another signal")?;
    end(worker, Signal::SIGKILL)?;
    tells_of_the_job(case, &init, 128 + Signal::SIGKILL as u64)?;
    drop(init);

    case.step("end another job in the very moment in which an orphan is told of");
    case.matters(
        "between two questions there is always a moment, and one day something happens in it",
    );
    let (held, orphan, worker) = with_an_orphan(case, &format!("exit {other}"), PIPE)?;
    init = held;
    end(orphan, Signal::SIGUSR1)?;
    let told = init.is_held_in_write(Stream::Stdout, secs(3));
    told.expecting("the orphan is told of when it has ended, and the job is at work")?;
    end(worker, Signal::SIGKILL)?;
    init.until("the job ends, too", secs(3), |init| {
        let is_over = |(pid, status): &(i32, process::Status)| *pid != orphan && status.is_zombie();
        init.children().iter().any(is_over).then_some(()).ok_or_else(|| "it went on".to_owned())
    })?;
    init.release(Stream::Stdout);
    let while_reaping = "it ended while the orphan was being told of";
    tells_of_the_job(case, &init, other).observing(while_reaping)?;

    case.passed(format!(
        "statuses {status} and {other} and SIGKILL were handed on, the second of them from a job that \
         ended while an orphan was being told of; both orphans were reaped"
    ))
}

/// A job that has an orphan and waits for a worker; after that it does what `last` says. The line on
/// the job fills a pipe of `held` bytes, so that the line on the orphan does not fit into it.
fn with_an_orphan(case: &Case, last: &str, held: usize) -> Result<(Running, i32, i32), Stop> {
    let [orphan, worker] = [ReadyFile::new(case), ReadyFile::new(case)];
    let command =
        |ready: &ReadyFile| format!("\"$CHILD\" --ready-file {} --linger 60", ready.name());
    let script = format!("({} &); {}; {last} #", command(&orphan), command(&worker));
    // `job 4194304 started: ` and the end of the line are in the pipe, too.
    let padding = held.saturating_sub(script.len() + 22);
    let program = case.program().env("CHILD", case.decoy_path()?);
    let program = program.arg(script + &"-".repeat(padding));
    let program = if held > 0 { program.hold(Stream::Stdout) } else { program };
    let init = program.start()?;
    let worker = init.until("the job starts its worker", secs(3), |_| worker.pid())?;
    let orphan = init.until("the job leaves an orphan", secs(3), |_| orphan.pid())?;
    init.until("the orphan is adopted", secs(3), |init| match process::status(orphan) {
        Some(status) if status.parent == init.pid() => Ok(()),
        status => Err(format!("its parent was {:?}", status.map(|status| status.parent))),
    })?;
    Ok((init, orphan, worker))
}

fn end(pid: i32, signal: Signal) -> nix::Result<()> {
    kill(Pid::from_raw(pid), signal)
}

fn is_reaped(case: &Case, init: &Running, orphan: i32) -> Result<(), Stop> {
    let line = format!("orphan {orphan} ended by signal {}", Signal::SIGUSR1 as i32);
    let expected = "an orphan that has ended is reaped, and told of";
    let reaped = init.until(expected, secs(2), |init| {
        let is_there = process::status(orphan).is_some();
        match (is_there, init.stdout_lines().contains(&line)) {
            (false, true) => Ok(()),
            (true, _) => Err(format!("the orphan, pid {orphan}, was left as a zombie")),
            (false, false) => Err(format!("the orphan was gone, and there was no line {line:?}")),
        }
    });
    reaped?;
    let gone = case.failure(expected, "the program ended before its job");
    if init.ended().is_some() { Err(gone) } else { Ok(()) }
}

/// By its last line and its status; `status` is 128 and more for a signal.
fn tells_of_the_job(case: &Case, init: &Running, status: u64) -> Result<(), Stop> {
    let how = match status {
        129.. => format!("ended by signal {}", status - 128),
        _ => format!("ended with status {status}"),
    };
    init.until("the program ends when its job has ended", secs(3), |init| {
        let children = init.children().len();
        init.ended().ok_or_else(|| format!("it went on, and had {children} children"))
    })?;
    let ended = init.ends(secs(2))?;
    let last = init.stdout_lines().pop().unwrap_or_default();
    let right = last == format!("job {how}") && ended == Ended::Exited(status as i32);
    let expected = format!("the job {how}: the last line says so, and the status is {status}");
    let observed = format!("the job {how}, the last line was {last:?}, and the program {ended}");
    case.expect(right, &expected, observed)?;
    init.leaves_nothing()
}
