//! The monthly report whose first line began in the wrong place: solved
//!
//! Two things have the name stdout. One is descriptor 1, which leads to an open file and can be turned
//! to another with dup2(2). The other is `std::io::stdout()`, a buffer in this process, which knows
//! nothing of that. `north: ` was in the buffer when 1 was turned, and so it went into the report;
//! `sales 12, tax 2` was in the buffer when 1 was turned back, and went to the screen.
//!
//! What changes: the buffer is emptied before each of the two turns.

use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::{env, io};

use nix::unistd::{dup, dup2_stdout};

fn main() -> io::Result<ExitCode> {
    let path = env::var_os("REPORT").map_or_else(|| env::temp_dir().join("report"), PathBuf::from);
    let report = File::options().create(true).append(true).open(path)?;
    let mut branches: Vec<String> = env::args().skip(1).collect();
    if branches.is_empty() {
        branches = ["north=12", "south=none", "last=7"].map(String::from).to_vec();
    }

    let mut all_written = true;
    for entry in &branches {
        let (branch, sales) = entry.split_once('=').unwrap_or((entry, "0"));
        print!("{branch}: ");

        // `println!` does not write to descriptor 1: it hands text to a buffer of this process, and
        // that writes to descriptor 1 when it sees a newline, is full, or is told to. So whatever
        // waits there is written to where 1 leads at that later time. Before 1 is turned to
        // something else, what belongs to the old place has to be written.
        //
        // `dup` is a second descriptor for the same screen, and closes itself at the end of this
        // turn. Without it the screen could not be had back: /dev/stdout is but another name for 1.
        io::stdout().flush()?;
        let screen = dup(io::stdout())?;
        dup2_stdout(&report)?;
        let made = library::make_report(branch, sales);
        // Twice, then, once for each turn. And no `?` from the one to the other: what `made` holds is
        // looked at when 1 leads to the screen again, and so is the error of this flush, which says
        // that the report could not be written, on a full disk for example.
        let flushed = io::stdout().flush();
        dup2_stdout(&screen)?;
        flushed?;

        all_written &= made.is_ok();
        match made {
            Ok(()) => println!("written"),
            Err(error) => println!("failed ({error})"),
        }
    }
    Ok(if all_written { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Stands for a library that is not ours to change.
mod library {
    use std::num::ParseIntError;

    /// Prints the report of one branch.
    pub fn make_report(branch: &str, sales: &str) -> Result<(), ParseIntError> {
        println!("\n== {branch} ==");
        let sales: u64 = sales.parse()?;
        print!("sales {sales}, tax {}", sales / 5);
        Ok(())
    }
}

// Text that ends with a newline is written at once, so the fault shows only where the newline is
// missing: in a progress line, a prompt, a last line. C's stdio keeps whole blocks when stdout is a
// file or a pipe, and a `BufWriter` does so always; each buffer between you and 1 has to be flushed.
//
// A library that takes `&mut impl Write` needs none of this. And a child is given another stdout with
// `Command::stdout`, which touches the child's descriptor 1 and no other.
//
// dup(2), stdout(3) on mixing streams and descriptors; std::io::LineWriter, nix::unistd::dup2_stdout
