//! The help page, made from the same list that the parser reads.

use crate::args::{Name, SHAPES, Shape};
use crate::draw::{self, Line, Span, Style};

/// Where the descriptions begin.
const INDENT: usize = 30;

/// What there is to type.
pub(super) fn help(width: usize) -> Vec<Line> {
    let mut lines = vec![
        Line::new("faultlings", Style::Strong).and(": broken programs to mend, watched at work"),
        Line::blank(),
        Line::plain("  cargo run -- COMMAND"),
        Line::blank(),
    ];
    lines.extend(SHAPES.iter().flat_map(|shape| row(shape, width)));
    lines.push(Line::blank());
    lines.extend(draw::prose(FOOT, width));
    lines
}

const FOOT: &str = "NAME is the name of an exercise; where it is in brackets, the current one is \
                    meant unless you say it. For course authors there is `cargo run -- dev help`.";

fn row(shape: &Shape, width: usize) -> Vec<Line> {
    let mut words = format!("  {}", shape.word);
    words.push_str(match shape.name {
        Name::Never => "",
        Name::MayFollow => " [NAME]",
        Name::MustFollow => " NAME",
    });
    for option in shape.options {
        words.push_str(&format!(" [--{option}]"));
    }
    let first = Line::new(words, Style::Key).padded(INDENT);
    draw::fill(first, INDENT, &[Span::new(shape.does, Style::Plain)], width)
}
