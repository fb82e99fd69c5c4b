//! The pid file that was empty: solved
//!
//! `File::create` is open(2) with O_TRUNC: the file is empty when the call returns, whoever's it is.
//! A lock does not prevent that, since locks of flock(2) are advisory, they are for those who ask. The
//! second courier asked afterwards.
//!
//! What changes is the order: open, lock, empty, write.

use std::fs::{File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{self, ExitCode};
use std::{env, fs};

fn main() -> io::Result<ExitCode> {
    let path =
        env::var_os("PIDFILE").map_or_else(|| env::temp_dir().join("courier.pid"), PathBuf::from);
    let Some(_duty) = go_on_duty(&path)? else {
        let other = fs::read_to_string(&path)?;
        println!("courier {} is on duty", other.trim());
        return Ok(ExitCode::from(3));
    };
    let pid = process::id();
    println!("courier {pid}: on duty");
    for parcel in io::stdin().lines() {
        println!("courier {pid}: fetched {}", parcel?);
    }
    Ok(ExitCode::SUCCESS)
}

/// Takes the lock and leaves our pid; `None` if somebody else has it. It is ours until the file is
/// dropped.
fn go_on_duty(path: &Path) -> io::Result<Option<File>> {
    // `create` without `truncate`: it is made if it is missing, and left as it is if it is there.
    let mut file = File::options().write(true).create(true).truncate(false).open(path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    // Ours, so now it may be emptied. It has to be: what a courier left who was killed is longer than
    // our pid, perhaps, and would stay behind it.
    file.set_len(0)?;
    writeln!(file, "{}", process::id())?;
    Ok(Some(file))
}

// Nothing is removed at the end, and that is right. The lock ends with the process, however it ends,
// and the next courier finds a file that nobody has locked. Removed, there would be a moment for two:
// somebody has opened it and is about to lock it, the name goes, a third one makes a new file, and both
// have a lock, each on an inode of its own. For the same reason the pid is not written to a new file
// that is renamed over this one. (Whoever must remove it has to compare, after the lock, whether the
// name still leads to the file that was locked: `st_ino` of stat(2) and of fstat(2).)
//
// And whether a courier is on duty is asked of the lock, never of the pid in the file: kill(pid, 0)
// says that there is a process, not which. After a restart of the machine it is somebody else's.
//
// flock(2), open(2) under O_TRUNC; std::fs::File::try_lock, std::fs::OpenOptions::truncate
