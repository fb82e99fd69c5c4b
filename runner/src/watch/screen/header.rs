//! Where the learner is in the course.

use super::link;
use crate::draw::{Line, Style, fill};
use crate::watch::state::State;

pub(super) fn header(state: &State, width: usize) -> Vec<Line> {
    let mut lines = vec![title(state, width)];
    lines.extend(path(state, width));
    lines.push(bar(state.passed_count(), state.course.len(), width));
    lines
}

fn title(state: &State, width: usize) -> Line {
    let exercise = state.course.exercise(state.current);
    let place = format!("  {}/{}", state.current.0 + 1, state.course.len());
    let left = Line::plain(&state.course.chapter_of(state.current).title)
        .with(" › ", Style::Dim)
        .with(&exercise.name, Style::Strong);
    let room = width.saturating_sub(place.len());
    left.cut(room).padded(room).with(place, Style::Dim)
}

fn path(state: &State, width: usize) -> Vec<Line> {
    let span = link::span(state, state.course.file(state.current));
    fill(Line::blank(), 0, &[span], width)
}

fn bar(passed: usize, all: usize, width: usize) -> Line {
    let label = format!(" {passed} of {all} passed");
    let cells = width.saturating_sub(label.len());
    // A first pass is seen, and the bar is full only at the end.
    let full = if passed == 0 { 0 } else { (cells * passed / all.max(1)).max(1) };
    Line::new("█".repeat(full), Style::Good)
        .with("░".repeat(cells - full), Style::Dim)
        .with(label, Style::Plain)
}
