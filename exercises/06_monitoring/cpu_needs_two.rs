//! The worker that never did anything
//!
//! A dashboard shows how busy each worker keeps the processors. For a year one of them stood at
//! 0.0 %, and was held to be idle. It had been going round an empty loop since its second day, on a
//! machine that was rented by the hour. The dashboard had shown 0.0 % for all the others, too, and
//! for each of the processors.
//!
//! What it should say, a line every INTERVAL_MS milliseconds:
//!
//! ```text
//! watching pid 4711
//! pid 4711: 98.7 %, processors 99.1 3.0
//! pid 4711: 0.0 %, processors 2.1 1.5
//! pid 4711 is gone
//! ```
//!
//! The figure of the process says how much of one processor's time it has used since the line before,
//! and the others how much of each processor's time was used by anybody. What it did before that does
//! not count.
//!
//! By hand, with a shell that goes round in circles (`kill %1` ends it):
//!
//! ```text
//! sh -c 'while :; do :; done' & cargo run -q -p monitoring --bin cpu_needs_two -- $!
//! top -d 1 -p $!
//! ```
//!
//! INTERVAL_MS is 1000 unless you set it; 200 is the least.

use std::error::Error;
use std::time::Duration;
use std::{env, thread};

use sysinfo::{MINIMUM_CPU_UPDATE_INTERVAL, Pid, ProcessRefreshKind, ProcessesToUpdate, System};

fn main() -> Result<(), Box<dyn Error>> {
    let pid: Pid = env::args().nth(1).ok_or("usage: cpu_needs_two PID")?.parse()?;
    let interval = env::var("INTERVAL_MS").ok().and_then(|ms| ms.parse().ok()).unwrap_or(1000);
    let interval = Duration::from_millis(interval).max(MINIMUM_CPU_UPDATE_INTERVAL);

    println!("watching pid {pid}");
    loop {
        thread::sleep(interval);
        // TODO: since when is "since the line before" here?
        let mut system = System::new()?;
        look(&mut system, pid);
        let Some(process) = system.process(pid) else {
            println!("pid {pid} is gone");
            return Ok(());
        };
        let processors = system.cpus().iter().map(|cpu| format!(" {:.1}", cpu.usage()));
        let processors = processors.collect::<String>();
        println!("pid {pid}: {:.1} %, processors{processors}", process.cpu_usage());
    }
}

/// Brings the figures of the processors and of this process up to date.
fn look(system: &mut System, pid: Pid) {
    system.refresh_cpu_usage();
    let what = ProcessRefreshKind::nothing().without_tasks().with_cpu();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), true, what);
}
