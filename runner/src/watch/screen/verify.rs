//! All exercises in a grid that fills as they are judged.

use crate::course::ExerciseId;
use crate::draw::{Line, prose};
use crate::grid::{Grid, grid, sum};
use crate::watch::state::State;
use crate::watch::state::verify::Verify;

/// The lines, and which of them has the exercise that runs.
pub(super) fn verify(state: &State, verify: &Verify, width: usize) -> (Vec<Line>, Option<usize>) {
    let running = state.running().map(|_| ExerciseId(verify.marks.len()));
    let mut lines = prose(&sum(&verify.marks, state.course.len()), width);
    lines.push(Line::blank());
    let above = lines.len();
    let Grid { lines: rows, running } = grid(&state.course, &verify.marks, running, width);
    lines.extend(rows);
    (lines, running.map(|row| above + row))
}
