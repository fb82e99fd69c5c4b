//! The import that must not be asked
//!
//! A nightly import runs for five hours. An operator wanted to know how far it was, read in its
//! manual that it tells when it is sent SIGUSR1 (as `dd` does), sent one, and got his answer. In
//! the second week he did it again in the fourth hour, and the import was gone: `Aborted`. He was
//! told that it cannot have been the signal. It was tried a hundred times on a quiet machine, and
//! the import answered a hundred times.
//!
//! What it does: imports the records 1 to COUNT of TABLE, and prints a line for each: to stdout if
//! it was imported, to stderr if it was refused, as every second one is. When it is sent SIGUSR1 it
//! says how many records it is through with, and goes on. At the end it says how many there were,
//! and ends with status 0.
//!
//! ```text
//! status: 1271 records
//! ```
//!
//! What it should do: just that, at whatever moment the question comes, and however slowly its
//! output is read. The answer may be on stdout or stderr, and may wait for the record in hand.
//!
//! By hand (the arguments below are the default), and then from another terminal:
//!
//! ```text
//! cargo run -q -p signals --bin handler_print -- customers 3000
//! pkill -USR1 -x handler_print
//! ```
//!
//! STEP_MS is how long a record takes, 10 ms unless set.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use std::{env, thread};

use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};

/// How many records the import is through with.
static RECORDS: AtomicU64 = AtomicU64::new(0);

fn main() -> nix::Result<()> {
    let mut arguments = env::args().skip(1);
    let table = arguments.next().unwrap_or_else(|| "customers".to_string());
    let count = arguments.next().and_then(|count| count.parse().ok()).unwrap_or(3000);
    let step = env::var("STEP_MS").ok().and_then(|step| step.parse().ok()).unwrap_or(10);

    // SA_RESTART: a write(2) that the signal interrupts goes on afterwards.
    let action = SigAction::new(SigHandler::Handler(answer), SaFlags::SA_RESTART, SigSet::empty());
    // TODO: `sigaction` is unsafe, since it asks for a promise about `answer`. Is that kept?
    unsafe { sigaction(Signal::SIGUSR1, &action) }?;
    println!("importing {count} records of {table}");

    for record in 1..=count {
        thread::sleep(Duration::from_millis(step));
        import(&table, record);
        RECORDS.store(record, Ordering::Relaxed);
    }
    println!("imported {count} records of {table}");
    Ok(())
}

/// Tells how far the import is.
extern "C" fn answer(_signal: i32) {
    println!("status: {} records", RECORDS.load(Ordering::Relaxed));
}

/// Imports one record and says so, with all that an auditor wants to see in a line.
fn import(table: &str, record: u64) {
    let trace = format!("{:0>130x}", record.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    if record.is_multiple_of(2) {
        eprintln!("refused  {table}/{record:06} (a duplicate of an earlier one) trace={trace}");
    } else {
        println!("imported {table}/{record:06} (checked against its index) trace={trace}");
    }
}
