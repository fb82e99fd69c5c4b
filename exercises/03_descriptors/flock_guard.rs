//! The invoice number that two customers had
//!
//! A small firm numbers its invoices without a gap, as the law has it. The last number stands in a
//! file; this program reads it, gives the next numbers to the orders that it is handed, and writes
//! the last one back. There are two offices, and it may run in both at once, so it takes a lock
//! first. In March two customers had invoice 4711. Somebody looked into the source, found the line
//! that takes the lock, and blamed the disk.
//!
//! What it does: takes the lock OFFICE/lock, and waits for it if need be. Prints `locked`. Every
//! line of its input is an order, which gets the number after the last. When the input ends, it
//! writes the last number into OFFICE/invoices, and ends.
//!
//! ```text
//! locked
//! invoice 4711: three chairs
//! invoice 4712: a table
//! last invoice: 4712
//! ```
//!
//! What it should do: just that, and nobody else who takes this lock with flock(2) should have it
//! meanwhile.
//!
//! By hand, in one terminal, typing orders, and in another one before the first has ended; `flock`
//! is a program that takes such a lock from a shell:
//!
//! ```text
//! cargo run -q -p descriptors --bin flock_guard
//! flock --nonblock /tmp/lock echo "the lock was free"
//! ```
//!
//! OFFICE is the folder for temporary files unless you set it.

use std::fs::{self, File};
use std::path::PathBuf;
use std::{env, io};

use nix::fcntl::{Flock, FlockArg};

fn main() -> io::Result<()> {
    let office = env::var_os("OFFICE").map_or_else(env::temp_dir, PathBuf::from);

    // TODO: this takes the lock. And who has it in the next line?
    let file = File::create(office.join("lock"))?;
    let _ = Flock::lock(file, FlockArg::LockExclusive).map_err(|(_, errno)| errno)?;
    println!("locked");

    let invoices = office.join("invoices");
    let last = fs::read_to_string(&invoices).unwrap_or_default();
    let mut last: u64 = last.trim().parse().unwrap_or(0);
    for order in io::stdin().lines() {
        let order = order?;
        last += 1;
        println!("invoice {last}: {order}");
    }
    fs::write(&invoices, format!("{last}\n"))?;
    println!("last invoice: {last}");
    Ok(())
}
