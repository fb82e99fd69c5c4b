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
            line = line.and(" ");
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
    let width = width.max(2);
    let indent = if indent + 8 > width { 0 } else { indent };
    let mut done = Vec::new();
    let mut current = Line::blank();
    let mut used = 0;
    for span in line.spans() {
        let mut text = String::new();
        for character in span.text.chars() {
            let wide = columns(character);
            if used + wide > width {
                current.push(span.like(std::mem::take(&mut text)));
                done.push(std::mem::replace(&mut current, Line::plain(" ".repeat(indent))));
                used = indent;
            }
            text.push(character);
            used += wide;
        }
        current.push(span.like(text));
    }
    done.push(current);
    done
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
        for piece in span.text.split_inclusive(' ') {
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

/// A long path may be broken behind its slashes.
fn path_parts(word: &str) -> impl Iterator<Item = &str> {
    let long = word.len() > 20;
    word.split_inclusive(move |character| long && character == '/')
}
