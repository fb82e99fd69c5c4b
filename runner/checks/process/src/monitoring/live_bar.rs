mod output;

use harness::check::{Case, CheckResult, Program, Reworded, Running, Stop};
use harness::process;
use harness::report::Stream;
use harness::supervise::Ended;
use harness::until::secs;
use nix::sys::signal::Signal;

use super::decoys;
use output::{is_plain, leaves_the_terminal};

const HIDE: &str = "\x1b[?25l";
const SHOW: &str = "\x1b[?25h";

const LEFT: &str = "a terminal belongs to whoever sits there: one that was left without a cursor, or a \
                    log full of escape sequences, is mended by hand, each time";
const STATUS: &str = "whoever waits for a program takes an interrupted run for a finished one, and a \
                      shell script that runs it in a loop goes on after Ctrl-C";

/// A terminal is left as it was found, and what is no terminal is not drawn upon.
pub(crate) fn live_bar(case: &mut Case) -> CheckResult {
    case.matters(LEFT);
    let mib = case.number(60..=99);
    let process = decoys::start(case.decoy()?.args(["--mib", &mib.to_string()]))?;
    decoys::is_ready(&process)?;
    let pid = process.pid();

    case.step("watch a process on a terminal, and press Ctrl-C");
    let mut bar = on_terminal(case, pid)?;
    bar.types("\x03")?;
    ends_by(case, &bar, Signal::SIGINT, "Ctrl-C")?;

    case.step("watch it on a terminal, and send SIGTERM");
    let bar = on_terminal(case, pid)?;
    bar.signal(Signal::SIGTERM)?;
    ends_by(case, &bar, Signal::SIGTERM, "SIGTERM")?;

    case.step("watch it on a terminal, and from a terminal into a pipe, until it ends");
    let on_terminal = on_terminal(case, pid)?;
    // As in `live_bar PID | tee log`: standard input and standard error are a terminal.
    let piped = start(case, pid).on_terminal(24, 80).piped().start()?;
    says(case, &piped, pid, 3)?;
    let mib = process::resident(pid).unwrap_or(0) >> 20;
    drop(process);
    on_terminal.exits_with(0, secs(2))?;
    leaves_the_terminal(case, &on_terminal, "the end of the process")?;
    piped.exits_with(0, secs(2))?;
    let count = is_plain(case, &piped, pid, mib)?;
    piped.leaves_nothing()?;

    case.passed(format!(
        "the cursor was hidden while the line was drawn, and shown after Ctrl-C, after SIGTERM, and \
         after the end of the process; in a pipe, where standard input and error were a terminal, there \
         were {count} plain lines"
    ))
}

fn start(case: &Case, pid: i32) -> Program {
    case.program().arg(pid.to_string()).env("INTERVAL_MS", "10")
}

/// Waits until it has said something on the process `count` times, on whatever it writes to.
fn says(case: &Case, bar: &Running, pid: i32, count: usize) -> Result<(), Stop> {
    let expected = "it says something on the process at each look";
    let looks = |bar: &Running| bar.text(Stream::Stdout).matches(&format!("pid {pid}: ")).count();
    let ended = bar.until(expected, secs(2), |bar| match (looks(bar), bar.ended()) {
        (looks, _) if looks >= count => Ok(None),
        (_, Some(ended)) => Ok(Some(ended)),
        (looks, None) => Err(format!("it said something {looks} times")),
    })?;
    ended.map_or(Ok(()), |ended| Err(case.failure(expected, format!("it {ended}"))))
}

/// Starts it on a terminal, and waits until it has drawn its line twice.
fn on_terminal(case: &Case, pid: i32) -> Result<Running, Stop> {
    let bar = start(case, pid).on_terminal(24, 80).start()?;
    says(case, &bar, pid, 2)?;
    let text = bar.text(Stream::Stdout);
    let expected = "the cursor is hidden while the line is drawn";
    case.expect(text.contains(HIDE), expected, "it was not hidden, and jumps about")?;
    let observed = "each look was drawn on a line of its own, on a terminal";
    case.expect(!text.contains('\n'), "the line is drawn anew in its place", observed)?;
    Ok(bar)
}

fn ends_by(case: &Case, bar: &Running, signal: Signal, by: &str) -> Result<(), Stop> {
    let ended = bar.ends(secs(2)).observing(&format!("after {by}"))?;
    leaves_the_terminal(case, bar, &format!("{by}: it {ended}"))?;
    let number = signal as i32;
    let holds = ended == Ended::Killed(number) || ended == Ended::Exited(128 + number);
    let expected = format!("after {by} its status is that of {signal}, {}", 128 + number);
    case.matters(STATUS);
    case.expect(holds, &expected, format!("the cursor is shown, and after {by} it {ended}"))?;
    case.matters(LEFT);
    bar.leaves_nothing()
}
