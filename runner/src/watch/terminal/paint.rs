//! From one screen to the next without flicker.

use std::fmt::Write as _;

use crate::draw::Line;

/// Remembers what is on the screen, so that only lines that changed are written.
#[derive(Debug, Default)]
pub(super) struct Painter {
    shown: Option<Vec<String>>,
}

impl Painter {
    /// The bytes that bring `lines` on the screen: nothing if they are there already. Terminals
    /// that know synchronized updates (private mode 2026) show them at once, the others ignore it.
    pub(super) fn paint(&mut self, lines: &[Line]) -> Vec<u8> {
        let lines: Vec<String> = lines.iter().map(Line::to_string).collect();
        let whole = self.shown.as_ref().is_none_or(|shown| shown.len() != lines.len());
        let mut out = String::new();
        if whole {
            out.push_str("\x1b[2J");
        }
        for (row, line) in lines.iter().enumerate() {
            let shown = self.shown.as_ref().and_then(|shown| shown.get(row));
            if whole || shown != Some(line) {
                // Writing to a String cannot fail. The line is cleared before it is written: after
                // a line that reaches the right edge, clearing would take its last character.
                let _ = write!(out, "\x1b[{};1H\x1b[2K{line}", row + 1);
            }
        }
        self.shown = Some(lines);
        if out.is_empty() {
            Vec::new()
        } else {
            format!("\x1b[?2026h{out}\x1b[?2026l").into_bytes()
        }
    }

    /// The screen may show anything.
    pub(super) fn forget(&mut self) {
        self.shown = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paint(painter: &mut Painter, lines: &[&str]) -> String {
        let lines: Vec<Line> = lines.iter().map(Line::plain).collect();
        String::from_utf8(painter.paint(&lines)).unwrap()
    }

    #[test]
    fn only_what_changed_is_written_and_in_one_update() {
        let mut painter = Painter::default();
        let first = paint(&mut painter, &["one", "two"]);
        assert_eq!(first, "\x1b[?2026h\x1b[2J\x1b[1;1H\x1b[2Kone\x1b[2;1H\x1b[2Ktwo\x1b[?2026l");
        assert_eq!(paint(&mut painter, &["one", "2"]), "\x1b[?2026h\x1b[2;1H\x1b[2K2\x1b[?2026l");
        assert_eq!(paint(&mut painter, &["one", "2"]), "");
    }

    #[test]
    fn another_size_and_a_spoilt_screen_are_painted_whole() {
        let mut painter = Painter::default();
        paint(&mut painter, &["one", "two"]);
        assert!(paint(&mut painter, &["one"]).contains("one"));
        painter.forget();
        assert!(paint(&mut painter, &["one"]).contains("one"));
    }
}
