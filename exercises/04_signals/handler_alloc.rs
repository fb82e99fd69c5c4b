//! The import that stood still when it was asked
//!
//! An import tells how far it is when it is sent SIGUSR1: it adds a line to a file, at once, also in
//! the middle of a record, as a record can take an hour. Its author knew that `println!` is not for
//! signal handlers, and that write(2) is, and had it reviewed. Twice in the first year an import
//! stood still after it had been asked, with no load at all. A debugger showed the handler inside
//! malloc, waiting for a lock, and under the handler's frame the code that it had interrupted:
//! malloc.
//!
//! What it does: imports COUNT records, from the number FIRST on. When it is sent SIGUSR1 it adds a
//! line to STATUS with the number of records that it is through with:
//!
//! ```text
//! status: 12 records
//! ```
//!
//! What it should do: just that, at once, however long the record in hand takes, and with nothing in
//! the handler that a handler may not call.
//!
//! By hand, and then from another terminal:
//!
//! ```text
//! WORLD_MS=3000 cargo run -q -p signals --bin handler_alloc -- 5 1
//! pkill -USR1 -x handler_alloc; cat /tmp/status
//! ```
//!
//! That goes well, a thousand times. The check runs the program with a library that looks on while a
//! handler runs. STATUS is `status` in the folder for temporary files unless set, and a record takes
//! WORLD_MS milliseconds.

use std::env;
use std::error::Error;
use std::fs::File;
use std::os::fd::AsRawFd;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};

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
    // TODO: which functions of libc does `answer` call, before it comes to write(2)?
    unsafe { sigaction(Signal::SIGUSR1, &action) }?;

    for record in first..first + count {
        act("import", record)?;
        RECORDS.fetch_add(1, Ordering::Relaxed);
    }
    println!("imported {count} records");
    Ok(())
}

/// Tells how far the import is.
extern "C" fn answer(_signal: i32) {
    let line = format!("status: {} records\n", RECORDS.load(Ordering::Relaxed));
    // write(2) and no `File`, which would close the descriptor in the end.
    unsafe { libc::write(STATUS.load(Ordering::Relaxed), line.as_ptr().cast(), line.len()) };
}
