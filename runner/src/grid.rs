//! All exercises at a glance, while they are judged one after the other.

use harness::report::Verdict;

use crate::course::{Course, ExerciseId};
use crate::draw::{Line, Style};

/// How an exercise did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It passed.
    Passed,
    /// It failed.
    Failed,
    /// The compiler refused it.
    DidNotBuild,
    /// Nobody could tell.
    Unknown,
}

impl Mark {
    /// The mark for a verdict.
    #[must_use]
    pub fn of(verdict: &Verdict) -> Mark {
        match verdict {
            Verdict::Passed(_) => Mark::Passed,
            Verdict::Failed(_) => Mark::Failed,
            Verdict::Unknown(_) => Mark::Unknown,
        }
    }

    /// An exercise with its mark before it.
    #[must_use]
    pub fn line(self, name: &str) -> Line {
        let (sign, style) = self.sign();
        signed(sign, style, name)
    }

    fn sign(self) -> (&'static str, Style) {
        match self {
            Mark::Passed => ("✓", Style::Good),
            Mark::Failed => ("✗", Style::Bad),
            Mark::DidNotBuild => ("E", Style::Bad),
            Mark::Unknown => ("?", Style::Doubt),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Mark::Passed => "passed",
            Mark::Failed => "failed",
            Mark::DidNotBuild => "did not compile (E)",
            Mark::Unknown => "could not be told (?)",
        }
    }
}

/// Chapters with their exercises in columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    /// The grid, top down.
    pub lines: Vec<Line>,
    /// Which of the lines has the exercise that runs.
    pub running: Option<usize>,
}

/// `marks` are of the first exercises, in course order; `running` is judged now.
#[must_use]
pub fn grid(course: &Course, marks: &[Mark], running: Option<ExerciseId>, width: usize) -> Grid {
    let widest = course.ids().map(|id| course.exercise(id).name.len()).max();
    let cell = widest.unwrap_or_default() + 4;
    let across = (width / cell).max(1);
    let mut grid = Grid { lines: Vec::new(), running: None };
    let mut chapter = None;
    let mut in_row = 0;
    for id in course.ids() {
        let folder = &course.chapter_of(id).folder;
        if chapter.replace(folder) != Some(folder) {
            grid.lines.push(Line::new(&course.chapter_of(id).title, Style::Strong).cut(width));
            in_row = 0;
        }
        if in_row == 0 {
            grid.lines.push(Line::blank());
        }
        let name = &course.exercise(id).name;
        let one = match marks.get(id.0) {
            Some(mark) => mark.line(name),
            None if running == Some(id) => {
                grid.running = Some(grid.lines.len() - 1);
                signed("▸", Style::Key, name)
            }
            None => signed("·", Style::Dim, name),
        };
        if let Some(row) = grid.lines.last_mut() {
            *row = std::mem::take(row).padded(in_row * cell).joined(one).cut(width);
        }
        in_row = (in_row + 1) % across;
    }
    grid
}

fn signed(sign: &str, style: Style, name: &str) -> Line {
    Line::plain(" ").with(sign, style).and(" ").and(name)
}

/// `7 passed, 2 failed, 1 could not be told (?)`, and how many of `all` are still to be judged.
#[must_use]
pub fn sum(marks: &[Mark], all: usize) -> String {
    let counted = |mark| marks.iter().filter(|&&each| each == mark).count();
    let mut parts: Vec<String> = [Mark::Passed, Mark::Failed, Mark::DidNotBuild, Mark::Unknown]
        .into_iter()
        .filter(|&mark| mark == Mark::Passed || counted(mark) > 0)
        .map(|mark| format!("{} {}", counted(mark), mark.words()))
        .collect();
    if marks.len() < all {
        parts.push(format!("{} to go", all - marks.len()));
    }
    parts.join(", ")
}

/// 0 all passed, 1 at least one failed or does not compile, 2 at least one could not be told.
#[must_use]
pub fn exit_status(marks: &[Mark]) -> u8 {
    if marks.iter().any(|mark| matches!(mark, Mark::Failed | Mark::DidNotBuild)) {
        1
    } else if marks.contains(&Mark::Unknown) {
        2
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::{Mark, exit_status, grid, sum};
    use crate::course::ExerciseId;
    use crate::course::model::sample;

    #[test]
    fn fills_as_exercises_are_judged() {
        let marks = [Mark::Passed, Mark::Failed];
        let grid_of = |running, width| grid(&sample(), &marks, running, width);
        let drawn = grid_of(Some(ExerciseId(2)), 60);
        assert_eq!(drawn.running, Some(3));
        let text: Vec<_> = drawn.lines.iter().map(|line| line.text()).collect();
        insta::assert_snapshot!(text.join("\n"));
        for width in 20..100 {
            let lines = grid_of(None, width).lines;
            assert!(lines.iter().all(|line| line.width() <= width), "{width}");
        }
    }

    #[test]
    fn what_it_comes_to() {
        use Mark::{DidNotBuild, Failed, Passed, Unknown};
        for (marks, words, status) in [
            (&[Passed, Passed][..], "2 passed", 0),
            (&[Passed], "1 passed, 1 to go", 0),
            (&[Failed, Unknown], "0 passed, 1 failed, 1 could not be told (?)", 1),
            (&[DidNotBuild, Passed], "1 passed, 1 did not compile (E)", 1),
            (&[Unknown, Passed], "1 passed, 1 could not be told (?)", 2),
        ] {
            assert_eq!((sum(marks, 2).as_str(), exit_status(marks)), (words, status));
        }
    }
}
