//! What it has written, to a terminal or into a pipe.

use harness::check::{Case, Running, Stop};
use harness::evidence::{Evidence, Lines};
use harness::report::Stream;
use harness::until::{ms, until};

use super::{HIDE, SHOW};

/// After its end: the last that the terminal was told of the cursor is to show it, and the line that
/// was drawn has an end.
pub(super) fn leaves_the_terminal(case: &Case, bar: &Running, after: &str) -> Result<(), Stop> {
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
pub(super) fn is_plain(case: &Case, piped: &Running, pid: i32, mib: u64) -> Result<usize, Stop> {
    let text = piped.text(Stream::Stdout);
    let expected = "what is not a terminal gets plain lines, one for each look";
    let escapes = text.matches('\x1b').count();
    let observed = format!(
        "{escapes} escape sequences went into a pipe, with a terminal as standard input and error"
    );
    case.expect(escapes == 0, expected, observed)?;
    let observed = "carriage returns went into a pipe, and no line is ended";
    case.expect(!text.contains('\r'), expected, observed)?;
    let observed = "all looks stand on one line; none of them ends";
    case.expect(text.contains('\n'), expected, observed)?;
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
