//! The list of all exercises.

use super::super::state::list::List;
use crate::course::ExerciseId;
use crate::draw::{Line, Style, prose};
use crate::watch::state::State;

/// Columns before a name: the bar's sign and the mark.
const SIGNS: usize = 4;

/// The lines, and which of them the bar is on.
pub(super) fn list(state: &State, list: &List, width: usize) -> (Vec<Line>, Option<usize>) {
    let shown = list.shown(&state.course, &state.progress);
    if shown.is_empty() {
        return (prose(nothing(list), width), None);
    }
    let name = |id: &ExerciseId| state.course.exercise(*id).name.chars().count();
    let names = shown.iter().map(name).max().unwrap_or(0).min(width.saturating_sub(SIGNS));
    let mut lines = Vec::new();
    let mut bar = None;
    let mut chapter = "";
    for id in shown {
        let title = &state.course.chapter_of(id).title;
        if chapter != title {
            lines.push(Line::new(title, Style::Strong).cut(width));
            chapter = title;
        }
        if id == list.selected {
            bar = Some(lines.len());
        }
        lines.push(row(state, id, id == list.selected, names).cut(width));
    }
    (lines, bar)
}

fn row(state: &State, id: ExerciseId, selected: bool, names: usize) -> Line {
    let exercise = state.course.exercise(id);
    let sign = if selected { "> " } else { "  " };
    let name_style = if selected { Style::Chosen } else { Style::Plain };
    let mut line = Line::new(sign, Style::Key)
        .joined(mark(state, &exercise.name))
        .with(&exercise.name, name_style)
        .padded(SIGNS + names + 2);
    if id == state.current {
        line = line.with("(here) ", Style::Key);
    }
    line.with(&exercise.title, Style::Dim)
}

fn mark(state: &State, name: &str) -> Line {
    match (state.progress.passed(name), state.progress.gave_up(name)) {
        (true, false) => Line::new("✓ ", Style::Good),
        (true, true) => Line::new("✓ ", Style::Doubt),
        (false, true) => Line::new("s ", Style::Doubt),
        (false, false) => Line::new("· ", Style::Dim),
    }
}

fn nothing(list: &List) -> &'static str {
    if list.search.is_empty() {
        "No exercise is listed here; `f` shows the others."
    } else {
        "No exercise has these words in its name, title, chapter or skills; Esc clears the search."
    }
}
