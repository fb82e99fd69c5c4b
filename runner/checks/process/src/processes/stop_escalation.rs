use std::time::Instant;

use harness::check::{Case, CheckResult, Running, Stop};
use harness::process;
use harness::until::{ms, secs, until};
use nix::sys::signal::Signal;

use super::ready_file::ReadyFile;

/// A worker is asked, given its time, and ended by force after that; none is left as a zombie.
pub(crate) fn stop_escalation(case: &mut Case) -> CheckResult {
    let code = case.number(1..=99);

    case.step("stop a worker that takes 80 ms of its 60 s to finish");
    case.matters("what a worker has in hand when it is killed is lost, or done by half");
    let mut manager = manager(case, 60_000)?;
    let worker = start(case, &mut manager, "--clean-after-ms 80 --linger 60")?;
    manager.write_line("stop")?;
    let answer = answers(&manager, worker, "a worker that ends is answered for at once")?;
    let was_let = manager.stdout_lines().iter().any(|line| line == "clean");
    let expected = "a worker that ends in its time is let do so, and says `clean`";
    let observed = format!("the worker was cut off: no line `clean`, and {answer:?}");
    case.expect(was_let, expected, observed)?;
    is_over(case, &manager, worker, &answer, "stopped: exit status: 0")?;

    case.step("stop a worker that has ended already");
    let worker = start(case, &mut manager, &format!("--exit {code}"))?;
    manager.write_line("stop")?;
    let answer = answers(&manager, worker, "a worker that has ended is answered for at once")?;
    is_over(case, &manager, worker, &answer, &format!("stopped: exit status: {code}"))?;
    manager.close_stdin();
    manager.exits_with(0, secs(2))?;
    manager.leaves_nothing()?;

    case.step("stop a worker that ignores SIGTERM, with a grace of 150 ms");
    case.matters(
        "whoever waits without limit for a process that may not end has the process decide when the \
         deployment goes on, or whether",
    );
    let mut manager = self::manager(case, 150)?;
    let worker = start(case, &mut manager, "--ignore-term --linger 60")?;
    manager.write_line("stop")?;
    manager.prints(&format!("stopping {worker}, it has 150 ms"), secs(2))?;
    sleeps_meanwhile(case, &manager, worker)?;
    let answer = answers(&manager, worker, "when its time is over, the worker is ended by force")?;
    is_over(case, &manager, worker, &answer, "stopped: signal: 9 (SIGKILL)")?;
    manager.close_stdin();
    manager.exits_with(0, secs(2))?;
    manager.leaves_nothing()?;

    case.passed(format!(
        "a worker with 80 ms of work left came to its own end, one had ended with status {code}, and \
         one that ignored SIGTERM was killed when its 150 ms were over; none was left as a zombie"
    ))
}

fn manager(case: &Case, grace: u32) -> Result<Running, Stop> {
    let program = case.program().env("CHILD", case.decoy_path()?);
    let manager = program.env("GRACE_MS", grace.to_string()).with_stdin().start()?;
    manager.prints("ready", secs(3))?;
    Ok(manager)
}

/// Starts a worker, and waits until it is at work or has ended.
fn start(case: &Case, manager: &mut Running, args: &str) -> Result<i32, Stop> {
    let ready = ReadyFile::new(case);
    manager.write_line(&format!("start --ready-file {} {args}", ready.name()))?;
    let worker = manager.until("the worker is started", secs(3), |_| ready.pid())?;
    manager.prints(&format!("started {worker}"), secs(2))?;
    if args.starts_with("--exit") {
        manager.until("the worker ends", secs(3), |_| match process::status(worker) {
            Some(status) if !status.is_zombie() => Err("it was at work".to_owned()),
            _ => Ok(()),
        })?;
    }
    Ok(worker)
}

/// The line that says how the worker ended; empty if the program ended without it.
fn answers(manager: &Running, worker: i32, expected: &str) -> Result<String, Stop> {
    manager.until(expected, secs(2), |manager| {
        let lines = manager.stdout_lines().into_iter();
        let stopping = format!("stopping {worker}, ");
        let mut since = lines.skip_while(|line| !line.starts_with(&stopping));
        match since.find(|line| line.starts_with("stopped: ")) {
            Some(line) => Ok(line),
            None if manager.ended().is_some() => Ok(String::new()),
            None => Err(format!("{}, and the program {}", state(worker), doing(manager.pid()))),
        }
    })
}

/// For most of the grace there is nothing to do but to sleep, in whatever call. What it uses of a
/// processor meanwhile is judged as a share of the same time: a pause of 1 ms makes some hundredths.
fn sleeps_meanwhile(case: &Case, manager: &Running, worker: i32) -> Result<(), Stop> {
    let used = || process::cpu_time(manager.pid()).unwrap_or_default();
    let (since, before) = (Instant::now(), used());
    let (mut looks, mut asleep) = (0, 0);
    until(ms(120), || {
        let main = process::threads(manager.pid()).into_iter().next();
        let is_asleep = main.is_none_or(|main| main.status.state == 'S');
        // Looked at afterwards: the wait that follows a SIGKILL is not the one that is meant.
        let worker = process::status(worker).filter(|worker| !worker.is_zombie());
        let is_over = worker.is_none_or(|worker| worker.is_pending(Signal::SIGKILL as i32));
        looks += 1;
        asleep += usize::from(is_asleep && !is_over);
        is_over.then_some(())
    });
    let (used, time) = (used().saturating_sub(before), since.elapsed());
    // On a busy machine the share of one that spins is small, and looks are rare; not both so much.
    let spins = used * 10 > time || (asleep == 0 && looks >= 10);
    let expected = "while the worker has time, the program leaves the processor to it";
    let observed = format!(
        "it kept a processor busy: {} ms of {} ms, and {asleep} of {looks} looks found it asleep",
        used.as_millis(),
        time.as_millis()
    );
    if spins {
        case.matters(
            "a manager that spins takes from the worker the time in which it was to finish, and from \
             everybody else on that machine",
        );
    }
    let tree = manager.snapshot("while the worker has time");
    case.expect(!spins, expected, observed).map_err(|stop| stop.with(tree))
}

const AT_WORK: &str = "the worker was at work";

fn state(worker: i32) -> &'static str {
    match process::status(worker) {
        Some(status) if !status.is_zombie() => AT_WORK,
        Some(_) => "the worker had ended",
        None => "the worker was gone",
    }
}

fn doing(pid: i32) -> String {
    let call = process::threads(pid).into_iter().next().and_then(|main| main.call);
    call.map_or("was running".to_owned(), |call| format!("slept in {}", call.describe()))
}

/// The answer is the wanted one, and there is no worker any more.
fn is_over(
    case: &Case,
    manager: &Running,
    worker: i32,
    answer: &str,
    wanted: &str,
) -> Result<(), Stop> {
    // After SIGKILL a process has yet to die, so it is given a moment.
    until(ms(300), || (state(worker) != AT_WORK).then_some(()));
    let observed = format!("after {answer:?} {}, pid {worker}", state(worker));
    let is_gone = process::status(worker).is_none();
    let expected = "after the answer nothing is left of the worker, not even a zombie";
    let left = case.expect(is_gone, expected, observed);
    left.map_err(|stop| stop.with(manager.snapshot("after the answer")))?;
    let expected = format!("the program says {wanted:?}");
    case.expect(answer == wanted, &expected, format!("it said {answer:?}"))
}
