//! What a broker says, beside what it should.

use harness::evidence::BrokerState;

use super::{Line, Span, Style, processes::pointed_at, table};

pub(super) fn broker(state: &BrokerState, width: usize) -> Vec<Line> {
    let heading = Span::new(format!("The broker's view {}", state.of), Style::Strong);
    let mut lines = super::fill(Line::blank(), 2, &[heading], width);
    let widest = table::widest(state.rows.iter().map(|row| row.name.as_str()), 28);
    for row in &state.rows {
        let mut words = vec![Span::new(&row.observed, Style::Plain)];
        if let Some(expected) = row.expected.as_ref().filter(|expected| **expected != row.observed)
        {
            words.extend(pointed_at(&format!("should be {expected}")));
        }
        let cells = Line::new(format!("  {:<widest$}  ", row.name), Style::Dim);
        lines.extend(table::row(cells, widest + 4, &words, width));
    }
    lines
}
