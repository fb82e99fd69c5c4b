//! The terminal, and writing where the kit writes.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use harness::supervise::WindowSize;

use crate::doctor::places::{Place, Terminal, Writing};
use crate::progress::store::FOLDER;

/// Standard output's size, if it is a terminal.
pub(super) fn terminal() -> Option<Terminal> {
    let WindowSize { rows, columns } = WindowSize::of(io::stdout())?;
    Some(Terminal { columns, rows })
}

/// Where cargo builds.
pub(super) fn target(root: &Path) -> Place {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => place(folder.display().to_string(), &root.join(PathBuf::from(folder))),
        None => place("target".to_owned(), &root.join("target")),
    }
}

/// Where progress is kept.
pub(super) fn state(root: &Path) -> Place {
    place(FOLDER.to_owned(), &root.join(FOLDER))
}

fn place(name: String, folder: &Path) -> Place {
    let writing = match write(folder) {
        Ok(()) => Writing::Works,
        Err(error) => match error.kind() {
            ErrorKind::ReadOnlyFilesystem => Writing::ReadOnly,
            ErrorKind::PermissionDenied => Writing::Denied,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Writing::Full,
            kind => Writing::Fails(kind),
        },
    };
    Place { name, writing, free: free(folder) }
}

/// Writes one page to a file, and removes it: a file alone takes no block, so a full disk would not
/// be noticed.
fn write(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let path = folder.join(format!("doctor-{}", std::process::id()));
    let written = File::create_new(&path)
        .and_then(|mut file| file.write_all(&[0; 4096]).and_then(|()| file.sync_all()));
    let removed = fs::remove_file(&path);
    written.and(removed)
}

/// What statvfs(3) calls free for users other than root.
fn free(folder: &Path) -> Option<u64> {
    let stat = nix::sys::statvfs::statvfs(folder).ok()?;
    #[expect(clippy::useless_conversion, reason = "narrower on macOS")]
    let (blocks, size) = (u64::from(stat.blocks_available()), u64::from(stat.fragment_size()));
    // Some network and overlay mounts count nothing.
    (stat.blocks() > 0).then_some(blocks.saturating_mul(size))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_place_that_can_be_written_is_left_as_it_was() {
        let root = tempfile::tempdir().unwrap();
        let place = state(root.path());
        assert_eq!((place.name.as_str(), place.writing), (FOLDER, Writing::Works));
        assert!(place.free.is_some_and(|free| free > 0));
        assert_eq!(fs::read_dir(root.path().join(FOLDER)).unwrap().count(), 0);
    }

    #[test]
    fn a_place_that_cannot_be_written_says_so() {
        let root = tempfile::tempdir().unwrap();
        // sysfs lets nobody make a file, root neither; some containers mount it read-only.
        symlink("/sys/kernel", root.path().join(FOLDER)).unwrap();
        let writing = state(root.path()).writing;
        assert!(matches!(writing, Writing::Denied | Writing::ReadOnly), "{writing:?}");

        fs::write(root.path().join("target"), "a file").unwrap();
        let writing = place("target".to_owned(), &root.path().join("target")).writing;
        assert_eq!(writing, Writing::Fails(ErrorKind::AlreadyExists));
    }
}
