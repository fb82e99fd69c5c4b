//! A line: text in runs of one style. Colours are added only when it is displayed.

use std::fmt;
use std::sync::Arc;

use colored::{Color, ColoredString, Colorize, control::SHOULD_COLORIZE};
use unicode_width::UnicodeWidthChar;

use super::harmless;

/// One line for a terminal. Its text holds no control character, whatever it was made from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    spans: Vec<Span>,
}

/// A run of text in one style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    pub(super) text: String,
    pub(super) style: Style,
    /// Where a click leads, as a URL; see the "Hyperlinks in terminal emulators" note on OSC 8.
    pub(super) link: Option<Arc<str>>,
}

/// What a run of text is, not what colour it has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Style {
    /// Ordinary text.
    #[default]
    Plain,
    /// A heading, or the name of the thing that is talked about.
    Strong,
    /// Text that may be skipped.
    Dim,
    /// It is as it should be.
    Good,
    /// It is not as it should be.
    Bad,
    /// Nobody can say.
    Doubt,
    /// Something that can be typed or pressed.
    Key,
    /// Black on the terminal's highlight: the row that a key acts on.
    Chosen,
    /// Another program's own choice: the parameters of its SGR sequence, see console_codes(4).
    Sgr(Arc<str>),
}

impl Line {
    /// A line in one style.
    #[must_use]
    pub fn new(text: impl AsRef<str>, style: Style) -> Self {
        Self::default().with(text, style)
    }

    /// A line of ordinary text.
    #[must_use]
    pub fn plain(text: impl AsRef<str>) -> Self {
        Self::new(text, Style::Plain)
    }

    /// An empty line.
    #[must_use]
    pub fn blank() -> Self {
        Self::default()
    }

    /// The same line with a run of text at its end.
    #[must_use]
    pub fn with(mut self, text: impl AsRef<str>, style: Style) -> Self {
        self.push(Span::new(text, style));
        self
    }

    /// The same line with ordinary text at its end.
    #[must_use]
    pub fn and(self, text: impl AsRef<str>) -> Self {
        self.with(text, Style::Plain)
    }

    /// The same line with spaces at its end, until it is `width` columns wide.
    #[must_use]
    pub fn padded(self, width: usize) -> Self {
        let missing = width.saturating_sub(self.width());
        if missing == 0 { self } else { self.and(" ".repeat(missing)) }
    }

    /// The same line with another's runs at its end.
    #[must_use]
    pub fn joined(mut self, other: Line) -> Self {
        other.spans.into_iter().for_each(|span| self.push(span));
        self
    }

    /// Adds a run of text at the end.
    pub fn push(&mut self, span: Span) {
        match self.spans.last_mut() {
            _ if span.text.is_empty() => {}
            Some(last) if last.style == span.style && last.link == span.link => {
                last.text.push_str(&span.text);
            }
            _ => self.spans.push(span),
        }
    }

    /// Its runs of text, in order.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Columns that it takes on a terminal.
    #[must_use]
    pub fn width(&self) -> usize {
        self.spans.iter().map(Span::width).sum()
    }

    /// Its text, without colours or links.
    #[must_use]
    pub fn text(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }
}

impl Span {
    /// A run of text, made harmless.
    #[must_use]
    pub fn new(text: impl AsRef<str>, style: Style) -> Self {
        Self { text: harmless(text.as_ref()).into_owned(), style, link: None }
    }

    /// The same text, clickable where the terminal knows OSC 8. `url` is printable ASCII.
    #[must_use]
    pub fn linked(mut self, url: &str) -> Self {
        self.link = Some(Arc::from(harmless(url).as_ref()));
        self
    }

    /// Columns that it takes on a terminal.
    #[must_use]
    pub fn width(&self) -> usize {
        self.text.chars().map(columns).sum()
    }

    pub(super) fn like(&self, text: String) -> Self {
        Self { text, style: self.style.clone(), link: self.link.clone() }
    }
}

/// Columns of one character: 0, 1 or 2.
pub(super) fn columns(character: char) -> usize {
    character.width().unwrap_or(1)
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.spans.iter().try_for_each(|span| fmt::Display::fmt(span, f))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.link {
            Some(url) => {
                write!(f, "\x1b]8;;{url}\x1b\\")?;
                self.fmt_coloured(f)?;
                f.write_str("\x1b]8;;\x1b\\")
            }
            None => self.fmt_coloured(f),
        }
    }
}

impl Span {
    fn fmt_coloured(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.text.as_str();
        let coloured: ColoredString = match &self.style {
            Style::Plain => return f.write_str(text),
            Style::Strong => text.bold(),
            Style::Dim => text.dimmed(),
            Style::Good => text.color(Color::Green).bold(),
            Style::Bad => text.color(Color::Red).bold(),
            Style::Doubt => text.color(Color::Yellow).bold(),
            Style::Key => text.color(Color::Cyan),
            Style::Chosen => text.reversed(),
            Style::Sgr(parameters) => {
                return if SHOULD_COLORIZE.should_colorize() {
                    write!(f, "\x1b[{parameters}m{text}\x1b[0m")
                } else {
                    f.write_str(text)
                };
            }
        };
        fmt::Display::fmt(&coloured, f)
    }
}
