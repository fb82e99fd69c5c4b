mod held;
mod lines;

use std::time::{Duration, Instant};

use harness::check::{Case, CheckResult, Running, Stop};
use harness::process;
use harness::until::{ms, secs, until};

use super::decoys;
use held::Held;
use lines::{Line, line, mean};

/// The kernel counts in ticks of 10 ms. Over so many of them one more or less makes no difference.
const ENOUGH: Duration = ms(80);
/// Over so many of them it cannot be none.
const SOME: Duration = ms(40);
/// Where a worker does not come to that much within so many lines, nothing can be said of it.
const MOST_LINES: usize = 8;
const EXPECTED: &str = "the figures say what was used since the line before";

/// A share is that of the time since the line before.
pub(crate) fn cpu_needs_two(case: &mut Case) -> CheckResult {
    case.matters(
        "a monitor that always says 0, or a mean of weeks, hides the loop that heats the room and the \
         worker that stands still",
    );
    case.step("let three workers spin, stop one of them, and watch all");
    let [idle, worker, held] = [spinning(case)?, spinning(case)?, spinning(case)?];
    // Not before each has used some ticks: sysinfo takes "none so far" for "not looked at yet".
    let have_worked =
        || [&idle, &worker, &held].iter().all(|one| worked(one).is_ok_and(|time| time > ms(25)));
    until(secs(10), || have_worked().then_some(())).ok_or_else(too_busy)?;
    let _frozen = idle.freeze()?;
    let watcher_of_idle = watch(case, &idle)?;
    let held = Held::work(case, &held)?;
    let watcher = watch(case, &worker)?;
    let began = (Instant::now(), worked(&worker)?);

    let (mut lines, mut in_first) = (Vec::new(), None);
    let share = loop {
        lines.push(line(&watcher, lines.len() + 1)?);
        let (passed, worked) = (began.0.elapsed(), worked(&worker)? - began.1);
        in_first.get_or_insert(worked);
        if worked >= ENOUGH {
            break 100.0 * worked.as_secs_f64() / passed.as_secs_f64();
        }
        if lines.len() == MOST_LINES {
            return Err(too_busy());
        }
    };
    let said_of_idle = line(&watcher_of_idle, 1)?.process;
    let observed = format!(
        "pid {} was stopped all the time, and {said_of_idle:.1} % was said of it",
        idle.pid()
    );
    case.expect(said_of_idle < 0.5, "a process that did nothing since is at 0 %", observed)?;
    let pid = worker.pid();
    if in_first.is_some_and(|worked| worked >= SOME) {
        is_said_from_the_first_line(case, &watcher, pid, &lines[0])?;
    }
    let said = mean(&lines);
    is_said(case, pid, share, &said)?;
    held.is_said(case)?;

    case.passed(format!(
        "of the stopped worker {said_of_idle:.1} % was said, while another used {share:.0} % of a \
         processor {:.0} % of it and {:.0} % of all processors together, and what a third did while \
         its watcher was held was said, too",
        said.process, said.together
    ))
}

fn spinning(case: &Case) -> Result<Running, Stop> {
    let worker = decoys::start(case.decoy()?.args(["--spinners", "4"]))?;
    decoys::is_ready(&worker)?;
    Ok(worker)
}

fn watch(case: &Case, worker: &Running) -> Result<Running, Stop> {
    let pid = worker.pid().to_string();
    let program = case.program().arg(&pid).env("INTERVAL_MS", "200").start()?;
    program.prints(&format!("watching pid {pid}"), secs(3))?;
    Ok(program)
}

/// A program without a look before its loop has nothing to say in the first line, and is right from
/// then on.
fn is_said_from_the_first_line(
    case: &Case,
    watcher: &Running,
    pid: i32,
    first: &Line,
) -> Result<(), Stop> {
    if first.process > 0.0 {
        return Ok(());
    }
    let second = line(watcher, 2)?.process;
    let observed =
        format!("0.0 % was said of pid {pid} in the first line, and {second:.1} % in the second");
    case.expect(second == 0.0, EXPECTED, observed)
}

fn is_said(case: &Case, pid: i32, share: f64, said: &Line) -> Result<(), Stop> {
    let (process, together) = (said.process, said.together);
    let used = format!("pid {pid} used {share:.0} % of a processor");
    // The program's moments are not quite ours, and on a busy machine less so.
    let observed = match process {
        0.0 if together == 0.0 => {
            format!("{used}, and 0.0 % was said of it and of every processor")
        }
        0.0 => {
            format!("{used}, and 0.0 % was said of it, {together:.1} % of all processors together")
        }
        process if process < share * 0.5 => {
            let part = match (share / process).round() {
                2.0 => "half".to_owned(),
                parts => format!("one part in {parts:.0}"),
            };
            format!("{used}, and {process:.1} % was said, {part} of that")
        }
        process if process > share * 2.5 => format!("{used}, and {process:.1} % was said"),
        _ if together == 0.0 => format!("{used}, and 0.0 % was said of every processor"),
        _ if together < share * 0.5 => {
            format!("{used}, and {together:.1} % was said of all processors together")
        }
        _ => return Ok(()),
    };
    Err(case.failure(EXPECTED, observed))
}

fn worked(worker: &Running) -> Result<Duration, Stop> {
    process::cpu_time(worker.pid()).filter(|time| !time.is_zero()).ok_or_else(|| {
        let reason =
            "the kernel does not say how long a process has run (`schedstat` in /proc/PID)";
        Stop::unknown(reason, "run it on a kernel with CONFIG_SCHED_INFO")
    })
}

fn too_busy() -> Stop {
    let reason = "the machine is so busy that a process which wants a processor hardly gets one";
    Stop::unknown(reason, "run it again when the machine has less to do")
}
