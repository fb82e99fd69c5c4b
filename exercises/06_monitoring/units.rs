//! The workers that were restarted every night
//!
//! A watchdog tells the operators which workers of a shop have outgrown their limit, and those are
//! restarted before the machine runs out of memory. It was written after a guide, for sysinfo 0.25.
//! Last week sysinfo was brought to 0.40. What the compiler complained of was mended within the
//! hour, the share in percent was compared with `ps`, and it was right. That night every worker was
//! restarted, the smallest ones too, and when they were up again, once more.
//!
//! What it should say, one line for each process id that it is given:
//!
//! ```text
//! pid 4711: 71 MiB of 24105 MiB, 0.3 %
//! pid 4712: 131 MiB of 24105 MiB, 0.5 %, over the limit
//! ```
//!
//! Both sizes are of memory, that which the process has in it and that of the whole machine. A MiB
//! is 1024 × 1024 bytes; what is less than one is dropped. The status is 1 if a process is over the
//! limit, and 0 otherwise.
//!
//! By hand, with the shell as the worker, whose size `ps` says in KiB:
//!
//! ```text
//! cargo run -q -p monitoring --bin units -- $$; ps -o pid,rss,pmem -p $$
//! ```
//!
//! LIMIT_MIB is the limit, 100 unless you set it.

use std::env;
use std::error::Error;
use std::process::ExitCode;

// 0.25:  use sysinfo::{Pid, PidExt, ProcessExt, System, SystemExt};
use sysinfo::{Pid, ProcessesToUpdate, System};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let limit = env::var("LIMIT_MIB").ok().and_then(|limit| limit.parse().ok()).unwrap_or(100);

    // 0.25:  let mut system = System::new();
    let mut system = System::new()?;
    system.refresh_memory();
    let mut status = ExitCode::SUCCESS;
    for arg in env::args().skip(1) {
        let pid: Pid = arg.parse()?;
        // 0.25:  system.refresh_process(pid);
        system.refresh_processes(ProcessesToUpdate::Some(&[pid]), true);
        let Some(process) = system.process(pid) else {
            println!("pid {pid}: no such process");
            continue;
        };

        // TODO: these two lines are as they were for 0.25. Do they still say the same?
        let size = process.memory() / 1024;
        let total = system.total_memory() / 1024;

        let share = 100.0 * size as f64 / total as f64;
        let judged = if size > limit { ", over the limit" } else { "" };
        println!("pid {pid}: {size} MiB of {total} MiB, {share:.1} %{judged}");
        if size > limit {
            status = ExitCode::FAILURE;
        }
    }
    Ok(status)
}
