//! Pages that are read: the solution, help, the end of the course.

use super::link;
use crate::draw::{Line, Span, Style, chop_at_spaces, fill, paragraphs, prose};
use crate::watch::state::State;

pub(super) fn solution(state: &State, text: &str, width: usize) -> Vec<Line> {
    let span = link::span(state, state.course.solution(state.current));
    let mut lines = fill(Line::blank(), 0, &[span], width);
    lines.push(Line::blank());
    lines.extend(text.lines().flat_map(|line| chop_at_spaces(&Line::plain(line), width, 0)));
    lines
}

pub(super) fn help(state: &State, width: usize) -> Vec<Line> {
    let chapter = state.course.chapter_of(state.current);
    let about = format!(
        "Edit the file named at the top, in any editor, and save it: that is all it takes to have it judged. \
         What its chapter is about stands in `exercises/{}/README.md`.",
        chapter.folder
    );
    let mut lines = Vec::new();
    for (key, does) in KEYS {
        let first = Line::plain("  ").with(key, Style::Key).padded(KEY_COLUMN);
        lines.extend(fill(first, KEY_COLUMN, &[Span::new(does, Style::Plain)], width));
    }
    lines.push(Line::blank());
    lines.extend(prose(&about, width));
    lines.push(Line::blank());
    lines.extend(prose(
        "In the list, ✓ is an exercise that has passed, · one that has not, and s one whose solution you \
         have read. `cargo run -- help` names the commands that work without this screen.",
        width,
    ));
    lines
}

const KEY_COLUMN: usize = 11;

const KEYS: [(&str, &str); 13] = [
    ("n", "next exercise; at the end of the course, verify all"),
    ("p", "previous exercise"),
    ("r", "run again what is saved"),
    ("Esc", "cancel the run, or go back"),
    ("h", "hint, one step a press, three in all"),
    ("l", "list: search with /, filter with f, go with Enter"),
    ("s", "solution, after passing; before, giving up is recorded"),
    ("x", "reset: the shipped text again, yours is kept beside it"),
    ("c", "verify all exercises anew"),
    ("↑ ↓", "move by a line"),
    ("space b", "move by a screen, as PgDn and PgUp do"),
    ("?", "this page"),
    ("q", "quit; progress is kept"),
];

pub(super) fn closing(state: &State, width: usize) -> Vec<Line> {
    let course = &state.course;
    let mut lines = prose(&format!("All {} exercises pass.", course.len()), width);
    if !course.closing.is_empty() {
        lines.push(Line::blank());
        lines.extend(paragraphs(&course.closing, width));
    }
    let read: Vec<&str> = course
        .ids()
        .map(|id| course.exercise(id).name.as_str())
        .filter(|name| state.progress.gave_up(name))
        .collect();
    if !read.is_empty() {
        lines.push(Line::blank());
        let names = read.join(", ");
        lines.extend(prose(
            &format!(
                "Passed after a look at the solution: {names}. There, `x` puts the shipped text \
                 back for another try."
            ),
            width,
        ));
    }
    lines
}
