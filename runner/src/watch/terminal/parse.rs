//! From bytes to keys.

use crate::watch::event::Key;

/// What was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pressed {
    /// A key for the watch.
    Key(Key),
    /// Ctrl-L: paint the screen anew.
    Redraw,
}

/// Turns bytes into keys. Sequences may come in pieces; what is pasted is no key, since a text with
/// an `x` and a `y` in it must not reset an exercise.
#[derive(Debug, Default)]
pub struct Parser {
    pending: Vec<u8>,
    pasting: bool,
}

/// The beginning of some bytes.
enum Token {
    Pressed(Pressed, usize),
    /// So many bytes that mean nothing here.
    Skip(usize),
    Paste(bool, usize),
    /// Too few bytes to tell.
    Open,
}

/// Longer than any sequence of a keyboard.
const LONGEST: usize = 32;

impl Parser {
    /// Keys that are complete with these bytes.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Pressed> {
        self.pending.extend_from_slice(bytes);
        let mut pressed = Vec::new();
        while !self.pending.is_empty() {
            let used = match token(&self.pending) {
                Token::Open if self.pending.len() < LONGEST => break,
                Token::Open => 1,
                Token::Skip(used) => used,
                Token::Paste(pasting, used) => {
                    self.pasting = pasting;
                    used
                }
                Token::Pressed(key, used) => {
                    if !self.pasting {
                        pressed.push(key);
                    }
                    used
                }
            };
            self.pending.drain(..used.min(self.pending.len()));
        }
        pressed
    }

    /// Whether a sequence has begun that may go on, or may be Esc alone.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Nothing came for a while: what began as a sequence was the Esc key.
    pub fn give_up_waiting(&mut self) -> Vec<Pressed> {
        let esc = self.pending == [ESC];
        self.pending.clear();
        if esc && !self.pasting { vec![Pressed::Key(Key::Esc)] } else { Vec::new() }
    }
}

const ESC: u8 = 0x1b;

fn token(bytes: &[u8]) -> Token {
    let key = |key, used| Token::Pressed(Pressed::Key(key), used);
    match *bytes {
        [] | [ESC] => Token::Open,
        [ESC, b'[', ref rest @ ..] => control_sequence(rest),
        [ESC, b'O'] => Token::Open,
        // Cursor keys in application mode, see console_codes(4) and XTerm's ctlseqs.
        [ESC, b'O', letter, ..] => match cursor_key(letter) {
            Some(found) => key(found, 3),
            None => Token::Skip(3),
        },
        // Esc, and a key after it; or Alt and that key, which has no meaning here.
        [ESC, ..] => key(Key::Esc, 1),
        [b'\r' | b'\n', ..] => key(Key::Enter, 1),
        [0x7f | 0x08, ..] => key(Key::Backspace, 1),
        [0x0c, ..] => Token::Pressed(Pressed::Redraw, 1),
        [0..=0x1f, ..] => Token::Skip(1),
        [first, ..] => character(first, bytes),
    }
}

/// What follows `ESC [`: parameters, then a letter (ECMA-48, 5.4).
fn control_sequence(rest: &[u8]) -> Token {
    // The function keys of Linux's console: `ESC [ [ A`.
    if rest.first() == Some(&b'[') {
        return if rest.len() < 2 { Token::Open } else { Token::Skip(4) };
    }
    let Some(end) = rest.iter().position(|byte| matches!(byte, 0x40..=0x7e)) else {
        return Token::Open;
    };
    let used = end + 3;
    let parameters = rest.get(..end).unwrap_or_default();
    let first = parameters.split(|byte| *byte == b';').next().unwrap_or_default();
    let key = match (rest.get(end), first) {
        (Some(b'~'), b"200") => return Token::Paste(true, used),
        (Some(b'~'), b"201") => return Token::Paste(false, used),
        (Some(b'~'), b"1" | b"7") => Some(Key::Home),
        (Some(b'~'), b"4" | b"8") => Some(Key::End),
        (Some(b'~'), b"5") => Some(Key::PageUp),
        (Some(b'~'), b"6") => Some(Key::PageDown),
        (Some(letter), _) => cursor_key(*letter),
        (None, _) => None,
    };
    key.map_or(Token::Skip(used), |key| Token::Pressed(Pressed::Key(key), used))
}

fn cursor_key(letter: u8) -> Option<Key> {
    match letter {
        b'A' => Some(Key::Up),
        b'B' => Some(Key::Down),
        b'H' => Some(Key::Home),
        b'F' => Some(Key::End),
        _ => None,
    }
}

fn character(first: u8, bytes: &[u8]) -> Token {
    let length = match first {
        0x00..=0x7f => 1,
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return Token::Skip(1),
    };
    let Some(bytes) = bytes.get(..length) else { return Token::Open };
    match std::str::from_utf8(bytes).ok().and_then(|text| text.chars().next()) {
        Some(character) if !character.is_control() => {
            Token::Pressed(Pressed::Key(Key::Char(character)), length)
        }
        Some(_) => Token::Skip(length),
        None => Token::Skip(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(bytes: &[u8]) -> Vec<Key> {
        let mut parser = Parser::default();
        let mut pressed = parser.feed(bytes);
        pressed.extend(parser.give_up_waiting());
        pressed
            .into_iter()
            .filter_map(|pressed| match pressed {
                Pressed::Key(key) => Some(key),
                Pressed::Redraw => None,
            })
            .collect()
    }

    #[test]
    fn each_key_is_known_by_its_bytes() {
        for (bytes, key) in [
            (&b"n"[..], Key::Char('n')),
            ("é".as_bytes(), Key::Char('é')),
            ("🦀".as_bytes(), Key::Char('🦀')),
            (b"\r", Key::Enter),
            (b"\n", Key::Enter),
            (b"\x7f", Key::Backspace),
            (b"\x1b", Key::Esc),
            (b"\x1b[A", Key::Up),
            (b"\x1bOB", Key::Down),
            (b"\x1b[1;5A", Key::Up),
            (b"\x1b[5~", Key::PageUp),
            (b"\x1b[6~", Key::PageDown),
            (b"\x1b[H", Key::Home),
            (b"\x1b[1~", Key::Home),
            (b"\x1b[8~", Key::End),
            (b"\x1bOF", Key::End),
        ] {
            assert_eq!(keys(bytes), [key], "{bytes:?}");
        }
    }

    #[test]
    fn what_means_nothing_is_skipped_whole() {
        for bytes in [
            &b"\x1b[15~"[..],
            b"\x1b[[A",
            b"\x1bOP",
            b"\x1b[<0;10;20M",
            b"\x1b[?1;2c",
            b"\x01",
            b"\xff",
            b"\xc3",
            b"\xc2\x9b",
        ] {
            assert_eq!(keys(bytes), [], "{bytes:?}");
            assert_eq!(keys(&[bytes, b"nn"].concat()).last(), Some(&Key::Char('n')), "{bytes:?}");
        }
    }

    #[test]
    fn a_sequence_may_come_in_pieces() {
        let mut parser = Parser::default();
        assert_eq!(parser.feed(b"\x1b"), []);
        assert!(parser.is_waiting());
        assert_eq!(parser.feed(b"["), []);
        assert_eq!(parser.feed(b"An"), [Key::Up, Key::Char('n')].map(Pressed::Key));
        assert!(!parser.is_waiting());
    }

    #[test]
    fn several_keys_may_come_at_once() {
        assert_eq!(keys(b"h\x1b[Bq"), [Key::Char('h'), Key::Down, Key::Char('q')]);
        assert_eq!(keys(b"\x1bq"), [Key::Esc, Key::Char('q')]);
        assert_eq!(keys(b"\x1b\x1b"), [Key::Esc, Key::Esc]);
    }

    #[test]
    fn what_is_pasted_is_no_key() {
        assert_eq!(keys(b"\x1b[200~xy\x1b[A\n\x1b[201~n"), [Key::Char('n')]);
    }

    #[test]
    fn ctrl_l_paints_anew() {
        assert_eq!(Parser::default().feed(b"\x0c"), [Pressed::Redraw]);
    }

    #[test]
    fn no_bytes_make_it_grow_or_fail() {
        let mut parser = Parser::default();
        for seed in 0..20_000_u32 {
            let byte = (seed.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0];
            parser.feed(&[byte, ESC, b'[']);
            assert!(parser.pending.len() < LONGEST);
        }
    }
}
