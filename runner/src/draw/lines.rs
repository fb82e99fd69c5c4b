//! What should have been printed beside what was.

use harness::evidence::Lines;

use super::compare::{Row, compare};
use super::{Line, Span, Style, chop};

/// From this width on there is room for two columns.
const TWO_COLUMNS: usize = 60;

pub(super) fn lines(both: &Lines, width: usize) -> Vec<Line> {
    let rows = compare(&both.expected, &both.observed);
    let mut lines =
        super::fill(Line::blank(), 2, &[Span::new(capital(&both.what), Style::Strong)], width);
    if width >= TWO_COLUMNS {
        let column = (width - 6) / 2;
        lines.push(
            Line::new("  expected", Style::Dim).padded(column + 4).with("observed", Style::Dim),
        );
        rows.iter().for_each(|row| lines.extend(beside(*row, column)));
    } else {
        lines.push(Line::new("  - expected, missing", Style::Dim).cut(width));
        lines.push(Line::new("  + observed, not expected", Style::Dim).cut(width));
        rows.iter().for_each(|row| lines.extend(below(*row, width)));
    }
    if both.expected.is_empty() && both.observed.is_empty() {
        lines.push(Line::new("  nothing on either side", Style::Dim));
    }
    lines
}

/// Two columns of `column` each: two of indent, the left one, two for the mark, the right one.
fn beside(row: Row<'_>, column: usize) -> Vec<Line> {
    let (left, mark, right) = match row {
        Row::Same(text) => {
            (cell(text, Style::Plain, column), " ", cell(text, Style::Plain, column))
        }
        Row::Missing(text) => (cell(text, Style::Bad, column), "-", Vec::new()),
        Row::Extra(text) => (Vec::new(), "+", cell(text, Style::Bad, column)),
        Row::Skipped(_) | Row::More(_) => return vec![counted(row)],
    };
    (0..left.len().max(right.len()))
        .map(|at| {
            let mark = if at == 0 { mark } else { " " };
            Line::plain("  ")
                .joined(left.get(at).cloned().unwrap_or_default())
                .padded(column + 2)
                .with(format!("{mark} "), Style::Bad)
                .joined(right.get(at).cloned().unwrap_or_default())
                .trimmed()
        })
        .collect()
}

fn below(row: Row<'_>, width: usize) -> Vec<Line> {
    let (mark, text, style) = match row {
        Row::Same(text) => ("    ", text, Style::Plain),
        Row::Missing(text) => ("  - ", text, Style::Bad),
        Row::Extra(text) => ("  + ", text, Style::Bad),
        Row::Skipped(_) | Row::More(_) => return vec![counted(row)],
    };
    let shown = cell(text, style.clone(), width.saturating_sub(4));
    shown
        .into_iter()
        .enumerate()
        .map(|(at, line)| {
            Line::new(if at == 0 { mark } else { "    " }, style.clone()).joined(line)
        })
        .collect()
}

fn cell(text: &str, style: Style, width: usize) -> Vec<Line> {
    if text.is_empty() {
        return vec![Line::new("(an empty line)", Style::Dim)];
    }
    chop(&Line::new(text, style), width, 0)
}

fn counted(row: Row<'_>) -> Line {
    let text = match row {
        Row::Skipped(count) => format!("  … {count} equal lines"),
        Row::More(count) => format!("  … {count} more lines"),
        Row::Same(_) | Row::Missing(_) | Row::Extra(_) => String::new(),
    };
    Line::new(text, Style::Dim)
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map(|first| first.to_uppercase().chain(characters).collect())
        .unwrap_or_default()
}
