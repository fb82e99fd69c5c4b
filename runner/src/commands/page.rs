//! Where a command writes.

use std::io::{self, Write};

use harness::supervise::WindowSize;

use crate::draw::{self, Line};

/// The width where there is no terminal to ask.
const WIDTH: usize = 80;

/// Standard output as a page of lines, or whatever a test puts in its place.
///
/// Everything is written through it, never by `println!`: that one panics when the reader is gone,
/// as in `cargo run -- list | head -1`.
pub struct Page<'a> {
    out: &'a mut dyn Write,
    /// Columns to draw in.
    pub width: usize,
    /// Rows of the terminal; none where the page is no terminal and cannot be drawn over.
    pub rows: Option<usize>,
}

impl<'a> Page<'a> {
    /// Standard output, as wide as the terminal that it is.
    pub fn stdout(out: &'a mut io::Stdout) -> Page<'a> {
        let size = WindowSize::of(&*out);
        Page {
            out,
            width: size.map_or(WIDTH, |size| draw::bounded(usize::from(size.columns))),
            rows: size.map(|size| usize::from(size.rows)),
        }
    }

    /// A page that is a terminal of so many rows, or none.
    #[cfg(test)]
    pub(super) fn of(out: &'a mut dyn Write, rows: Option<usize>) -> Page<'a> {
        Page { out, width: WIDTH, rows }
    }

    /// Writes lines.
    ///
    /// # Errors
    /// Those of write(2): `BrokenPipe` when the reader is gone.
    pub fn lines<'l>(&mut self, lines: impl IntoIterator<Item = &'l Line>) -> io::Result<()> {
        lines.into_iter().try_for_each(|line| writeln!(self.out, "{line}"))?;
        self.out.flush()
    }

    /// Writes one line.
    ///
    /// # Errors
    /// As [`Page::lines`].
    pub fn line(&mut self, line: &Line) -> io::Result<()> {
        self.lines([line])
    }

    /// Writes a sentence, broken between words.
    ///
    /// # Errors
    /// As [`Page::lines`].
    pub fn prose(&mut self, text: &str) -> io::Result<()> {
        self.lines(&draw::prose(text, self.width))
    }

    /// Writes bytes as they are, for output that another program reads.
    ///
    /// # Errors
    /// As [`Page::lines`].
    pub fn raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.out.flush()
    }
}

/// Tells something on standard error, beside what the command was asked for.
pub fn notice(text: &str) {
    // Nobody is left to hear that nobody hears.
    let _ = writeln!(io::stderr(), "{}", draw::harmless(text));
}
