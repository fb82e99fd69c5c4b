//! Locks of flock(2), as another program would take them.

use std::fs::File;
use std::io;
use std::path::Path;

use harness::check::{Running, Stop};
use harness::process;
use harness::until::secs;
use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};

/// The lock on this file, if nobody has it. It is ours until the answer is dropped.
pub(super) fn take(path: &Path) -> io::Result<Option<Flock<File>>> {
    let file = File::options().read(true).write(true).create(true).truncate(false).open(path)?;
    take_of(file)
}

/// The same by a file that was opened before.
pub(super) fn take_of(file: File) -> io::Result<Option<Flock<File>>> {
    match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
        Ok(lock) => Ok(Some(lock)),
        Err((_, Errno::EWOULDBLOCK)) => Ok(None),
        Err((_, errno)) => Err(errno.into()),
    }
}

/// Waits until it has said something, has ended, or stands before a lock: inside flock(2) or fcntl(2),
/// or in the pause before it tries again. To see it asleep is not enough, as it sleeps in other calls
/// on its way there. If it has ended, its last words have been read by then.
pub(super) fn waits_or_speaks(program: &Running) -> Result<(), Stop> {
    let at_a_lock = |call: &process::Call| {
        ["flock", "fcntl", "nanosleep"].iter().any(|name| call.describe().starts_with(name))
    };
    program.until("the program comes to the lock", secs(3), |program| {
        let threads = process::threads(program.pid());
        let mut calls = threads.iter().filter_map(|thread| thread.call.as_ref());
        let speaks = !program.stdout_lines().is_empty() || program.ended().is_some();
        if speaks || calls.any(at_a_lock) {
            Ok(())
        } else {
            Err("it did neither wait for a lock nor print a line".to_owned())
        }
    })?;
    if program.ended().is_some() { program.ends(secs(3)).map(drop) } else { Ok(()) }
}
