//! The kit's helper programs, from the side of a check.
//!
//! `probe-child` reports what it inherited from whoever started it, and ends. A look into
//! `/proc/<pid>` from outside would race with its end, and would not work everywhere.
//! `decoy` behaves as its arguments say: it stays, ignores SIGTERM, ends with a status.

use serde::{Deserialize, Serialize};

use crate::evidence::OpenFile;

/// What `probe-child` prints, as one line of JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inherited {
    /// Its arguments, `argv[0]` first.
    pub argv: Vec<String>,
    /// Its process id.
    pub pid: i32,
    /// Its process group.
    pub pgid: i32,
    /// Numbers of the signals that it found blocked.
    pub blocked: Vec<i32>,
    /// Numbers of the signals that it found ignored.
    pub ignored: Vec<i32>,
    /// Every descriptor that it found open.
    pub fds: Vec<OpenFile>,
}

impl Inherited {
    /// Reads the report out of one line of output.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        serde_json::from_str(line).ok()
    }
}
