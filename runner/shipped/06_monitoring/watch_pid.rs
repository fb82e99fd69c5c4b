//! The job that was still at work on Monday
//!
//! A long computation is watched by a program that shows its memory, and tells the owner when it has
//! ended, so that the next one can be started. On Friday evening the kernel ran out of memory and
//! killed the job. The watcher went on to say `12031 MiB`, all of Saturday and Sunday.
//!
//! What it should say, a line every INTERVAL_MS milliseconds:
//!
//! ```text
//! pid 4711: 12031 MiB
//! pid 4711: 12031 MiB
//! pid 4711 has ended
//! ```
//!
//! The last line comes at the first look after the job's end, and the watcher ends with it, with
//! status 0. A job has ended when its program has come to an end, whether it still stands in the
//! process table, as one whose parent has not asked for its status, or not.
//!
//! By hand (type `kill %1` in the same terminal; `ps -o pid,stat,rss -p PID` tells what is there):
//!
//! ```text
//! sleep 600 & cargo run -q -p monitoring --bin watch_pid -- $! &
//! ```
//!
//! INTERVAL_MS is 1000 unless you set it.

use std::error::Error;
use std::time::Duration;
use std::{env, thread};

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

fn main() -> Result<(), Box<dyn Error>> {
    let pid: Pid = env::args().nth(1).ok_or("usage: watch_pid PID")?.parse()?;
    let interval = env::var("INTERVAL_MS").ok().and_then(|ms| ms.parse().ok()).unwrap_or(1000);

    let mut system = System::new()?;
    let what = ProcessRefreshKind::nothing().with_memory().without_tasks();
    loop {
        // TODO: what becomes of the record when there is nothing left to read?
        system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), false, what);
        let Some(job) = system.process(pid) else {
            println!("pid {pid} has ended");
            return Ok(());
        };
        println!("pid {pid}: {} MiB", job.memory() / 1024 / 1024);
        thread::sleep(Duration::from_millis(interval));
    }
}
