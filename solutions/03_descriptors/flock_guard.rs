//! The invoice number that two customers had: solved
//!
//! `let _ = ...` binds nothing. What stands on its right has no owner after the semicolon and is
//! dropped there, and a lock's drop is its end: the program said `locked` when it was free again.
//! With any name the value lives to the end of the block, and a name that begins with an underscore
//! is one: `_lock`.

use std::fs::{self, File};
use std::path::PathBuf;
use std::{env, io};

use nix::fcntl::{Flock, FlockArg};

fn main() -> io::Result<()> {
    let office = env::var_os("OFFICE").map_or_else(env::temp_dir, PathBuf::from);

    // rustc refuses `let _ =` on the right of which there is a `MutexGuard`, and has no word against
    // this one: it knows the guards of std alone. Clippy's `let_underscore_must_use`, or rustc's
    // `let_underscore_drop`, would speak, and both have to be asked to.
    //
    // Exclusive: shared locks are for those who only read, and any number may have one. And it
    // waits: a lock that could not be had, and whose error is dropped, protects nobody either.
    let file = File::create(office.join("lock"))?;
    let lock = Flock::lock(file, FlockArg::LockExclusive).map_err(|(_, errno)| errno)?;
    println!("locked");

    // Read under the lock, and written under the lock. A number that was read before it had to be
    // waited for is an old one.
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

    // Said aloud, so that nobody takes the name for a forgotten one, and nobody moves the write
    // behind it. Every other way out of this function drops it too; and whoever is killed does not
    // drop anything, but the kernel closes what they had open, and the lock is gone with the last
    // descriptor. That is why a file which "is the lock by being there" is worse: it outlives them.
    drop(lock);
    Ok(())
}

// The lock is on the open file description, not on the process and not on the name: a copy of the
// descriptor, by `try_clone` or by fork(2), is the same lock, and an unlock through any copy ends
// it for all. std has the same call, as `File::lock`, without a guard: there it ends with the file.
//
// flock(2), open(2) on "open file description"; nix::fcntl::Flock, std::fs::File::lock
