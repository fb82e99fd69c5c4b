//! What became of each message.

use harness::evidence::{MessageRow, Messages};

use super::{Line, Span, Style, processes::pointed_at, table};

/// Rows at the start and at the end that are shown of many.
const SHOWN: usize = 8;

pub(super) fn messages(all: &Messages, width: usize) -> Vec<Line> {
    let heading = Span::new(format!("Messages {}", all.when), Style::Strong);
    let mut lines = super::fill(Line::blank(), 2, &[heading], width);
    let widest = table::widest(all.rows.iter().map(|row| row.message.as_str()), 24);
    let left_out = all.rows.len().saturating_sub(2 * SHOWN);
    for (index, message) in all.rows.iter().enumerate() {
        if left_out > 1 && index == SHOWN {
            lines.push(Line::new(format!("  … {left_out} more"), Style::Dim));
        }
        if left_out <= 1 || index < SHOWN || index >= SHOWN + left_out {
            lines.extend(row(message, &all.settling, widest, width));
        }
    }
    if let Some(position) = &all.position {
        let position = [Span::new(position, Style::Strong)];
        lines.extend(super::fill(Line::plain("  "), 2, &position, width));
    }
    lines
}

/// `order 3  delivered 2×, sent twice, not acknowledged  ← note`.
fn row(message: &MessageRow, settling: &str, widest: usize, width: usize) -> Vec<Line> {
    let delivered = message.delivered.map(|times| match times {
        0 => "not delivered".to_owned(),
        1 => "delivered".to_owned(),
        times => format!("delivered {times} times"),
    });
    let settled = message.settled.map(|settled| match settled {
        true => settling.to_owned(),
        false => format!("not {settling}"),
    });
    let effect = Some(message.effect.clone()).filter(|effect| !effect.is_empty());
    let words: Vec<_> = [delivered, effect, settled].into_iter().flatten().collect();
    let mut words = vec![Span::new(words.join(", "), Style::Plain)];
    if let Some(note) = &message.note {
        words.extend(pointed_at(note));
    }
    let cells = Line::new(format!("  {:<widest$}  ", message.message), Style::Dim);
    table::row(cells, widest + 4, &words, width)
}
