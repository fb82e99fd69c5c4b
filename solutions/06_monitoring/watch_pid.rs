//! The job that was still at work on Monday: solved
//!
//! A refresh writes what it finds into the record that the `System` keeps. Where it finds nothing, it
//! writes nothing, and the record stays as it was, a process that is well and has 12031 MiB. Whether
//! such records are thrown away is what the second argument says.

use std::error::Error;
use std::time::Duration;
use std::{env, thread};

use sysinfo::{Pid, ProcessRefreshKind, ProcessStatus, ProcessesToUpdate, System};

fn main() -> Result<(), Box<dyn Error>> {
    let pid: Pid = env::args().nth(1).ok_or("usage: watch_pid PID")?.parse()?;
    let interval = env::var("INTERVAL_MS").ok().and_then(|ms| ms.parse().ok()).unwrap_or(1000);

    let mut system = System::new()?;
    let what = ProcessRefreshKind::nothing().with_memory().without_tasks();
    loop {
        // `true`: a process that was to be refreshed, and is not there any more, is removed, and
        // `process` gives None. With `false` it would be kept, for who wants its last figures, and
        // only `Process::exists` tells. Up to 0.31 there was no such argument, and no way but to
        // compare.
        system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), true, what);
        let job = system.process(pid).filter(|job| !has_ended(job.status()));
        // None is the ordinary end of a process and no error: `expect` would make a crash of it.
        let Some(job) = job else {
            println!("pid {pid} has ended");
            return Ok(());
        };
        println!("pid {pid}: {} MiB", job.memory() / 1024 / 1024);
        thread::sleep(Duration::from_millis(interval));
    }
}

/// Whether the process is dead, though it is still listed: a zombie has its number and its exit
/// status, and neither memory nor files. Its parent may keep it so for ever, and `kill -0 PID`, a
/// look for /proc/PID, and `remove_dead_processes` all take it for a process.
fn has_ended(status: ProcessStatus) -> bool {
    // Not `status != Run`: a healthy process is asleep (`Sleep`) at nearly every look.
    //
    // What no look can tell is that a number was given away and taken again in between. sysinfo
    // compares the start times, and replaces the record by the stranger's; who must know compares
    // `start_time` himself, or holds a descriptor of the process (pidfd_open(2)).
    //
    // proc_pid_stat(5) under "state"; sysinfo::System::refresh_processes
    matches!(status, ProcessStatus::Zombie | ProcessStatus::Dead)
}
