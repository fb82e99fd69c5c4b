//! What the learner's program wrote, apart from what the kit says about it.

use harness::report::{Output, Stream};

use super::{Line, Style, chop};

/// The program's output with the descriptor before each line, at most `most` lines of it: the first
/// half and the last half of those, with a count between them.
#[must_use]
pub fn output(pieces: &[Output], most: usize, width: usize) -> Vec<Line> {
    let written = rows(pieces);
    let dropped: u64 = pieces.iter().map(|piece| piece.dropped).sum();
    if written.is_empty() && dropped == 0 {
        return Vec::new();
    }
    let drawn: Vec<Line> = written.iter().flat_map(|row| row.draw(width)).collect();
    let mut lines = vec![heading(&written).cut(width)];
    if drawn.len() <= most {
        lines.extend(drawn);
    } else {
        let (first, last) = (most.div_ceil(2), most / 2);
        let left_out = drawn.len() - first - last;
        lines.extend(drawn.iter().take(first).cloned());
        lines.push(Line::new(format!("  … {left_out} lines not shown"), Style::Dim).cut(width));
        lines.extend(drawn.into_iter().skip(first + left_out));
    }
    if dropped > 0 {
        lines.push(
            Line::new(format!("  … and {} more, thrown away", bytes(dropped)), Style::Dim)
                .cut(width),
        );
    }
    lines
}

struct Row {
    stream: Stream,
    text: String,
}

impl Row {
    fn draw(&self, width: usize) -> Vec<Line> {
        let (gutter, style) = match self.stream {
            Stream::Stdout => ("1│ ", Style::Dim),
            Stream::Stderr => ("2│ ", Style::Bad),
        };
        chop(&Line::plain(&self.text), width.saturating_sub(3), 0)
            .into_iter()
            .enumerate()
            .map(|(at, line)| {
                Line::new(if at == 0 { gutter } else { " │ " }, style.clone())
                    .joined(line)
                    .trimmed()
            })
            .collect()
    }
}

/// Lines in order. A piece goes on with the line before when that is of the same stream and has no
/// end yet: a program's lines may come in as many pieces as it made write(2) calls.
fn rows(pieces: &[Output]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut open = false;
    for piece in pieces {
        for line in piece.text.split_inclusive('\n') {
            let text = line.strip_suffix('\n').unwrap_or(line);
            match rows.last_mut() {
                Some(last) if open && last.stream == piece.stream => last.text.push_str(text),
                _ => rows.push(Row { stream: piece.stream, text: text.to_owned() }),
            }
            open = !line.ends_with('\n');
        }
        open &= piece.dropped == 0;
    }
    rows
}

fn heading(written: &[Row]) -> Line {
    let has = |stream| written.iter().any(|row| row.stream == stream);
    let streams = match (has(Stream::Stdout), has(Stream::Stderr)) {
        (true, true) => " (1 stdout, 2 stderr)",
        (false, true) => " (2 stderr)",
        _ => " (1 stdout)",
    };
    Line::new("Program output", Style::Strong).with(streams, Style::Dim)
}

/// A number of bytes for people: exact below 10 KiB, then in KiB, MiB or GiB rounded down.
fn bytes(count: u64) -> String {
    match count {
        0..=10_239 => format!("{count} bytes"),
        10_240..=10_485_759 => format!("{} KiB", count >> 10),
        10_485_760..=10_737_418_239 => format!("{} MiB", count >> 20),
        _ => format!("{} GiB", count >> 30),
    }
}
