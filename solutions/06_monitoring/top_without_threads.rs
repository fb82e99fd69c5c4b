//! The service that was seven times as big: solved
//!
//! Linux gives every thread a number and a folder like a process's, and in it the memory, the command
//! and the files of the process that it belongs to. sysinfo lists them among the processes, each with
//! the whole memory, and as children of their process.

use std::env;
use std::error::Error;

use sysinfo::{Pid, Process, ProcessRefreshKind, ProcessesToUpdate, System};

const MIB: u64 = 1024 * 1024;

fn main() -> Result<(), Box<dyn Error>> {
    let root: Pid = env::args().nth(1).ok_or("usage: top_without_threads PID")?.parse()?;

    let mut system = System::new()?;
    // `without_tasks`: a list of processes. It has to be said, since `refresh_processes`,
    // `everything()` and also `nothing()` bring the threads along. It is cheaper, too: several files
    // for each thread are not opened. Who wants the threads for something else can leave them on, and
    // filter: `process.thread_kind().is_none()`.
    //
    // By name they cannot be told: a process and its threads are called the same unless somebody
    // calls them something, and so are the workers of most servers. Nor by size: the sizes of threads
    // are equal, because it is one, and those of two workers may be.
    let what = ProcessRefreshKind::nothing().with_memory().without_tasks();
    system.refresh_processes_specifics(ProcessesToUpdate::All, true, what);

    let mut service: Vec<&Process> = system.processes().values().collect();
    service.retain(|process| is_below(&system, process.pid(), root));
    service.sort_by_key(|process| std::cmp::Reverse(process.memory()));
    for process in &service {
        let (pid, name) = (process.pid(), process.name().display());
        println!("pid {pid}: {} MiB, {name}", process.memory() / MIB);
    }
    // A sum of resident sizes counts what processes share (the program's own code, pages that a fork
    // has not copied yet) once for each. It is an upper bound. The exact sum is that of `Pss` in
    // proc_pid_smaps(5), or the count that a cgroup keeps for all of its members: `memory.current`
    // in cgroups(7), which systemd has for each service.
    //
    // proc_pid_task(5), clone(2) under CLONE_THREAD; sysinfo::ProcessRefreshKind
    let sum: u64 = service.iter().map(|process| process.memory()).sum();
    println!("service: {} processes, {} MiB", service.len(), sum / MIB);
    Ok(())
}

/// Whether it is `root`, or a child of it, or a child of such a child, and so on.
fn is_below(system: &System, pid: Pid, root: Pid) -> bool {
    let parent = |pid: &Pid| system.process(*pid)?.parent();
    std::iter::successors(Some(pid), parent).any(|ancestor| ancestor == root)
}
