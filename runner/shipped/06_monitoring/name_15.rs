//! The worker that was started 1440 times
//!
//! Once a minute a watchdog looks whether the program that settles payments is running, and starts
//! it if not. That went well for years, with a program called `payd`. Then payments were split by
//! region, `payd` became `settlement-worker-eu`, and the next morning 1440 of them were running,
//! one a minute. Each had booked every payment. The watchdog had not found a single one.
//!
//! What it does: prints the process ids of all who run the program of that name, and ends with
//! status 0, or with status 1 if nobody does:
//!
//! ```text
//! settlement-worker-eu: 2 running, pid 4711 4712
//! settlement-worker-us: not running
//! ```
//!
//! What it should do: just that. A process runs the program of that name if the file that it
//! executes is called so: the whole name, and that of the file. It may call itself something else,
//! as `postgres: checkpointer` does. And who merely mentions the name, like an editor that has the
//! program's source open, does not run it.
//!
//! By hand:
//!
//! ```text
//! cp /bin/sleep /tmp/settlement-worker-eu && /tmp/settlement-worker-eu 600 &
//! cargo run -q -p monitoring --bin name_15 -- settlement-worker-eu
//! pgrep settlement-worker-eu
//! ```

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;

use sysinfo::{Error, ProcessRefreshKind, ProcessesToUpdate, System};

fn main() -> Result<ExitCode, Error> {
    let name = env::args_os().nth(1).unwrap_or_else(|| OsString::from("settlement-worker-eu"));
    let shown = name.display();

    let pids = running(&name)?;
    if pids.is_empty() {
        println!("{shown}: not running");
        return Ok(ExitCode::FAILURE);
    }
    let list = pids.iter().map(u32::to_string).collect::<Vec<_>>().join(" ");
    println!("{shown}: {} running, pid {list}", pids.len());
    Ok(ExitCode::SUCCESS)
}

/// The process ids of those who run the program of this name, in ascending order.
fn running(name: &OsString) -> Result<Vec<u32>, Error> {
    let mut system = System::new()?;
    // Processes alone: sysinfo lists threads, too.
    let what = ProcessRefreshKind::nothing().without_tasks();
    system.refresh_processes_specifics(ProcessesToUpdate::All, true, what);

    // TODO: whose name is this, and how much of it?
    let found = system.processes().values().filter(|process| process.name() == name);

    let mut pids: Vec<_> = found.map(|process| process.pid().as_u32()).collect();
    pids.sort_unstable();
    Ok(pids)
}
