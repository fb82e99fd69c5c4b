//! The sales that were counted three times: solved
//!
//! fork(2) copies the whole memory of the process, and what `print!` was given but not yet written
//! is memory. So every child began its life with a copy of the line so far, and `process::exit`,
//! which flushes stdout, wrote that copy. The next child inherited a longer line.
//!
//! Two lines change. Each alone would do here; together they are a habit that holds elsewhere too.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
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

        // Before each fork, not once before the loop: the buffer is filled again in every turn.
        // With nothing in the buffer there is nothing to copy, whatever the child does later, also
        // when it prints a line of its own or panics.
        //
        // Rust's stdout is line buffered everywhere, terminal or pipe, and keeps what comes after
        // the last newline. C's stdio keeps whole blocks when stdout is a pipe or a file, and so
        // does a BufWriter: there even complete lines are doubled, and only when nobody looks.
        let flushed = io::stdout().flush();

        // SAFETY: this program has a single thread, so its child may do whatever it could do.
        let ended = match unsafe { fork() } {
            Ok(ForkResult::Child) => {
                let status = if file(&archive, branch, sales).is_ok() { 0 } else { 1 };
                // _exit(2) ends the process and does nothing else: no flush, no atexit(3)
                // functions, no destructors. All of those belong to the parent, who will run them
                // itself. exit(3), and returning from main, would run them twice.
                //
                // The price: what the child prints without a newline, it has to flush by hand. And
                // the status must be handed on; `_exit(0)`, as many examples have it, calls a full
                // disk filed. abort(3) also skips all that, but then the parent hears of a crash.
                //
                // SAFETY: _exit never returns and touches no memory of this process.
                unsafe { libc::_exit(status) }
            }
            Ok(ForkResult::Parent { child }) => waitpid(child, None),
            Err(errno) => Err(errno),
        };

        total += sales.parse::<u64>().unwrap_or(0);
        all_filed &= flushed.is_ok() && matches!(ended, Ok(WaitStatus::Exited(_, 0)));
        print!(" {entry} ({})", in_words(ended));
    }
    println!(" total={total}");

    // In everyday Rust a child is started by `std::process::Command`, which forks and executes
    // another program: exec(2) throws the copied memory away, and the question does not arise.
    //
    // fork(2), _exit(2), exit(3), atexit(3), stdio(3) under "buffering"; std::io::LineWriter
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
