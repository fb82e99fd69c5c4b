//! The line that is always in sight: what goes on, or how it ended.

use std::time::Duration;

use harness::report::Verdict;

use crate::draw::{Line, Style, title};
use crate::watch::event::Source;
use crate::watch::state::list::{Filter, List};
use crate::watch::state::verify::Verify;
use crate::watch::state::{Ending, Page, State, Work};

pub(super) fn status(state: &State, width: usize) -> Line {
    let (left, right) = match &state.page {
        Page::Exercise => exercise(state),
        Page::Solution(_) => (Line::new("Solution", Style::Strong), String::new()),
        Page::Help => (Line::new("Help", Style::Strong), String::new()),
        Page::Closing => (Line::new("The end of the course", Style::Good), String::new()),
        Page::List(list) => listed(state, list),
        Page::Verify(verify) => verified(state, verify),
    };
    let right = if right.is_empty() { right } else { format!("  {right}") };
    let room = width.saturating_sub(right.chars().count());
    left.cut(room).padded(room).with(right, Style::Dim)
}

fn exercise(state: &State) -> (Line, String) {
    if matches!(state.work, Work::Judging(_)) {
        let begun = if state.attempt.saved { "saved · " } else { "" };
        let step = state.attempt.steps.last().map_or("compiling", String::as_str);
        let left = Line::new("▸ ", Style::Key).with(begun, Style::Good).and(step);
        return (left, format!("{} s", state.attempt.elapsed.as_secs()));
    }
    let took = seconds(state.attempt.elapsed);
    match (&state.source, &state.attempt.ending) {
        (Some(Source::Missing), _) => (Line::new("! The file is gone", Style::Bad), String::new()),
        (Some(Source::NotUtf8(_)), _) => {
            (Line::new("! The file is not UTF-8", Style::Bad), String::new())
        }
        (Some(Source::Unreadable(_)), _) => {
            (Line::new("! The file cannot be read", Style::Bad), String::new())
        }
        (_, Some(Ending::DidNotBuild(_))) => (Line::new("✗ Does not compile", Style::Bad), took),
        (_, Some(Ending::Verdict(verdict))) => (judged(state, verdict), took),
        (_, Some(Ending::Cancelled)) => (Line::new("■ Cancelled", Style::Doubt), String::new()),
        (_, None) => (Line::new("▸ opening", Style::Dim), String::new()),
    }
}

fn judged(state: &State, verdict: &Verdict) -> Line {
    let all = state.course.len();
    match verdict {
        Verdict::Passed(_) if state.passed_count() == all => {
            title(verdict).and(format!(", as do all {all} by now"))
        }
        _ => title(verdict),
    }
}

fn listed(state: &State, list: &List) -> (Line, String) {
    let shown = list.shown(&state.course, &state.progress).len();
    let filter = match list.filter {
        Filter::All => "all",
        Filter::Pending => "pending",
        Filter::Done => "done",
    };
    let mut left = Line::new("List", Style::Strong).and(format!(": {filter}"));
    if list.typing || !list.search.is_empty() {
        let cursor = if list.typing { "_" } else { "" };
        left = left.with("  /", Style::Key).with(&list.search, Style::Key).with(cursor, Style::Key);
    }
    (left, format!("{shown} of {}", state.course.len()))
}

fn verified(state: &State, verify: &Verify) -> (Line, String) {
    let all = state.course.len();
    let done = verify.marks.len();
    let left = if state.running().is_some() {
        let name = state.course.ids().nth(done).map(|id| state.course.exercise(id).name.as_str());
        let step = Line::new("Verifying ", Style::Strong).and(name.unwrap_or_default());
        if verify.step.is_empty() { step } else { step.and(": ").and(&verify.step) }
    } else if verify.cancelled {
        Line::new("■ Cancelled", Style::Doubt)
    } else {
        Line::new("Verified", Style::Strong)
    };
    let elapsed = (verify.elapsed.0 + verify.elapsed.1).as_secs();
    (left, format!("{done} of {all}, {elapsed} s"))
}

/// Seconds with as many digits as say something.
fn seconds(took: Duration) -> String {
    if took < Duration::from_secs(10) {
        format!("{:.2} s", took.as_secs_f64())
    } else {
        format!("{} s", took.as_secs())
    }
}
