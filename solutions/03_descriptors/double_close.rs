//! The receipt with a line of somebody else's on it: solved
//!
//! `File::from_raw_fd` does not lend a descriptor, it makes an owner, and there was one already. Two
//! owners close twice. The first close came at the end of `note`, when the journal had one line; its
//! number was free then, and the receipt got it, since open(2) gives the lowest. So `1 filed` was
//! written to the journal's number and into the receipt, which was closed after that, for the second
//! time by its own owner.
//!
//! What changes: `note` borrows, and a borrower does not close.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::{env, fs};

fn main() -> io::Result<()> {
    let office = env::var_os("OFFICE").map_or_else(env::temp_dir, PathBuf::from);
    let path = env::var_os("JOURNAL").map_or_else(|| office.join("journal"), PathBuf::from);
    fs::create_dir_all(&office)?;
    let journal = File::options().create(true).append(true).open(path)?;

    for (order, number) in io::stdin().lines().zip(1..) {
        let begun = note(&journal, &format!("{number} begun"));

        let mut receipt = File::create(office.join(format!("receipt-{number}")))?;
        writeln!(receipt, "{}", order?)?;

        let filed = note(&journal, &format!("{number} filed"));
        match begun.and(filed) {
            Ok(()) => println!("{number} filed"),
            Err(error) => println!("{number} filed, but not in the journal ({error})"),
        }
    }
    Ok(())
}

/// Adds a line to the journal.
///
/// `Write` is implemented for `&File` too: to write moves no owner, and the compiler sees to it that
/// the file is open for as long as it is borrowed. There is nothing left to be unsafe about.
fn note(mut journal: &File, line: &str) -> io::Result<()> {
    writeln!(journal, "{line}")
}

// Where there is nothing but a number, from C or from a command line, ask whose it is.
//
// Mine from now on: `OwnedFd::from_raw_fd(fd)`, once, where it comes in. Whoever gave it must not
// close it any more. Not mine: `BorrowedFd::borrow_raw(fd)`, and `try_clone_to_owned()` on that for a
// copy to own, or `ManuallyDrop::new(File::from_raw_fd(fd))` for the methods of `File`. To call
// `mem::forget` at the end is not the same: it is passed by on every `?`, when the disk is full.
//
// A debug build looks at a descriptor before it closes it and ends the program if it is not open:
// "IO Safety violation: owned file descriptor already closed". That is the lucky case. When the
// number is open again and somebody else's, neither build sees anything.
//
// close(2), open(2) on "lowest-numbered"; std::io under "I/O Safety", std::os::fd::FromRawFd
