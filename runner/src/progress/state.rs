//! The text of state.json.

use serde::{Deserialize, Serialize};

use super::model::Progress;

/// The version of state.json that this kit writes, and the newest that it reads.
pub const VERSION: u64 = 1;

/// Why a text is not progress that this kit can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    /// No JSON, or JSON of something else.
    Damaged,
    /// Written by a newer kit, in this version.
    Newer(u64),
}

#[derive(Serialize, Deserialize)]
struct State {
    version: u64,
    #[serde(flatten)]
    progress: Progress,
}

/// Looked at before the rest, which a newer version may have in another shape.
#[derive(Deserialize)]
struct Versioned {
    version: u64,
}

/// Reads what [`write()`] wrote.
///
/// # Errors
/// It is something else: the caller keeps the text aside and starts anew.
pub fn read(bytes: &[u8]) -> Result<Progress, Unusable> {
    let Versioned { version } = serde_json::from_slice(bytes).map_err(|_| Unusable::Damaged)?;
    match version {
        VERSION => serde_json::from_slice::<State>(bytes)
            .map(|state| state.progress)
            .map_err(|_| Unusable::Damaged),
        newer if newer > VERSION => Err(Unusable::Newer(newer)),
        _ => Err(Unusable::Damaged),
    }
}

/// The text of state.json, with one line a value so that people can read and compare it.
///
/// # Errors
/// serde_json refuses, which none of these types makes it do.
pub fn write(progress: &Progress) -> serde_json::Result<Vec<u8>> {
    let state = State { version: VERSION, progress: progress.clone() };
    let mut text = serde_json::to_vec_pretty(&state)?;
    text.push(b'\n');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_again() {
        let mut progress = Progress::default();
        progress.set_current("zombie_parade");
        progress.record_pass("exit_status");
        progress.show_hint("zombie_parade", 2);
        progress.give_up("removed_since");

        assert_eq!(read(&write(&progress).unwrap()), Ok(progress));
    }

    #[test]
    fn a_text_that_is_something_else_is_told_from_a_newer_one() {
        for (text, why) in [
            ("", Unusable::Damaged),
            ("{\"version\":1,\"exer", Unusable::Damaged),
            ("[1, 2]", Unusable::Damaged),
            ("{\"version\":0}", Unusable::Damaged),
            ("{\"version\":-1}", Unusable::Damaged),
            ("{\"version\":1,\"exercises\":7}", Unusable::Damaged),
            ("\u{0}\u{0}\u{0}\u{0}", Unusable::Damaged),
            ("{\"version\":2,\"exercises\":7}", Unusable::Newer(2)),
        ] {
            assert_eq!(read(text.as_bytes()), Err(why), "{text:?}");
        }
    }
}
