//! Header, status, page, rule and footer, one below the other.

use super::{exercise, footer, header, list, pages, status, verify};
use crate::draw::{Line, Style, bounded};
use crate::watch::state::{Page, State};

/// Below so many rows, the header is one line.
const LOW: usize = 12;

/// The whole screen: as many lines as the terminal has rows, none wider than it is.
#[must_use]
pub fn frame(state: &State) -> Vec<Line> {
    let parts = Parts::of(state);
    let first = parts.first_line(state);
    let below = parts.page.len().saturating_sub(first + parts.height);

    let mut lines = parts.top;
    let shown = parts.page.into_iter().skip(first).chain(std::iter::repeat_with(Line::blank));
    lines.extend(shown.take(parts.height));
    lines.push(rule(first, below, parts.width));
    lines.extend(parts.bottom);
    // On a terminal of a few lines the footer has to go, not the page.
    lines.truncate(state.size.rows);
    lines.into_iter().map(|line| line.cut(state.size.columns.max(3))).collect()
}

/// How many lines of the page are shown at once.
#[must_use]
pub fn page_height(state: &State) -> usize {
    Parts::of(state).height
}

/// The greatest number of lines that the page can be moved up by.
#[must_use]
pub fn scroll_limit(state: &State) -> usize {
    Parts::of(state).limit()
}

struct Parts {
    width: usize,
    top: Vec<Line>,
    page: Vec<Line>,
    /// The line of the page that has to be in sight, if any has.
    held: Option<usize>,
    height: usize,
    bottom: Vec<Line>,
}

impl Parts {
    fn of(state: &State) -> Self {
        let width = bounded(state.size.columns);
        let rows = state.size.rows;
        let mut top = header::header(state, width);
        if rows < LOW {
            top.truncate(1);
        }
        top.push(status::status(state, width));
        if rows >= 20 {
            top.push(Line::blank());
        }
        let bottom = footer::footer(state, width);
        let height = rows.saturating_sub(top.len() + bottom.len() + 1).max(1);
        let (page, held) = page(state, width);
        Self { width, top, page, held, height, bottom }
    }

    fn limit(&self) -> usize {
        self.page.len().saturating_sub(self.height)
    }

    fn first_line(&self, state: &State) -> usize {
        match self.held {
            Some(line) => line.saturating_sub(self.height / 2).min(self.limit()),
            None => state.scroll.min(self.limit()),
        }
    }
}

/// The lines of the page, and which of them has to be in sight.
fn page(state: &State, width: usize) -> (Vec<Line>, Option<usize>) {
    match &state.page {
        Page::Exercise => (exercise::exercise(state, width), None),
        Page::Solution(text) => (pages::solution(state, text, width), None),
        Page::Help => (pages::help(state, width), None),
        Page::Closing => (pages::closing(state, width), None),
        Page::List(shown) => list::list(state, shown, width),
        Page::Verify(verify) => verify::verify(state, verify, width),
    }
}

/// The line between page and footer says how much there is above and below.
fn rule(above: usize, below: usize, width: usize) -> Line {
    let text = match (above, below) {
        (0, 0) => String::new(),
        (above, 0) => format!(" ↑ {above} "),
        (0, below) => format!(" ↓ {below} more: space "),
        (above, below) => format!(" ↑ {above}  ↓ {below} more: space "),
    };
    let dashes = width.saturating_sub(text.chars().count() + 2);
    Line::new("─".repeat(dashes), Style::Dim).with(text, Style::Key).with("──", Style::Dim)
}
