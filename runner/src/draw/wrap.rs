//! Breaking text into lines of a width.

use super::line::columns;
use super::{Line, Span, Style};

/// The width that text is drawn at on a terminal of `columns`: at least 20, and at most 100, since
/// longer lines are hard to read.
#[must_use]
pub fn bounded(columns: usize) -> usize {
    columns.clamp(20, 100)
}

/// A paragraph, broken between words; `like this` within backquotes stands out.
#[must_use]
pub fn prose(text: &str, width: usize) -> Vec<Line> {
    fill(Line::blank(), 0, &words_of(text, &Style::Plain), width)
}

/// Runs of text for a paragraph in `style`, what stands within backquotes told apart.
pub(super) fn words_of(text: &str, style: &Style) -> Vec<Span> {
    let quotes = text.matches('`').count();
    // An odd quote is a quote, not the start of a command.
    if quotes == 0 || !quotes.is_multiple_of(2) {
        return vec![Span::new(text, style.clone())];
    }
    text.split_inclusive('`')
        .scan(false, |inside, piece| {
            let was_inside = *inside;
            *inside ^= piece.ends_with('`');
            Some(if was_inside {
                vec![Span::new(piece, Style::Key)]
            } else if let Some(before) = piece.strip_suffix('`') {
                vec![Span::new(before, style.clone()), Span::new("`", Style::Key)]
            } else {
                vec![Span::new(piece, style.clone())]
            })
        })
        .flatten()
        .collect()
}

/// Writes `words` after `first`, broken between words; lines after the first begin with `indent`
/// spaces. A word wider than a line is broken wherever the line ends.
#[must_use]
pub fn fill(first: Line, indent: usize, words: &[Span], width: usize) -> Vec<Line> {
    let indent = indent.min(width.saturating_sub(8));
    let mut done = Vec::new();
    let mut line = first;
    let mut empty = true;
    for Word { runs, glued } in words_in(words) {
        let word_width: usize = runs.iter().map(Span::width).sum();
        let gap = usize::from(!empty && !glued);
        if !empty && line.width() + gap + word_width > width {
            done.push(std::mem::take(&mut line).trimmed());
            line = Line::plain(" ".repeat(indent));
        } else if gap == 1 {
            let style = style_between(&line, &runs);
            line = line.with(" ", style);
        }
        for span in runs {
            line.push(span);
        }
        empty = false;
        if line.width() > width {
            let mut pieces = chop(&line, width, indent);
            line = pieces.pop().unwrap_or_default();
            done.append(&mut pieces);
        }
    }
    done.push(line.trimmed());
    done
}

/// Breaks a line wherever it reaches `width`, spaces kept; lines after the first begin with
/// `indent` spaces.
#[must_use]
pub fn chop(line: &Line, width: usize, indent: usize) -> Vec<Line> {
    break_up(line, width, indent, |_, end| end)
}

/// The same, but behind the last space of the right half where there is one: for text that is laid
/// out by somebody else, with words in it.
#[must_use]
pub fn chop_at_spaces(line: &Line, width: usize, indent: usize) -> Vec<Line> {
    break_up(line, width, indent, |cells, end| {
        let half = end / 2;
        let space = cells.get(half..end).and_then(|right| right.iter().rposition(|c| c.0 == ' '));
        space.map_or(end, |at| half + at + 1)
    })
}

/// Breaks a line where `choose` says, given the rest of it and how much of that fits.
fn break_up(
    line: &Line,
    width: usize,
    indent: usize,
    choose: impl Fn(&[(char, &Span)], usize) -> usize,
) -> Vec<Line> {
    let width = width.max(2);
    let indent = if indent + 8 > width { 0 } else { indent };
    let cells: Vec<(char, &Span)> = line
        .spans()
        .iter()
        .flat_map(|span| span.text.chars().map(move |character| (character, span)))
        .collect();
    let mut rest = cells.as_slice();
    let mut done = Vec::new();
    loop {
        let first = if done.is_empty() { Line::blank() } else { Line::plain(" ".repeat(indent)) };
        let fits = how_many_fit(rest, width - first.width());
        let end = if fits == rest.len() { fits } else { choose(rest, fits).max(1) };
        let (now, later) = rest.split_at(end);
        done.push(with_cells(first, now));
        if later.is_empty() {
            return done;
        }
        rest = later;
    }
}

fn how_many_fit(cells: &[(char, &Span)], width: usize) -> usize {
    let mut used = 0;
    let too_wide = cells.iter().position(|(character, _)| {
        used += columns(*character);
        used > width
    });
    too_wide.unwrap_or(cells.len())
}

fn with_cells(line: Line, cells: &[(char, &Span)]) -> Line {
    cells
        .chunk_by(|left, right| std::ptr::eq(left.1, right.1))
        .filter_map(|run| {
            let (_, span) = run.first()?;
            Some(span.like(run.iter().map(|(character, _)| character).collect()))
        })
        .fold(line, |mut line, span| {
            line.push(span);
            line
        })
}

impl Line {
    /// The line's first `width` columns; where something is cut off, the last of them is `…`.
    #[must_use]
    pub fn cut(self, width: usize) -> Self {
        if self.width() <= width {
            return self;
        }
        let mut pieces = chop(&self, width.saturating_sub(1).max(2), 0);
        if pieces.is_empty() { self } else { pieces.swap_remove(0).with("…", Style::Dim) }
    }

    pub(super) fn trimmed(self) -> Self {
        let mut spans: Vec<Span> = self.spans().to_vec();
        while let Some(last) = spans.last_mut() {
            last.text.truncate(last.text.trim_end_matches(' ').len());
            if !last.text.is_empty() {
                break;
            }
            spans.pop();
        }
        spans.into_iter().fold(Line::blank(), |mut line, span| {
            line.push(span);
            line
        })
    }
}

/// A space between two words of one style is of that style, too.
fn style_between(line: &Line, word: &[Span]) -> Style {
    match (line.spans().last(), word.first()) {
        (Some(before), Some(after)) if before.style == after.style => after.style.clone(),
        _ => Style::Plain,
    }
}

/// What is not broken as long as it fits on a line.
struct Word {
    /// A style that changes inside a word does not break it.
    runs: Vec<Span>,
    /// No space stands before it: it goes on a path that begins in the word before.
    glued: bool,
}

fn words_in(spans: &[Span]) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut open = false;
    for span in spans {
        let whole = is_command(span);
        for piece in span.text.split_inclusive(|c| c == ' ' && !whole) {
            let word = piece.trim_end_matches(' ');
            for (at, part) in path_parts(word).enumerate() {
                let run = span.like(part.to_owned());
                match words.last_mut() {
                    Some(last) if open && at == 0 => last.runs.push(run),
                    _ => words.push(Word { runs: vec![run], glued: at > 0 }),
                }
                open = true;
            }
            if piece.len() > word.len() {
                open = false;
            }
        }
    }
    words
}

/// What can be typed is not broken, so that it can be copied; unless it is very long.
fn is_command(span: &Span) -> bool {
    span.style == Style::Key && span.text.len() <= 48
}

/// A long path may be broken behind its slashes.
fn path_parts(word: &str) -> impl Iterator<Item = &str> {
    let long = word.len() > 20 && !word.contains(' ');
    word.split_inclusive(move |character| long && character == '/')
}
