//! Rules, and which of them hold.

use harness::evidence::Rule;

use super::{Line, Span, Style, table};

pub(super) fn rules(rules: &[Rule], width: usize) -> Vec<Line> {
    let holding = rules.iter().filter(|rule| rule.holds == Some(true)).count();
    let heading = format!("{holding} of {} rules hold", rules.len());
    let mut lines = super::fill(Line::blank(), 2, &[Span::new(heading, Style::Strong)], width);
    for rule in rules {
        let (mark, style) = match rule.holds {
            Some(true) => ("✓", Style::Good),
            Some(false) => ("✗", Style::Bad),
            None => ("·", Style::Dim),
        };
        let cells = Line::new(format!("  {mark} "), style);
        let words = [
            Span::new(&rule.rule, Style::Plain),
            Span::new(if rule.seen.is_empty() { "" } else { ": " }, Style::Dim),
            Span::new(&rule.seen, Style::Dim),
        ];
        lines.extend(table::row(cells, 4, &words, width));
    }
    lines
}
