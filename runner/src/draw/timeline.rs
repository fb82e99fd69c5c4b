//! What happened, in order, with the milliseconds.

use harness::evidence::Moment;

use super::{Line, Style, table, wrap::words_of};

pub(super) fn timeline(moments: &[Moment], width: usize) -> Vec<Line> {
    let digits = moments.iter().map(|moment| moment.ms.to_string().len()).max().unwrap_or(1);
    let who = table::widest(moments.iter().map(|moment| moment.who.as_str()), 24);
    let start = 2 + digits + 3 + 2 + who + 2;
    let mut lines = vec![Line::new("Timeline", Style::Strong)];
    for moment in moments {
        let cells =
            Line::new(format!("  {:>digits$} ms  ", moment.ms), Style::Dim).and(&moment.who);
        lines.extend(table::row(cells, start, &words_of(&moment.what, &Style::Plain), width));
    }
    lines
}
