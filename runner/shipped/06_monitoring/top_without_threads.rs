//! The service that was seven times as big
//!
//! A host gives each of its services 4 GB, and ends the service that takes more. The sum over a
//! service's processes is made by this program. A web server, one process with three workers, which
//! `ps` showed with 600 MB altogether, was ended at noon every day. It had grown to 31 processes and
//! 4.2 GB, said the program; and each time that more connections were served, there were more.
//!
//! What it should say of the process that it is given and all below it, the biggest first:
//!
//! ```text
//! pid 4714: 93 MiB, httpd
//! pid 4712: 41 MiB, httpd
//! pid 4711: 12 MiB, httpd
//! service: 3 processes, 146 MiB
//! ```
//!
//! Each process stands there once, with the memory that it has, and is counted once in the last line.
//! Children of children belong to the service as well.
//!
//! By hand, on the session of your shell; `ps` counts the threads in `nlwp`:
//!
//! ```text
//! cargo run -q -p monitoring --bin top_without_threads -- $$
//! ps -o pid,rss,nlwp,args --ppid $$
//! ```

use std::env;
use std::error::Error;

use sysinfo::{Pid, Process, ProcessesToUpdate, System};

const MIB: u64 = 1024 * 1024;

fn main() -> Result<(), Box<dyn Error>> {
    let root: Pid = env::args().nth(1).ok_or("usage: top_without_threads PID")?.parse()?;

    let mut system = System::new()?;
    // TODO: of what does /proc have an entry that has memory, a name, and a parent?
    system.refresh_processes(ProcessesToUpdate::All, true);

    let mut service: Vec<&Process> = system.processes().values().collect();
    service.retain(|process| is_below(&system, process.pid(), root));
    service.sort_by_key(|process| std::cmp::Reverse(process.memory()));
    for process in &service {
        let (pid, name) = (process.pid(), process.name().display());
        println!("pid {pid}: {} MiB, {name}", process.memory() / MIB);
    }
    let sum: u64 = service.iter().map(|process| process.memory()).sum();
    println!("service: {} processes, {} MiB", service.len(), sum / MIB);
    Ok(())
}

/// Whether it is `root`, or a child of it, or a child of such a child, and so on.
fn is_below(system: &System, pid: Pid, root: Pid) -> bool {
    let parent = |pid: &Pid| system.process(*pid)?.parent();
    std::iter::successors(Some(pid), parent).any(|ancestor| ancestor == root)
}
