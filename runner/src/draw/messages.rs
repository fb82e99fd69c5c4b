//! What became of each message.

use harness::evidence::{MessageRow, Messages};

use super::{Line, Span, Style, processes::pointed_at, table};

/// Rows at the start and at the end that are shown of many; and those in between that a note points
/// at, if they are not too many.
const SHOWN: usize = 8;
const MOST: usize = 4 * SHOWN;

pub(super) fn messages(all: &Messages, width: usize) -> Vec<Line> {
    let heading = Span::new(format!("Messages {}", all.when), Style::Strong);
    let mut lines = super::fill(Line::blank(), 2, &[heading], width);
    let widest = table::widest(all.rows.iter().map(|row| row.message.as_str()), 24);
    let rows: Vec<_> = all.rows.iter().zip(shown(&all.rows)).collect();
    for alike in rows.chunk_by(|(_, left), (_, right)| left == right) {
        match alike {
            [(_, false), ..] => {
                lines.push(Line::new(format!("  … {} more", alike.len()), Style::Dim));
            }
            _ => {
                let of = |message: &MessageRow| row(message, &all.settling, widest, width);
                lines.extend(alike.iter().flat_map(|(message, _)| of(message)));
            }
        }
    }
    if let Some(position) = &all.position {
        let position = [Span::new(position, Style::Strong)];
        lines.extend(super::fill(Line::plain("  "), 2, &position, width));
    }
    lines
}

fn shown(rows: &[MessageRow]) -> Vec<bool> {
    let is_near_an_end = |place| place < SHOWN || place + SHOWN >= rows.len();
    let of = |by_note: bool| -> Vec<bool> {
        let each = rows.iter().enumerate();
        each.map(|(place, row)| is_near_an_end(place) || by_note && row.note.is_some()).collect()
    };
    let mut shown = of(true);
    if shown.iter().filter(|shown| **shown).count() > MOST {
        shown = of(false);
    }
    // The line that tells of a single one would be as long as that.
    for place in 1..rows.len().saturating_sub(1) {
        shown[place] |= shown[place - 1] && shown[place + 1];
    }
    shown
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
