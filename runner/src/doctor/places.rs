//! The terminal, and the folders that the kit writes to.

use super::finding::{By, Finding};
use super::system::System;

/// Below this the screens have no room.
const SMALLEST: Terminal = Terminal { columns: 40, rows: 15 };

/// Bytes that the course's builds take, with room to spare.
pub(super) const FOR_BUILDS: u64 = 1 << 30;
/// Bytes that progress takes, with room to spare.
pub(super) const FOR_PROGRESS: u64 = 1 << 20;

/// The size of a terminal in cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terminal {
    /// Cells in a line.
    pub columns: u16,
    /// Lines.
    pub rows: u16,
}

/// A folder that the kit writes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its name in the course, or where the learner put it; it goes into no report.
    pub name: String,
    /// What came of writing a file there.
    pub writing: Writing,
    /// Bytes that are free for us, where that can be known.
    pub free: Option<u64>,
}

/// What came of writing a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// It was written.
    Works,
    /// The file system is mounted read-only.
    ReadOnly,
    /// The folder is another user's.
    Denied,
    /// No space, no inode or no quota is left.
    Full,
    /// Something else, as errno(3) calls it.
    Fails(std::io::ErrorKind),
}

pub(super) fn terminal(terminal: Option<Terminal>, colours: bool) -> Finding {
    let Some(Terminal { columns, rows }) = terminal else {
        let meaning = "none here, and `watch` needs one; `cargo run -- run` does not";
        return Finding::optional("terminal", meaning);
    };
    if columns < SMALLEST.columns || rows < SMALLEST.rows {
        let fault = format!("is {columns}x{rows}, too small to read");
        let mend = format!("make the window {}x{} or larger", SMALLEST.columns, SMALLEST.rows);
        return Finding::bad("terminal", fault, mend, By::You);
    }
    let colours = if colours { "in colour" } else { "without colour" };
    Finding::good("terminal", format!("{columns}x{rows}, {colours}"))
}

pub(super) fn place(what: &'static str, place: &Place, needed: u64, system: &System) -> Finding {
    let name = &place.name;
    let elsewhere = "cp -r . ~/faultlings && cd ~/faultlings";
    match (place.writing, place.free) {
        (Writing::Works, Some(free)) if free < needed => Finding::bad(
            what,
            format!("{} are free for {name}, and {} are needed", size(free), size(needed)),
            "df -h . && du -sh target ~/.cargo",
            By::You,
        ),
        (Writing::Works, Some(free)) => Finding::good(what, format!("{} free", size(free))),
        (Writing::Works, None) => Finding::good(what, "can be written"),
        (Writing::Full, _) => Finding::bad(
            what,
            format!("no space is left for {name}"),
            "df -h . && df -i .",
            By::You,
        ),
        (Writing::ReadOnly, _) => {
            Finding::bad(what, format!("{name} is on a read-only file system"), elsewhere, By::You)
        }
        (Writing::Denied, _) => system.needs_root(
            what,
            format!("{name} is not yours to write"),
            &format!("sudo chown -R \"$(id -u)\" {name}"),
        ),
        (Writing::Fails(kind), _) => {
            Finding::bad(what, format!("{name} cannot be written: {kind}"), elsewhere, By::You)
        }
    }
}

/// Bytes for people, rounded down.
fn size(bytes: u64) -> String {
    match bytes {
        0..0x10_0000 => format!("{} KiB", bytes >> 10),
        0x10_0000..0x4000_0000 => format!("{} MiB", bytes >> 20),
        _ => format!("{} GiB", bytes >> 30),
    }
}
