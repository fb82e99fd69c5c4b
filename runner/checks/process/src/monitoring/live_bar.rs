use harness::check::{Case, CheckResult, Reworded, Running, Stop};
use harness::evidence::{Evidence, Lines};
use harness::process;
use harness::report::Stream;
use harness::supervise::Ended;
use harness::until::{ms, secs, until};
use nix::sys::signal::Signal;

use super::decoys;

const HIDE: &str = "\x1b[?25l";
const SHOW: &str = "\x1b[?25h";

/// A terminal is left as it was found, and what is no terminal is not drawn upon.
pub(crate) fn live_bar(case: &mut Case) -> CheckResult {
    case.matters(
        "a terminal belongs to whoever sits there: one that was left without a cursor, or a log full of \
         escape sequences, is mended by hand, each time",
    );
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

    case.step("watch it on a terminal, and into a pipe, until it ends");
    let on_terminal = on_terminal(case, pid)?;
    let piped = start(case, pid).start()?;
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
         after the end of the process; in a pipe there were {count} plain lines"
    ))
}

fn start(case: &Case, pid: i32) -> harness::check::Program {
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
    case.expect(holds, &expected, format!("the cursor is shown, and after {by}: it {ended}"))?;
    bar.leaves_nothing()
}

/// After its end: the last that the terminal was told of the cursor is to show it, and the line that
/// was drawn has an end.
fn leaves_the_terminal(case: &Case, bar: &Running, after: &str) -> Result<(), Stop> {
    let is_left = |text: &str| {
        let drawn = text.rfind(" MiB").unwrap_or(0);
        (text.rfind(SHOW) > text.rfind(HIDE), text[drawn..].contains('\n'))
    };
    // Its last words may still be under way.
    let look = || Some(bar.text(Stream::Stdout)).filter(|text| is_left(text) == (true, true));
    if until(ms(300), look).is_some() {
        return Ok(());
    }
    let text = bar.text(Stream::Stdout);
    let (expected, observed) = match is_left(&text) {
        (false, _) => {
            ("the cursor is shown again, however the program ends", "the cursor is hidden")
        }
        (true, _) => ("the line is ended, so that a prompt stands below it", "the line has no end"),
    };
    let last = text.rfind('\r').map_or(text.as_str(), |drawn| &text[drawn..]).escape_default();
    let told = Lines {
        what: "the last words to the terminal".to_owned(),
        expected: vec!["\\r\\u{1b}[K(line)\\u{1b}[?25h\\n".to_owned()],
        observed: vec![last.to_string()],
    };
    let failure = case.failure(expected, format!("{observed} after {after}"));
    Err(failure.with(Evidence::Lines(told)))
}

/// Whole lines without a control character in them; how many.
fn is_plain(case: &Case, piped: &Running, pid: i32, mib: u64) -> Result<usize, Stop> {
    let text = piped.text(Stream::Stdout);
    let expected = "what is not a terminal gets plain lines, one for each look";
    let escapes = text.matches('\x1b').count();
    let observed = format!("{escapes} escape sequences went into a pipe");
    case.expect(escapes == 0, expected, observed)?;
    let observed = "carriage returns went into a pipe, and no line is ended";
    case.expect(!text.contains('\r'), expected, observed)?;
    let size = |line: &str| {
        let (mib, _) = line.strip_prefix(&format!("pid {pid}: "))?.split_once(" MiB")?;
        mib.parse::<u64>().ok()
    };
    let (count, said) = (text.lines().count(), text.lines().filter_map(size));
    // The memory of a process that is just ending goes before it does.
    let right = said.clone().filter(|said| said.abs_diff(mib) <= 1).count();
    let observed = format!("of {count} lines {right} said that pid {pid} has {mib} MiB");
    case.expect(said.count() == count && right >= 3, expected, observed)?;
    Ok(count)
}
