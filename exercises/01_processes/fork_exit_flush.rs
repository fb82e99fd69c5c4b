//! The sales that were counted three times
//!
//! Every night this program files the day's sales of each branch and prints one line for the
//! bookkeeping. Filing is done by a child process per branch, so that a bad disk can only take a
//! child down with it. In the first week the turnover of the north branch was three times too
//! high: its figure stood in the line three times. The program prints it once; the source shows
//! that clearly.
//!
//! What it should print, in this one line and no other:
//!
//! ```text
//! [report] north=3 (filed) south=5 (filed) west=2 (filed) total=10
//! ```
//!
//! In place of `filed` stands `status 1` when a child could not write its file, and `killed by
//! SIGKILL` and the like when it was ended by a signal. The program's own status is 0 when all was
//! filed, 1 otherwise.
//!
//! By hand (the branches below are the default):
//!
//! ```text
//! cargo run -q -p processes --bin fork_exit_flush -- north=3 south=5 west=2
//! ```
//!
//! A child writes the figure into the file ARCHIVE_DIR/BRANCH. ARCHIVE_DIR is `archive` in the
//! folder for temporary files unless you set it.

use std::path::{Path, PathBuf};
use std::process::{self, ExitCode};
use std::{env, fs, io};

use nix::errno::Errno;
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, fork};

fn main() -> ExitCode {
    let archive = match env::var_os("ARCHIVE_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => env::temp_dir().join("archive"),
    };
    let mut branches: Vec<String> = env::args().skip(1).collect();
    if branches.is_empty() {
        branches = ["north=3", "south=5", "west=2"].map(String::from).to_vec();
    }

    let mut total: u64 = 0;
    let mut all_filed = true;
    print!("[report]");
    for entry in &branches {
        let (branch, sales) = entry.split_once('=').unwrap_or((entry, "0"));

        // SAFETY: this program has a single thread, so its child may do whatever it could do.
        let ended = match unsafe { fork() } {
            Ok(ForkResult::Child) => {
                // TODO: this process has just begun to exist. What does it already have?
                let status = if file(&archive, branch, sales).is_ok() { 0 } else { 1 };
                process::exit(status);
            }
            Ok(ForkResult::Parent { child }) => waitpid(child, None),
            Err(errno) => Err(errno),
        };

        total += sales.parse::<u64>().unwrap_or(0);
        all_filed &= matches!(ended, Ok(WaitStatus::Exited(_, 0)));
        print!(" {entry} ({})", in_words(ended));
    }
    println!(" total={total}");

    if all_filed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Writes the sales of one branch into a file of its own.
fn file(archive: &Path, branch: &str, sales: &str) -> io::Result<()> {
    fs::create_dir_all(archive)?;
    fs::write(archive.join(branch), format!("{sales}\n"))
}

/// How a child ended, for the report.
fn in_words(ended: Result<WaitStatus, Errno>) -> String {
    match ended {
        Ok(WaitStatus::Exited(_, 0)) => "filed".to_string(),
        Ok(WaitStatus::Exited(_, status)) => format!("status {status}"),
        Ok(WaitStatus::Signaled(_, signal, _)) => format!("killed by {signal}"),
        other => format!("no child: {other:?}"),
    }
}
