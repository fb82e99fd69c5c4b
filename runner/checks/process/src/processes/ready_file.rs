//! Learning a decoy's process id from itself.

use std::fs;
use std::path::PathBuf;

use harness::check::{Case, Seen};

/// A file that a decoy makes once it is ready (`--ready-file`), with its process id in it. Nobody
/// else can know that id: the decoy may be anywhere below the program.
pub(super) struct ReadyFile {
    name: String,
    path: PathBuf,
}

impl ReadyFile {
    pub(super) fn new(case: &Case) -> Self {
        let name = case.word();
        Self { path: case.folder().join(&name), name }
    }

    /// Its path from the folder in which programs run, without a space in it.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The decoy's process id, once it is ready.
    pub(super) fn pid(&self) -> Seen<i32> {
        let pid = fs::read_to_string(&self.path).ok().and_then(|text| text.parse().ok());
        pid.ok_or_else(|| "it had not been started".to_owned())
    }
}
