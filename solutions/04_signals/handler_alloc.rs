//! The import that stood still when it was asked: solved
//!
//! `format!` makes a String, and a String is memory: malloc(3) at its beginning, free(3) at its end.
//! The allocator keeps lists of what is free. A handler that interrupts it finds them half changed;
//! and if the process has a second thread, there is a lock around them, which the interrupted thread
//! holds and cannot give back before the handler returns. With one thread there is no lock, the lists
//! are changed twice at a time, and the program goes on with broken memory.
//!
//! What changes: the line is written into an array on the stack.

use std::env;
use std::error::Error;
use std::fs::File;
use std::io::Write as _;
use std::os::fd::AsRawFd;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};

use nix::errno::Errno;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};
use world::act;

/// How many records the import is through with.
static RECORDS: AtomicU64 = AtomicU64::new(0);
/// Where the handler writes to: the descriptor of the file that `main` keeps open.
static STATUS: AtomicI32 = AtomicI32::new(-1);

fn main() -> Result<(), Box<dyn Error>> {
    let path = match env::var_os("STATUS") {
        Some(path) => PathBuf::from(path),
        None => env::temp_dir().join("status"),
    };
    let mut numbers = env::args().skip(1).map_while(|number| number.parse::<u64>().ok());
    let (count, first) = (numbers.next().unwrap_or(5), numbers.next().unwrap_or(1));

    let status = File::options().create(true).append(true).open(path)?;
    STATUS.store(status.as_raw_fd(), Ordering::Relaxed);
    let action = SigAction::new(SigHandler::Handler(answer), SaFlags::SA_RESTART, SigSet::empty());
    // SAFETY: of libc's functions `answer` calls write(2), which is on the list in signal-safety(7).
    // All else in it is arithmetic on its own stack, and lock-free atomics.
    unsafe { sigaction(Signal::SIGUSR1, &action) }?;

    for record in first..first + count {
        act("import", record)?;
        RECORDS.fetch_add(1, Ordering::Relaxed);
    }
    println!("imported {count} records");
    Ok(())
}

/// Tells how far the import is.
///
/// Most programs need no such function. `signal_hook::iterator::Signals` in a thread of its own wakes
/// up for each signal, at once too, and may do there what a thread may: `format!`, files, locks. A
/// handler that has to do something itself is for what a thread could not: a process that is about to
/// be gone, or has no second thread.
extern "C" fn answer(_signal: i32) {
    // write(2) may change errno, and the code that was interrupted may be just about to look at it.
    let errno = Errno::last_raw();

    // Numbers are formatted by `core`, which knows of no allocator; `&mut [u8]` is a writer that ends
    // where the array does. 64 bytes are enough for any u64, and if they were not, `write!` would
    // return an error: no panic, as that would allocate, print, and not be allowed to leave a
    // function that C calls.
    let mut line = [0_u8; 64];
    let mut free = &mut line[..];
    let _ = writeln!(free, "status: {} records", RECORDS.load(Ordering::Relaxed));
    let left = free.len();

    // SAFETY: the array outlives the call. A descriptor that is closed would be refused.
    unsafe { libc::write(STATUS.load(Ordering::Relaxed), line.as_ptr().cast(), line.len() - left) };
    Errno::set_raw(errno);
}

// What looks as if it were allowed. A String that was made beforehand: it is free(3) that is called
// when it is dropped here, realloc(3) when it is too short, and a Mutex around it is a lock.
// `File::from_raw_fd` allocates nothing, and closes the descriptor at the end. `eprintln!` allocates
// nothing either, most of the time, and takes stderr's lock. A flag is always right, and was too late
// here.
//
// signal-safety(7), malloc(3) under "ATTRIBUTES": "MT-Safe", and no word of "AS-Safe"
