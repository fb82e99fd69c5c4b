//! Writing files so that whoever reads them, at any moment, sees the old text or the new one whole.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Replaces what `path` holds by `bytes`: written beside it, on disk, then renamed over it.
///
/// rename(2) is atomic, so a reader or a `kill -9` in between finds one of the two texts. The file
/// is synced before: without that, ext4 and others may put the new name on disk before the bytes,
/// and a power cut leaves an empty file.
///
/// Writers of one path must exclude each other, since they share the temporary name.
///
/// # Errors
/// As open(2), write(2), fsync(2) and rename(2); the old text is still there then.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = temporary(path);
    let written = write_synced(&beside, bytes).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // Best effort: the error that the caller hears is the one that came first.
        let _ = fs::remove_file(&beside);
    }
    written?;
    sync_folder(path);
    Ok(())
}

/// The name under which [`replace`] writes before it renames: `state.json.new`.
fn temporary(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    PathBuf::from(name)
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Puts the rename itself on disk. Some file systems cannot sync a folder; the rename is atomic
/// there all the same, so this may fail in silence.
fn sync_folder(path: &Path) {
    if let Some(folder) = path.parent().and_then(|folder| File::open(folder).ok()) {
        let _ = folder.sync_all();
    }
}
