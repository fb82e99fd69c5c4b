//! The watchman who read everybody's diary: solved
//!
//! `refresh_all` opens a handful of files for each process on the machine and for each thread of each
//! process, reads them to their ends, and closes them: thousands of system calls for two figures. The
//! call that names one process, and what is wanted of it, makes 27.

use std::error::Error;
use std::time::Duration;
use std::{env, thread};

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

fn main() -> Result<(), Box<dyn Error>> {
    let pid: Pid = env::args().nth(1).ok_or("usage: refresh_only_needed PID")?.parse()?;
    let interval = env::var("INTERVAL_MS").ok().and_then(|ms| ms.parse().ok()).unwrap_or(100);

    // `new` reads next to nothing. `new_all` would read everything once, and keep a record of each
    // process and thread, command line and environment with it, as long as the program runs.
    let mut system = System::new()?;
    // `nothing()` is not quite nothing: what stands in /proc/PID/stat comes in any case, as that file
    // is read anyhow (name, parent, state, start), and the list of threads stays on until it is
    // switched off.
    let what = ProcessRefreshKind::nothing().with_memory().without_tasks();
    loop {
        // `Some(&[pid])` is what makes the cost independent of the machine; the kinds only lower it.
        // `All` with the cheapest of kinds still opens /proc and two files for each process. And to
        // look less often, and to print what was seen the last time, is another program.
        //
        // `true`: forget it when it is gone.
        system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), true, what);

        let Some(process) = system.process(pid) else {
            println!("pid {pid} is gone");
            return Ok(());
        };
        println!("pid {pid}: {}, {} MiB", process.status(), process.memory() / 1024 / 1024);
        thread::sleep(Duration::from_millis(interval));
        // The crate's page under "Good practice / Performance tips"; sysinfo::ProcessRefreshKind;
        // proc_pid_io(5), whose `syscr` is the count of these reads
    }
}
