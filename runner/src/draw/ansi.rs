//! Text that another program coloured: its colours are kept, everything else that it asks of the
//! terminal is made harmless.

use std::sync::Arc;

use super::{Line, Span, Style};

/// Lines of a text with SGR sequences (`ESC [ .. m`, see console_codes(4)) in it, as cargo writes
/// its messages. A colour holds until it is changed, over line ends too.
#[must_use]
pub fn coloured(text: &str) -> Vec<Line> {
    let mut active = Vec::<&str>::new();
    text.lines()
        .map(|line| {
            let mut drawn = Line::blank();
            let mut rest = line;
            while let Some((before, parameters, after)) = next_sgr(rest) {
                drawn.push(Span::new(before, style(&active)));
                if parameters.is_empty() || parameters == "0" {
                    active.clear();
                } else if !active.contains(&parameters) {
                    active.push(parameters);
                }
                rest = after;
            }
            drawn.push(Span::new(rest, style(&active)));
            drawn
        })
        .collect()
}

fn style(active: &[&str]) -> Style {
    if active.is_empty() { Style::Plain } else { Style::Sgr(Arc::from(active.join(";"))) }
}

/// The text before the next SGR sequence, its parameters, and the text after it. Other sequences are
/// left in the text.
fn next_sgr(text: &str) -> Option<(&str, &str, &str)> {
    text.match_indices("\x1b[").find_map(|(at, opening)| {
        let rest = text.get(at + opening.len()..)?;
        let length = rest.find(|c: char| !c.is_ascii_digit() && c != ';')?;
        let (parameters, end) = rest.split_at(length);
        Some((text.get(..at)?, parameters, end.strip_prefix('m')?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(text: &str) -> Vec<Vec<(String, Style)>> {
        coloured(text)
            .iter()
            .map(|line| line.spans().iter().map(|s| (s.text.clone(), s.style.clone())).collect())
            .collect()
    }

    #[test]
    fn colours_are_kept_and_add_up_until_they_are_reset() {
        let red: Style = Style::Sgr("1;31".into());
        let both = Style::Sgr("1;4".into());
        assert_eq!(
            spans("\x1b[1;31merror\x1b[0m: x\n\x1b[1m\x1b[4mtwo\nthree\x1b[m"),
            [
                vec![("error".into(), red), (": x".into(), Style::Plain)],
                vec![("two".into(), both.clone())],
                vec![("three".into(), both)],
            ]
        );
    }

    #[test]
    fn nothing_but_colours_gets_through() {
        let drawn = coloured("a\x1b[2Jb\x1b]8;;x\x07c\x1b[1md\x1b[");
        assert_eq!(drawn.iter().map(Line::text).collect::<Vec<_>>(), ["a␛[2Jb␛]8;;x␇cd␛["]);
    }
}
