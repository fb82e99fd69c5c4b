//! A table of descriptors.

use harness::evidence::OpenFiles;

use super::{Line, Span, Style, processes::pointed_at, table};

pub(super) fn open_files(files: &OpenFiles, width: usize) -> Vec<Line> {
    let mut lines = super::fill(
        Line::blank(),
        2,
        &[Span::new(format!("Open descriptors {}", files.when), Style::Strong)],
        width,
    );
    let digits = files.rows.iter().map(|row| row.fd.to_string().len()).max().unwrap_or(1);
    for row in &files.rows {
        let mut words = vec![Span::new(&row.target, Style::Plain)];
        if let Some(note) = &row.note {
            words.extend(pointed_at(note));
        }
        let cells = Line::new(format!("  fd {:>digits$}  ", row.fd), Style::Dim);
        lines.extend(table::row(cells, digits + 7, &words, width));
    }
    if files.rows.is_empty() {
        lines.push(Line::new("  none", Style::Dim));
    }
    lines
}
