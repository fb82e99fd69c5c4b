//! The receipt with a line of somebody else's on it
//!
//! A pharmacy's service writes a receipt for every order, and keeps a journal: one line when an order
//! is begun and one when it is filed. The journal was added later, by a function from an older
//! program that takes a descriptor. On the first day a customer showed a receipt with a line of the
//! journal on it, which the journal lacked. On the developer's machine, where the debug build runs,
//! the service does not get beyond its first order.
//!
//! What it does: every line of its input is an order, and goes into a file OFFICE/receipt-N of its
//! own. What it does is told on stdout and in the journal, the file JOURNAL:
//!
//! ```text
//! stdout          JOURNAL                receipt-1      receipt-2
//! 1 filed         1 begun                two aspirin    plasters
//! 2 filed         1 filed
//!                 2 begun
//!                 2 filed
//! ```
//!
//! What it should do: just that. If the journal cannot be written to, the order is filed all the same,
//! and the answer is `1 filed, but not in the journal (No space left on device (os error 28))`.
//!
//! By hand, in one terminal, typing orders, and looking at the files from another; and once more with
//! JOURNAL=/dev/full, the disk that is always full:
//!
//! ```text
//! cargo run -q -p descriptors --bin double_close
//! head /tmp/journal /tmp/receipt-*
//! ```
//!
//! OFFICE is the folder for temporary files unless you set it, JOURNAL is OFFICE/journal.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsRawFd, FromRawFd, RawFd};
use std::path::PathBuf;
use std::{env, fs};

fn main() -> io::Result<()> {
    let office = env::var_os("OFFICE").map_or_else(env::temp_dir, PathBuf::from);
    let path = env::var_os("JOURNAL").map_or_else(|| office.join("journal"), PathBuf::from);
    fs::create_dir_all(&office)?;
    let journal = File::options().create(true).append(true).open(path)?;

    for (order, number) in io::stdin().lines().zip(1..) {
        let begun = note(journal.as_raw_fd(), &format!("{number} begun"));

        let mut receipt = File::create(office.join(format!("receipt-{number}")))?;
        writeln!(receipt, "{}", order?)?;

        let filed = note(journal.as_raw_fd(), &format!("{number} filed"));
        match begun.and(filed) {
            Ok(()) => println!("{number} filed"),
            Err(error) => println!("{number} filed, but not in the journal ({error})"),
        }
    }
    Ok(())
}

/// Adds a line to the journal.
fn note(journal: RawFd, line: &str) -> io::Result<()> {
    // TODO: whose is this descriptor, and who closes it?
    // SAFETY: it is open.
    let mut journal = unsafe { File::from_raw_fd(journal) };
    writeln!(journal, "{line}")
}
