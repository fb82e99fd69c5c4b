//! The monthly report whose first line began in the wrong place
//!
//! Every month this program makes a report of each branch and puts all of them into one file. What
//! makes a report prints it: it comes from a library, and prints to stdout like everybody. So stdout
//! is made to lead into the file for as long as that runs, and back again. The bookkeeping reads the
//! file with a program, which rejected it: it began with words that belong on the screen. On the
//! screen, on the other hand, there stood a total.
//!
//! What it does: for each argument `BRANCH=SALES` it prints the branch and how it went, on stdout,
//! and appends the report of the branch to the file REPORT:
//!
//! ```text
//! stdout                                     REPORT, after an empty line
//! north: written                             == north ==
//! south: failed (invalid digit found ...)    sales 12, tax 2
//! last: written                              == south ==
//!
//!                                            == last ==
//!                                            sales 7, tax 1
//! ```
//!
//! What it should do: just that. A report begins with a newline and ends without one, as the library
//! has it.
//!
//! By hand (the branches below are the default):
//!
//! ```text
//! cargo run -q -p descriptors --bin redirect_stdout -- north=12 south=none last=7
//! cat /tmp/report
//! ```
//!
//! REPORT is `report` in the folder for temporary files unless you set it.

use std::fs::File;
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

        // TODO: who writes what has been printed by here, when, and where to?
        let screen = dup(io::stdout())?;
        dup2_stdout(&report)?;
        let made = library::make_report(branch, sales);
        dup2_stdout(&screen)?;

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
