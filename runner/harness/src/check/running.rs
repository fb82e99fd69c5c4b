//! A running program, as a check speaks of it.

use std::io;
use std::sync::Arc;

use nix::sys::signal::Signal;

use super::stop::Stop;
use super::story::Story;
use crate::evidence::Evidence;
use crate::process::{self, Set, Status};
use crate::report::Stream;
use crate::supervise::{Ended, Tree, sweep};

/// A running program. Dropping it ends it and everything it started.
///
/// What can be waited for is in the methods whose names are verbs in the third person: `prints`,
/// `exits_with`, `leaves_nothing`. Each takes its own deadline and fails in words of its own.
#[derive(Debug)]
pub struct Running {
    pub(super) tree: Tree,
    pub(super) name: String,
    pub(super) story: Arc<Story>,
}

impl Running {
    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> i32 {
        self.tree.pid()
    }

    /// Sends it a signal. A program that has ended already takes it without effect.
    ///
    /// # Errors
    /// Those of kill(2).
    pub fn signal(&self, signal: Signal) -> Result<(), Stop> {
        self.story.happened("check", format!("sent {signal} to pid {}", self.pid()));
        Ok(self.tree.signal(signal)?)
    }

    /// Writes one line to its input. A program that does not read any more is no error here: what
    /// it does next is what the check looks at.
    ///
    /// # Errors
    /// Those of write(2) other than EPIPE.
    pub fn write_line(&mut self, line: &str) -> Result<(), Stop> {
        self.story.happened("check", format!("wrote {line:?} to its stdin"));
        match self.tree.write(format!("{line}\n").as_bytes()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Types these bytes on its terminal, or writes them to its input as they are.
    ///
    /// # Errors
    /// As [`Running::write_line`].
    pub fn types(&mut self, bytes: &str) -> Result<(), Stop> {
        self.story.happened("check", format!("typed {bytes:?}"));
        match self.tree.write(bytes.as_bytes()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Writes these bytes to its input as they are, in one write(2): a message, or a part of one.
    /// `what` names them in the timeline. More than a pipe holds (64 KiB) would wait for the program.
    ///
    /// # Errors
    /// As [`Running::write_line`].
    pub fn sends(&mut self, what: &str, bytes: &[u8]) -> Result<(), Stop> {
        self.story.happened("check", format!("wrote {what} to its stdin"));
        match self.tree.write(bytes) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Gives it end of file on its input.
    pub fn close_stdin(&mut self) {
        self.story.happened("check", "closed its stdin");
        self.tree.close_stdin();
    }

    /// Complete lines of its standard output so far.
    #[must_use]
    pub fn stdout_lines(&self) -> Vec<String> {
        self.tree.look(|view| view.stdout.lines())
    }

    /// All of one stream so far, as text.
    #[must_use]
    pub fn text(&self, stream: Stream) -> String {
        self.tree.look(|view| view.stream(stream).text())
    }

    /// How many bytes one stream has carried so far.
    #[must_use]
    pub fn byte_count(&self, stream: Stream) -> u64 {
        let count =
            |capture: &crate::supervise::Capture| capture.bytes().len() as u64 + capture.dropped();
        self.tree.look(|view| count(view.stream(stream)))
    }

    /// How it ended, if it has.
    #[must_use]
    pub fn ended(&self) -> Option<Ended> {
        self.tree.look(|view| view.ended).map(|(ended, _)| ended)
    }

    /// Its direct children, dead ones that it has not waited for included.
    #[must_use]
    pub fn children(&self) -> Vec<(i32, Status)> {
        let children = process::children(self.pid()).into_iter();
        children.filter_map(|pid| Some((pid, process::status(pid)?))).collect()
    }

    /// It, everything below it, and what was left to us by those that ended.
    #[must_use]
    pub fn everybody(&self) -> Vec<i32> {
        let mut all = process::with_descendants(self.pid());
        for orphan in sweep::orphans() {
            all.extend(process::with_descendants(orphan));
        }
        all
    }

    /// Its tree at this moment, as evidence. `when` continues "processes ...".
    #[must_use]
    pub fn snapshot(&self, when: &str) -> Evidence {
        let roots: Vec<_> = std::iter::once(self.pid()).chain(sweep::orphans()).collect();
        Evidence::Processes(process::snapshot(when, &roots))
    }

    /// How it treats these signals at this moment, beside the sets that each should be in; `None`
    /// once it has ended. `when` continues "signals ...".
    #[must_use]
    pub fn signals(&self, when: &str, should: &[(Signal, &[Set])]) -> Option<Evidence> {
        let status = process::status(self.pid()).filter(|status| !status.is_zombie())?;
        Some(Evidence::Signals(process::signal_sets(when, &status, should)))
    }

    /// A failure with this program's tree as it is now.
    pub(super) fn failure(&self, expected: &str, observed: String, when: &str) -> Stop {
        self.story.failure(expected, observed, vec![self.snapshot(when)])
    }
}
