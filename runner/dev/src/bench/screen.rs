//! A program on a pseudo-terminal, and what it shows there.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use harness::supervise::{Ended, Input, Launch, Tree, View};

/// The size that a parser has which is not asked for another.
const ROWS: u16 = 24;
const COLUMNS: u16 = 80;
/// Bytes that are kept of what was drawn; some kilobytes a screen.
const KEPT: usize = 64 << 20;

/// A program that draws, and the screen that it has drawn.
pub(super) struct Screen {
    tree: Tree,
    shown: Shown,
}

struct Shown {
    parser: vt100::Parser,
    /// Bytes that the parser has seen.
    read: usize,
}

impl Screen {
    /// Starts a program as from a terminal emulator with colours.
    pub(super) fn start(launch: Launch) -> Result<Self> {
        let tree = launch
            .env("TERM", "xterm-256color")
            .env_remove("NO_COLOR")
            .stdin(Input::Terminal { rows: ROWS, columns: COLUMNS })
            .keep(KEPT)
            .start()
            .context("cannot start a program on a terminal")?;
        Ok(Self { tree, shown: Shown { parser: vt100::Parser::default(), read: 0 } })
    }

    /// Waits until one of these words is on the screen, and says when that was.
    pub(super) fn shows(&mut self, words: &[&str], within: Duration) -> Result<Instant> {
        let Self { tree, shown } = self;
        let seen = tree.wait(Instant::now() + within, |view| {
            shown.catch_up(view);
            let text = shown.parser.screen().contents();
            let found = words.iter().any(|word| text.contains(word));
            // What it wrote last may be read after its end was noticed.
            let ended = view.ended.filter(|_| view.stdout.is_closed());
            found.then(Instant::now).map(Ok).or_else(|| ended.map(|(ended, _)| Err(ended)))
        });
        match seen {
            Some(Ok(at)) => Ok(at),
            Some(Err(ended)) => bail!("the program {ended} before it showed {words:?}:\n{self}"),
            None => bail!("not shown within {} s: {words:?}\n{self}", within.as_secs()),
        }
    }

    pub(super) fn press(&mut self, keys: &str) -> Result<()> {
        self.tree.write(keys.as_bytes()).context("the terminal is gone")
    }

    pub(super) fn pid(&self) -> i32 {
        self.tree.pid()
    }

    /// Lets it be for so long.
    pub(super) fn rest(&self, time: Duration) {
        self.tree.wait(Instant::now() + time, |_| None::<()>);
    }

    pub(super) fn ends(&mut self, within: Duration) -> Result<Ended> {
        let ended = self.tree.wait(Instant::now() + within, |view| view.ended);
        ended.map(|(ended, _)| ended).with_context(|| format!("it does not end:\n{self}"))
    }
}

impl std::fmt::Display for Screen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.shown.parser.screen().contents().lines().try_for_each(|line| writeln!(f, "  │{line}"))
    }
}

impl Shown {
    fn catch_up(&mut self, view: &View) {
        let bytes = view.stdout.bytes();
        self.parser.process(bytes.get(self.read..).unwrap_or_default());
        self.read = bytes.len();
    }
}
