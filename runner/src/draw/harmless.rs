//! Text from elsewhere, made unable to do anything to the terminal.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The same text with every character visible that a terminal would obey: escape sequences, bells,
/// carriage returns, the one-byte CSI of the C1 set, and the marks that reverse the direction of
/// reading. Tabs become spaces up to the next multiple of eight.
///
/// Characters and their effects: console_codes(4); Unicode Standard Annex #9 for the direction
/// marks. The pictures are those of the block "Control Pictures", U+2400.
#[must_use]
pub fn harmless(text: &str) -> Cow<'_, str> {
    if !text.chars().any(acts) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\t' => {
                let column = out.chars().map(super::line::columns).sum::<usize>();
                out.extend(std::iter::repeat_n(' ', 8 - column % 8));
            }
            '\0'..='\x1f' => out.extend(char::from_u32(0x2400 + u32::from(character))),
            '\x7f' => out.push('␡'),
            _ if acts(character) => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{{{:x}}}", u32::from(character));
            }
            _ => out.push(character),
        }
    }
    Cow::Owned(out)
}

fn acts(character: char) -> bool {
    character.is_control()
        || matches!(character,
            // Line and paragraph separators, direction marks, embeddings, overrides, isolates.
            '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{61c}'
            | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_is_not_copied() {
        assert!(matches!(harmless("héllo, 世界"), Cow::Borrowed(_)));
    }

    #[test]
    fn what_a_terminal_obeys_becomes_visible() {
        for (raw, shown) in [
            ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
            ("\x1b]0;title\x07", "␛]0;title␇"),
            ("50%\r100%", "50%␍100%"),
            ("a\x08b\x7f", "a␈b␡"),
            ("\u{9b}2J", "\\u{9b}2J"),
            ("a\u{202e}b", "a\\u{202e}b"),
            ("one\ntwo\0", "one␊two␀"),
        ] {
            assert_eq!(harmless(raw), shown, "{raw:?}");
        }
    }

    #[test]
    fn tabs_reach_the_next_multiple_of_eight() {
        assert_eq!(harmless("a\tb\t世\tc"), "a       b       世      c");
    }

    #[test]
    fn nothing_that_is_shown_acts() {
        let every: String = (0..=0x2100).filter_map(char::from_u32).collect();
        assert!(!harmless(&every).chars().any(acts));
    }
}
