//! `hint`: a question, a pointer, nearly the answer, one more at each call.

use std::io;

use super::page::Page;
use super::session::Session;
use crate::course::{Exercise, ExerciseId};
use crate::draw::{Line, Style, paragraphs_to_copy, prose};

/// Shows one more hint, or all of them, and records how many were seen.
///
/// # Errors
/// Those of writing the page.
pub(super) fn hint(
    session: &mut Session,
    id: ExerciseId,
    all: bool,
    page: &mut Page,
) -> io::Result<()> {
    let exercise = session.course.exercise(id);
    let seen = session.progress.hints_shown(&exercise.name);
    let shown = if all { exercise.hints.len() } else { (seen + 1).min(exercise.hints.len()) };
    page.lines(&lines(exercise, shown, page.width))?;

    session.progress.show_hint(&exercise.name, shown);
    session.save();
    Ok(())
}

/// The first `shown` hints, and how to see more.
fn lines(exercise: &Exercise, shown: usize, width: usize) -> Vec<Line> {
    let (name, of) = (&exercise.name, exercise.hints.len());
    let mut lines = Vec::new();
    for (at, text) in exercise.hints.iter().take(shown).enumerate() {
        let title = format!("Hint {} of {of}", at + 1);
        lines.push(Line::new(title, Style::Strong).with(format!("  {name}"), Style::Dim));
        lines.extend(paragraphs_to_copy(text.trim(), width));
        lines.push(Line::blank());
    }
    let next = if shown < of {
        format!("one more: `cargo run -- hint {name}`")
    } else {
        format!("that was the last; `cargo run -- solution {name} --give-up` shows the solution")
    };
    lines.extend(prose(&next, width));
    lines
}
