//! What a terminal shows, by an emulator that knows nothing of the watch.

use std::collections::BTreeSet;
use std::num::NonZero;

use vt100::{Callbacks, MouseProtocolMode, Parser};

/// What the shell had on the screen before the program began.
const BEFORE: &str = "$ cargo run -- watch";

pub(crate) struct Screen(Parser<Modes>);

/// Modes that the emulator has no use for, but that a program has to undo.
#[derive(Default)]
struct Modes {
    changed: BTreeSet<u16>,
    /// Whether what is written now is part of a link.
    link: bool,
    unknown: Vec<String>,
}

impl Screen {
    pub(crate) fn new(columns: u16, rows: u16) -> Screen {
        let mut screen = Screen(Parser::new_with_callbacks(
            NonZero::new(rows).unwrap(),
            NonZero::new(columns).unwrap(),
            0,
            Modes::default(),
        ));
        screen.feed(BEFORE.as_bytes());
        screen.feed(b"\r\n");
        screen
    }

    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        self.0.set_size(NonZero::new(rows).unwrap(), NonZero::new(columns).unwrap());
    }

    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        self.0.process(bytes);
    }

    pub(crate) fn shows(&self, words: &str) -> bool {
        self.text().contains(words)
    }

    pub(crate) fn text(&self) -> String {
        self.0.screen().contents()
    }

    /// No alternate screen but what was there before, a cursor, and nothing else switched on.
    pub(crate) fn is_ordinary(&self) -> bool {
        let Modes { changed, link, unknown } = self.0.callbacks();
        assert!(unknown.is_empty(), "who undoes these: {unknown:?}");
        let screen = self.0.screen();
        let colours = (screen.fgcolor(), screen.bgcolor());
        self.text().starts_with(BEFORE)
            && changed.is_empty()
            && !link
            && !(screen.alternate_screen() || screen.hide_cursor() || screen.bracketed_paste())
            && !(screen.application_cursor() || screen.application_keypad())
            && !(screen.bold() || screen.dim() || screen.underline() || screen.inverse())
            && screen.mouse_protocol_mode() == MouseProtocolMode::None
            && colours == (vt100::Color::Default, vt100::Color::Default)
    }
}

impl Callbacks for Modes {
    fn unhandled_csi(
        &mut self,
        _: &mut vt100::Screen,
        prefix: Option<u8>,
        infix: Option<u8>,
        parameters: &[&[u16]],
        letter: char,
    ) {
        match (prefix, parameters, letter) {
            // Wrapping is on, and synchronized updates are off, unless a program says otherwise.
            (Some(b'?'), &[&[mode @ 7]], 'l') | (Some(b'?'), &[&[mode @ 2026]], 'h') => {
                self.changed.insert(mode);
            }
            (Some(b'?'), &[&[mode @ 7]], 'h') | (Some(b'?'), &[&[mode @ 2026]], 'l') => {
                self.changed.remove(&mode);
            }
            _ => self.unknown.push(format!("CSI {prefix:?} {infix:?} {parameters:?} {letter}")),
        }
    }

    fn unhandled_osc(&mut self, _: &mut vt100::Screen, parameters: &[&[u8]]) {
        match parameters {
            [b"8", _, target] => self.link = !target.is_empty(),
            _ => self.unknown.push(format!("OSC {parameters:?}")),
        }
    }

    fn unhandled_escape(
        &mut self,
        _: &mut vt100::Screen,
        first: Option<u8>,
        second: Option<u8>,
        last: u8,
    ) {
        // What ends a link's target is handed on although it was understood.
        if (first, second, last) != (None, None, b'\\') {
            self.unknown.push(format!("ESC {first:?} {second:?} {last}"));
        }
    }
}
