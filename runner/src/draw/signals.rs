//! Signal sets, as they were and as they should be.

use harness::evidence::SignalSets;

use super::{Line, Span, Style, processes::pointed_at, table};

pub(super) fn signals(sets: &SignalSets, width: usize) -> Vec<Line> {
    let heading = Span::new(format!("Signals {}", sets.when), Style::Strong);
    let mut lines = super::fill(Line::blank(), 2, &[heading], width);
    let widest = table::widest(sets.rows.iter().map(|row| row.set.as_str()), 12);
    for row in &sets.rows {
        let mut words = vec![Span::new(names(&row.observed), Style::Plain)];
        if row.observed != row.expected {
            words.extend(pointed_at(&format!("should be {}", names(&row.expected))));
        }
        let cells = Line::new(format!("  {:<widest$}  ", row.set), Style::Dim);
        lines.extend(table::row(cells, widest + 4, &words, width));
    }
    lines
}

fn names(set: &[String]) -> String {
    if set.is_empty() { "none".to_owned() } else { set.join(" ") }
}
