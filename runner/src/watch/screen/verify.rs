//! All exercises in a grid that fills as they are judged.

use crate::course::ExerciseId;
use crate::draw::{Line, Style, prose};
use crate::watch::state::State;
use crate::watch::state::verify::{Mark, Verify};

/// The lines, and which of them has the exercise that runs.
pub(super) fn verify(state: &State, verify: &Verify, width: usize) -> (Vec<Line>, Option<usize>) {
    let course = &state.course;
    let widest = course.ids().map(|id| course.exercise(id).name.chars().count()).max();
    let cell = widest.unwrap_or(0) + 4;
    let across = (width / cell).max(1);
    let running = state.running().map(|_| ExerciseId(verify.marks.len()));

    let mut lines = sum(verify, course.len(), width);
    lines.push(Line::blank());
    let mut held = None;
    let mut chapter = "";
    let mut in_row = 0;
    for id in course.ids() {
        let title = &course.chapter_of(id).title;
        if chapter != title {
            chapter = title;
            in_row = 0;
            lines.push(Line::new(title, Style::Strong));
        }
        if in_row == 0 {
            lines.push(Line::blank());
        }
        if Some(id) == running {
            held = Some(lines.len() - 1);
        }
        if let Some(row) = lines.last_mut() {
            let so_far = std::mem::take(row).padded(in_row * cell);
            *row = so_far.joined(one(state, verify, id, Some(id) == running));
        }
        in_row = (in_row + 1) % across;
    }
    (lines, held)
}

fn one(state: &State, verify: &Verify, id: ExerciseId, running: bool) -> Line {
    let (sign, style) = match verify.marks.get(id.0) {
        Some(Mark::Passed) => ("✓", Style::Good),
        Some(Mark::Failed) => ("✗", Style::Bad),
        Some(Mark::DoesNotCompile) => ("E", Style::Bad),
        Some(Mark::Unknown) => ("?", Style::Doubt),
        None if running => ("▸", Style::Key),
        None => ("·", Style::Dim),
    };
    Line::plain(" ").with(sign, style).and(" ").and(&state.course.exercise(id).name)
}

fn sum(verify: &Verify, all: usize, width: usize) -> Vec<Line> {
    let parts = [
        (Mark::Passed, "passed"),
        (Mark::Failed, "failed"),
        (Mark::DoesNotCompile, "did not compile (E)"),
        (Mark::Unknown, "could not be told (?)"),
    ]
    .map(|(mark, words)| (verify.count(mark), words));
    let counts: Vec<String> = parts
        .iter()
        .filter(|(count, words)| *count > 0 || *words == "passed")
        .map(|(count, words)| format!("{count} {words}"))
        .collect();
    let mut text = counts.join(", ");
    if verify.marks.len() < all {
        text += &format!(", {} to go", all - verify.marks.len());
    }
    prose(&text, width)
}
