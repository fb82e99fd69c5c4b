use harness::check::{Case, CheckResult, Reworded, Running, Stop, list_lines};
use harness::process;
use harness::report::Stream;
use harness::supervise::Ended;
use harness::until::secs;
use nix::sys::signal::Signal;

/// Writes that fail, in a row, of a program that does not look at its errors.
const UNHEEDED: u64 = 1000;
/// More orders than anybody waits for.
const ENDLESS: u64 = 100_000_000;

/// Nobody who reads is an end like any other; a full disk is a failure; neither is a crash.
pub(crate) fn broken_pipe_exit(case: &mut Case) -> CheckResult {
    case.step("read a short export to its end");
    case.matters("an export with an order missing is found out by the customer");
    let customer = case.word();
    let count = case.number(5..=9);
    let program = case.program().args([&customer, &count.to_string()]).start()?;
    program.ends(secs(3))?;
    let orders: Vec<_> = (1..=count).rev().map(|number| line(&customer, number, count)).collect();
    program.printed(&orders, "each order is printed, the newest first", |seen| {
        format!("{} lines were printed, of {count} orders", seen.len())
    })?;
    program.exits_with(0, secs(1))?;

    case.step("read the beginning of a long export and leave, while it is inside write(2)");
    case.matters(
        "`| head` is no fault: a status that says so wakes somebody at night, and a program that \
         works on for nobody takes the processor from those who work for somebody",
    );
    let program = case.program().args([&customer, &ENDLESS.to_string()]).hold(Stream::Stdout);
    let program = program.start()?;
    program.is_held_in_write(Stream::Stdout, secs(3))?;
    let before = process::write_calls(program.pid()).unwrap_or(0);
    program.close(Stream::Stdout);
    let expected =
        "the export ends at once, with status 0 or by SIGPIPE, when nobody reads any more";
    let when = "when nobody read any more";
    let ended = ends(case, &program, before, expected, when)?;
    if ended != Ended::Killed(Signal::SIGPIPE as i32) {
        program.exits_with(0, secs(1)).expecting(expected).observing(when)?;
    }
    case.matters(
        "an error that is none trains people not to read errors: the next one, on a full disk, is \
         overlooked with the rest",
    );
    let words = program.text(Stream::Stderr);
    let observed = format!("{when} it {ended}, and said {words:?}");
    case.expect(words.is_empty(), "it ends without a word when nobody reads any more", observed)?;
    program.leaves_nothing()?;

    case.matters("a success without the data is believed until somebody needs them");
    for (count, how_many) in [(ENDLESS, "a long export"), (3, "an export of 3 orders")] {
        case.step(&format!("print {how_many} onto a full disk"));
        let program = case.program().args([&customer, &count.to_string()]);
        let program = program.prints_into("/dev/full").start()?;
        is_reported(case, &program, how_many)?;
    }

    case.passed(format!(
        "{count} orders were printed; when nobody read any more the export {ended} without a word; \
         and on a full disk it said so, and exited with status 1",
    ))
}

/// What the program prints of one order.
fn line(customer: &str, number: u64, count: u64) -> String {
    let cents = (number * 667 + customer.bytes().map(u64::from).sum::<u64>()) % 100_000;
    format!("{customer} {number} of {count}: {cents} cents")
}

/// It ends, and does not go on printing to nobody. `before` is how often it had called write(2).
fn ends(
    case: &Case,
    program: &Running,
    before: u64,
    expected: &str,
    when: &str,
) -> Result<Ended, Stop> {
    let ended = program.until(expected, secs(3), |program| {
        let more = process::write_calls(program.pid()).unwrap_or(0).saturating_sub(before);
        match program.ended() {
            Some(ended) => Ok(Ok(ended)),
            None if more > UNHEEDED => Ok(Err(more)),
            None => Err(format!("{when} it did not end")),
        }
    })?;
    ended.map_err(|more| {
        let observed = format!("{when} it went on: it has called write(2) {more} times since");
        case.failure(expected, observed).with(program.snapshot("after that"))
    })
}

/// One line on stderr, and status 1.
fn is_reported(case: &Case, program: &Running, how_many: &str) -> Result<(), Stop> {
    let when = &format!("with {how_many} on a full disk");
    let expected = "an export that could not be written says why in one line, with status 1";
    ends(case, program, 0, expected, when)?;
    program.exits_with(1, secs(1)).expecting(expected).observing(when)?;
    let words = program.text(Stream::Stderr);
    let lines = list_lines(&words);
    let holds =
        lines.len() == 1 && words.starts_with("export: ") && words.contains("No space left");
    case.expect(holds, expected, format!("{when} it said {words:?} on stderr"))?;
    program.leaves_nothing()
}
