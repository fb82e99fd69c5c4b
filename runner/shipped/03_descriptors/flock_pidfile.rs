//! The pid file that was empty
//!
//! There must be one courier in a warehouse, since two would fetch the same parcel. So the courier
//! writes its pid into a file and holds a lock on it; a second one finds the lock taken, names the
//! first, and goes. One morning the warehouse's script, which stops the courier by that file, had
//! nothing to stop: the file was empty. Somebody had started a second courier by mistake, and that
//! had gone at once, as it should. But the first one ran on, and nobody knew which process it was.
//!
//! What it does: opens and locks the file PIDFILE, and writes its pid and a newline into it. Every
//! line of its input is a parcel, which it fetches; when the input ends, it ends with status 0. If
//! another has the lock, it says who, and exits with status 3.
//!
//! ```text
//! courier 4711: on duty                     courier 4711 is on duty
//! courier 4711: fetched a chair
//! ```
//!
//! What it should do: just that. As long as a courier is on duty, the file holds its pid and nothing
//! else, whoever may have left something in it, and nobody else is on duty.
//!
//! By hand, in one terminal, and while that runs in another one:
//!
//! ```text
//! cargo run -q -p descriptors --bin flock_pidfile
//! cat /tmp/courier.pid; cargo run -q -p descriptors --bin flock_pidfile; cat /tmp/courier.pid
//! ```
//!
//! PIDFILE is `courier.pid` in the folder for temporary files unless you set it.

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
    // TODO: what has happened to the file by the time we know whether it is ours?
    let mut file = File::create(path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    writeln!(file, "{}", process::id())?;
    Ok(Some(file))
}
