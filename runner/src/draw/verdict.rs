//! Verdicts. A failure names facts, then what they cost; it never names the fix.

use harness::report::{Failure, Passed, Unknown, Verdict};

use super::{Line, Span, Style, chop_at_spaces, coloured, evidence, fill, wrap::words_of};

/// A verdict as `run` prints it: its title, a blank line, then everything that is known.
/// `solution` is the path of the exercise's solution, relative to the course.
#[must_use]
pub fn verdict(verdict: &Verdict, solution: &str, width: usize) -> Vec<Line> {
    let mut lines = vec![title(verdict), Line::blank()];
    lines.extend(match verdict {
        Verdict::Passed(it) => passed(it, solution, width),
        Verdict::Failed(it) => failure(it, width),
        Verdict::Unknown(it) => unknown(it, width),
    });
    lines
}

/// A verdict in two or three words.
#[must_use]
pub fn title(verdict: &Verdict) -> Line {
    match verdict {
        Verdict::Passed(_) => Line::new("✓ Passed", Style::Good),
        Verdict::Failed(_) => Line::new("✗ Failed", Style::Bad),
        Verdict::Unknown(_) => Line::new("? Could not tell", Style::Doubt),
    }
}

/// What was proved, and where to read on.
#[must_use]
pub fn passed(passed: &Passed, solution: &str, width: usize) -> Vec<Line> {
    let mut lines = labelled("Proved", &passed.proved, Style::Plain, width);
    lines.extend(labelled("Solution", solution, Style::Key, width));
    lines
}

/// What was wanted, what was seen, the facts behind it, and why anybody should care.
#[must_use]
pub fn failure(failure: &Failure, width: usize) -> Vec<Line> {
    let mut lines = labelled("Expected", &failure.expected, Style::Plain, width);
    lines.extend(labelled("Observed", &failure.observed, Style::Plain, width));
    for piece in &failure.evidence {
        lines.push(Line::blank());
        lines.extend(evidence(piece, width));
    }
    lines.push(Line::blank());
    lines.push(Line::new("Why it matters", Style::Strong));
    lines.extend(fill(Line::plain("  "), 2, &words_of(&failure.why, &Style::Plain), width));
    lines
}

/// Whose fault it is not, what stood in the way, and what to type.
#[must_use]
pub fn unknown(unknown: &Unknown, width: usize) -> Vec<Line> {
    let mut lines =
        super::prose("The kit could not judge your program; this is not its fault.", width);
    lines.extend(labelled("Reason", &unknown.reason, Style::Plain, width));
    lines.extend(labelled("Next", &unknown.next, Style::Plain, width));
    lines
}

/// What the compiler said, in its own colours.
#[must_use]
pub fn did_not_build(message: &str, width: usize) -> Vec<Line> {
    coloured(message).iter().flat_map(|line| chop_at_spaces(line, width, 0)).collect()
}

/// `Label     text`, the text's later lines below its first.
fn labelled(label: &str, text: &str, style: Style, width: usize) -> Vec<Line> {
    let first = Line::new(label, Style::Strong).padded(LABEL);
    let words: Vec<Span> = words_of(text, &style);
    fill(first, LABEL, &words, width)
}

/// The widest label and two spaces.
const LABEL: usize = "Expected".len() + 2;
