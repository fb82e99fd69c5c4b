//! `verify`: every exercise, judged anew.

use std::convert::Infallible;
use std::io;

use anyhow::Result;
use harness::report::Verdict;

use super::judge::{Ending, judge};
use super::page::Page;
use super::session::Session;
use crate::course::{Course, ExerciseId};
use crate::draw::{self, Line, Span, Style};
use crate::grid::{self, Mark, grid};

/// Judges all exercises, one after the other: they share the processor, and one's orphans must not
/// be taken for another's. On a terminal a grid fills meanwhile; elsewhere each gets a line.
///
/// # Errors
/// The page cannot be written.
pub(super) fn verify(session: &mut Session, page: &mut Page) -> Result<u8> {
    let mut endings = Vec::new();
    let mut marks = Vec::new();
    let mut drawn = LiveGrid::on(page, &session.course);
    for id in session.course.ids() {
        drawn.begin(page, &session.course, &marks, id)?;
        let Ok(ending) = judge(&session.course, &session.brokers, id, |_| Ok::<(), Infallible>(()));
        marks.push(ending.mark());
        if ending.mark() == Mark::Passed {
            session.progress.record_pass(&session.course.exercise(id).name);
            session.save();
        }
        drawn.end(page, &session.course, &marks, id)?;
        endings.push(ending);
    }
    page.lines(&summary(&session.course, &endings, &marks, page.width))?;
    Ok(grid::exit_status(&marks))
}

/// The grid, drawn over itself. Where the page is no terminal, or the terminal has too few rows to
/// hold it, there is none, and each exercise is a line once it is judged.
struct LiveGrid {
    live: bool,
    height: usize,
}

impl LiveGrid {
    fn on(page: &Page, course: &Course) -> LiveGrid {
        let needed = grid(course, &[], None, page.width).lines.len() + 1;
        LiveGrid { live: page.rows.is_some_and(|rows| rows > needed), height: 0 }
    }

    fn begin(
        &mut self,
        page: &mut Page,
        course: &Course,
        marks: &[Mark],
        id: ExerciseId,
    ) -> io::Result<()> {
        if self.live { self.draw(page, course, marks, Some(id)) } else { Ok(()) }
    }

    fn end(
        &mut self,
        page: &mut Page,
        course: &Course,
        marks: &[Mark],
        id: ExerciseId,
    ) -> io::Result<()> {
        if self.live {
            return self.draw(page, course, marks, None);
        }
        match marks.get(id.0) {
            Some(mark) => page.line(&mark.line(&course.exercise(id).name).cut(page.width)),
            None => Ok(()),
        }
    }

    fn draw(
        &mut self,
        page: &mut Page,
        course: &Course,
        marks: &[Mark],
        running: Option<ExerciseId>,
    ) -> io::Result<()> {
        if self.height > 0 {
            // Up to the grid's first line, and clear from there: ECMA-48 CUU and ED.
            page.raw(format!("\x1b[{}A\x1b[J", self.height).as_bytes())?;
        }
        let lines = grid(course, marks, running, page.width).lines;
        self.height = lines.len();
        page.lines(&lines)
    }
}

/// What did not pass and why, in one line each, and how many of each kind there are.
fn summary(course: &Course, endings: &[Ending], marks: &[Mark], width: usize) -> Vec<Line> {
    let mut lines = vec![Line::blank()];
    let mut first = None;
    for (id, (ending, mark)) in course.ids().zip(endings.iter().zip(marks)) {
        let said = match ending {
            Ending::Judged(Verdict::Passed(_)) => continue,
            Ending::Judged(Verdict::Failed(failure)) => &failure.observed,
            Ending::Judged(Verdict::Unknown(unknown)) => &unknown.reason,
            Ending::DidNotBuild(_) => "the compiler refused it",
        };
        let name = &course.exercise(id).name;
        first.get_or_insert(name);
        let start = mark.line(name).and(": ");
        lines.extend(draw::fill(start, 2, &[Span::new(said, Style::Plain)], width));
    }
    if first.is_some() {
        lines.push(Line::blank());
    }
    lines.extend(draw::prose(&grid::sum(marks, course.len()), width));
    lines.extend(match first {
        Some(name) => draw::prose(&format!("`cargo run -- run {name}` shows the first"), width),
        None if course.closing.is_empty() => Vec::new(),
        None => draw::paragraphs(&course.closing, width),
    });
    lines
}

#[cfg(test)]
mod tests {
    use super::{LiveGrid, Page};
    use crate::course::ExerciseId;
    use crate::course::model::sample;
    use crate::grid::Mark;

    /// What is written on a terminal of so many rows while the first exercise is judged.
    fn written(rows: Option<usize>) -> String {
        colored::control::set_override(false);
        let mut out = Vec::new();
        let mut page = Page::of(&mut out, rows);
        let course = sample();
        let mut grid = LiveGrid::on(&page, &course);
        grid.begin(&mut page, &course, &[], ExerciseId(0)).unwrap();
        grid.end(&mut page, &course, &[Mark::Passed], ExerciseId(0)).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn on_a_terminal_the_grid_is_drawn_over_itself() {
        let text = written(Some(24));
        let (first, second) = text.split_once("\x1b[4A\x1b[J").unwrap();
        assert_eq!(first.lines().count(), 4, "{first}");
        assert!(first.contains(" ▸ exit_status"), "{first}");
        assert!(second.contains(" ✓ exit_status"), "{second}");
    }

    #[test]
    fn elsewhere_each_exercise_is_a_line() {
        for rows in [None, Some(5)] {
            assert_eq!(written(rows), " ✓ exit_status\n");
        }
    }
}
