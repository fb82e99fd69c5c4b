//! The terminal that stayed blind: solved
//!
//! A signal whose action is the default ends a process in the kernel. No destructor runs, in Rust as
//! little as elsewhere, and a terminal keeps what it was told, as it does not belong to the process.
//! So the signals are turned into messages, the loop ends as it does otherwise, and the destructor
//! has its turn. And escape sequences are for terminals.

use std::error::Error;
use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;
use std::{env, thread};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use sysinfo::{Pid, ProcessRefreshKind, ProcessStatus, ProcessesToUpdate, System};

fn main() -> Result<(), Box<dyn Error>> {
    let pid: Pid = env::args().nth(1).ok_or("usage: live_bar PID")?.parse()?;
    let interval = env::var("INTERVAL_MS").ok().and_then(|ms| ms.parse().ok()).unwrap_or(200);

    // Before the cursor is hidden: a signal that comes in between is taken, too.
    let (send, signals) = mpsc::channel();
    let mut source = Signals::new([SIGINT, SIGTERM])?;
    thread::spawn(move || source.forever().try_for_each(|signal| send.send(signal)));

    let mut system = System::new()?;
    let mut bar = Bar::new()?;
    while let Some(mib) = look(&mut system, pid) {
        let length = usize::try_from(mib / 20)?.min(40);
        bar.draw(&format!("pid {pid}: {mib} MiB {}", "#".repeat(length)))?;
        // Sleeps until a signal comes, but not longer than the interval. A flag that is looked at
        // after a sleep would do as well, with an interval as short as this one.
        match signals.recv_timeout(Duration::from_millis(interval)) {
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
            Ok(signal) => {
                // The destructor first, since the next line does not return. `process::exit` does
                // not run it either, whoever calls it.
                drop(bar);
                // Dies by the signal as if nothing had been arranged: whoever waits for us learns of
                // it, and a shell script ends at Ctrl-C as a whole. `exit(130)` says nearly the same,
                // and `exit(0)` that the work was done.
                signal_hook::low_level::emulate_default_handler(signal)?;
                return Ok(());
            }
        }
    }
    Ok(())
    // signal(7), console_codes(4) under "DECTCEM", isatty(3); std::io::IsTerminal
}

/// The memory of a process, in MiB, as long as it runs.
fn look(system: &mut System, pid: Pid) -> Option<u64> {
    let what = ProcessRefreshKind::nothing().with_memory().without_tasks();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), true, what);
    let process = system.process(pid)?;
    (process.status() != ProcessStatus::Zombie).then(|| process.memory() / 1024 / 1024)
}

/// One line that is drawn anew in its place, or many lines where nothing can be drawn.
struct Bar {
    on_terminal: bool,
}

impl Bar {
    fn new() -> io::Result<Self> {
        // Of the stream that is written to: in `live_bar PID | tee log` the standard input is a
        // terminal, and stderr is one, too.
        let on_terminal = io::stdout().is_terminal();
        if on_terminal {
            print!("\x1b[?25l"); // hide the cursor
            io::stdout().flush()?;
        }
        Ok(Self { on_terminal })
    }

    fn draw(&mut self, line: &str) -> io::Result<()> {
        let mut out = io::stdout();
        // `writeln!` returns what went wrong; `println!` would panic when nobody reads any more.
        if self.on_terminal {
            write!(out, "\r\x1b[K{line}")?
        } else {
            writeln!(out, "{line}")?
        }
        out.flush()
    }
}

impl Drop for Bar {
    /// Runs at the end of `main`, at an error that `?` returns early, in a panic that unwinds, and at
    /// `drop`. Not in `process::exit`, not with `panic = "abort"`, and not when a signal ends the
    /// process: SIGKILL can do that at any time, and after it only `reset` helps. Nor at Ctrl-Z: who
    /// wants the cursor back while stopped handles SIGTSTP as well.
    fn drop(&mut self) {
        if self.on_terminal {
            let _ = writeln!(io::stdout(), "\x1b[?25h"); // show the cursor
        }
    }
}
