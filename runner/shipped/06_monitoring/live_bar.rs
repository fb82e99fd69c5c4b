//! The terminal that stayed blind
//!
//! An administrator watches the memory of a process on one line that is drawn anew all the time. The
//! cursor is hidden meanwhile, as it would jump about. When she has seen enough she presses Ctrl-C,
//! and has no cursor any more, in any of the programs that she starts there afterwards. At night a
//! script runs the same program into a file. The file has one line of 200 kB, which no editor likes.
//!
//! What it does on a terminal: hides the cursor, draws the line every INTERVAL_MS milliseconds, and
//! ends when the process ends, with status 0.
//!
//! What it should do: just that; and however it ends, by Ctrl-C (SIGINT) or SIGTERM also, the cursor is
//! shown again, and the line is ended, so that the prompt stands below it. After a signal its status
//! is what a shell makes of one: 130 or 143, or death by that signal. Where its output is no
//! terminal, it prints plain lines, a line for each look, without a single escape sequence:
//!
//! ```text
//! pid 4711: 128 MiB ######
//! ```
//!
//! By hand, with the shell as the process (`reset`, typed blindly, brings a cursor back):
//!
//! ```text
//! cargo run -q -p monitoring --bin live_bar -- $$
//! cargo run -q -p monitoring --bin live_bar -- $$ | cat -v
//! ```
//!
//! INTERVAL_MS is 200 unless you set it. The crate signal-hook is a dependency of this chapter.

use std::error::Error;
use std::io::{self, Write};
use std::time::Duration;
use std::{env, thread};

use sysinfo::{Pid, ProcessRefreshKind, ProcessStatus, ProcessesToUpdate, System};

fn main() -> Result<(), Box<dyn Error>> {
    let pid: Pid = env::args().nth(1).ok_or("usage: live_bar PID")?.parse()?;
    let interval = env::var("INTERVAL_MS").ok().and_then(|ms| ms.parse().ok()).unwrap_or(200);

    let mut system = System::new()?;
    let mut bar = Bar::new()?;
    while let Some(mib) = look(&mut system, pid) {
        let length = usize::try_from(mib / 20)?.min(40);
        bar.draw(&format!("pid {pid}: {mib} MiB {}", "#".repeat(length)))?;
        thread::sleep(Duration::from_millis(interval));
    }
    Ok(())
}

/// The memory of a process, in MiB, as long as it runs.
fn look(system: &mut System, pid: Pid) -> Option<u64> {
    let what = ProcessRefreshKind::nothing().with_memory().without_tasks();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), true, what);
    let process = system.process(pid)?;
    (process.status() != ProcessStatus::Zombie).then(|| process.memory() / 1024 / 1024)
}

/// One line that is drawn anew in its place.
struct Bar;

impl Bar {
    fn new() -> io::Result<Self> {
        print!("\x1b[?25l"); // hide the cursor
        io::stdout().flush()?;
        Ok(Self)
    }

    fn draw(&mut self, line: &str) -> io::Result<()> {
        print!("\r\x1b[K{line}"); // to the first column, clear the line
        io::stdout().flush()
    }
}

impl Drop for Bar {
    // TODO: when does this happen, and when not? And who reads all this?
    fn drop(&mut self) {
        println!("\x1b[?25h"); // show the cursor
    }
}
