//! What is known of a running program.

use std::fmt;
use std::time::Instant;

use nix::sys::signal::Signal;

use super::capture::Capture;
use crate::report::Stream;

/// How a program ended, see waitpid(2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It called exit with this status, 0 to 255.
    Exited(i32),
    /// This signal ended it.
    Killed(i32),
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exited(code) => write!(f, "exited with status {code}"),
            Self::Killed(signal) => match Signal::try_from(*signal) {
                Ok(name) => write!(f, "was killed by {name}"),
                Err(_) => write!(f, "was killed by signal {signal}"),
            },
        }
    }
}

/// What is known of a running program at one moment.
#[derive(Debug, Default)]
pub struct View {
    /// Descriptor 1.
    pub stdout: Capture,
    /// Descriptor 2.
    pub stderr: Capture,
    /// Set once the program itself is over; what it started may still run.
    pub ended: Option<(Ended, Instant)>,
    /// Set by [`super::Remote::cancel`].
    pub cancelled: bool,
    /// Which of the two streams nobody reads yet.
    pub(super) held: [bool; 2],
    /// Whose reading end is to be closed unread.
    pub(super) shut: [bool; 2],
}

impl View {
    /// One of the two captures.
    #[must_use]
    pub fn stream(&self, stream: Stream) -> &Capture {
        match stream {
            Stream::Stdout => &self.stdout,
            Stream::Stderr => &self.stderr,
        }
    }

    pub(super) fn stream_mut(&mut self, stream: Stream) -> &mut Capture {
        match stream {
            Stream::Stdout => &mut self.stdout,
            Stream::Stderr => &mut self.stderr,
        }
    }

    /// Whether the stream is being held by us, see [`super::Sink::Held`].
    #[must_use]
    pub fn is_held(&self, stream: Stream) -> bool {
        self.held[stream as usize]
    }
}
