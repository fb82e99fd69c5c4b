//! Rows of columns, the last of which may go on over several lines.

use super::{Line, Span, chop, fill};

/// Fewest columns that a last cell is squeezed into before it moves to lines of its own.
const TOO_NARROW: usize = 22;

/// A row: `cells` padded to `widths`, then `words` in what is left of `width`. Where too little is
/// left, the words begin on the next line.
pub(super) fn row(cells: Line, start: usize, words: &[Span], width: usize) -> Vec<Line> {
    if start + TOO_NARROW <= width && cells.width() <= start {
        return fill(cells.padded(start), start, words, width);
    }
    let mut lines = chop(&cells.trimmed(), width, 4);
    if words.iter().any(|span| !span.text.is_empty()) {
        lines.extend(fill(Line::plain("      "), 6, words, width));
    }
    lines
}

/// The widest of some texts, but no more than `most`.
pub(super) fn widest<'a>(texts: impl Iterator<Item = &'a str>, most: usize) -> usize {
    texts.map(|text| Line::plain(text).width()).max().unwrap_or(0).min(most)
}
