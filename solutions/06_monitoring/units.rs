//! The workers that were restarted every night: solved
//!
//! Up to 0.25 sysinfo gave sizes in kilobytes; 0.26 gives bytes, in the same methods with the same
//! type. A compiler sees that a name is gone or a `Result` has come. A `u64` that means something
//! else it cannot see, and a ratio of two of them, here the percentage, stays right.

use std::env;
use std::error::Error;
use std::process::ExitCode;

use sysinfo::{Pid, ProcessesToUpdate, System};

/// A unit gets a name once, where it can be looked up, instead of a number at each place.
const MIB: u64 = 1024 * 1024;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let limit = env::var("LIMIT_MIB").ok().and_then(|limit| limit.parse().ok()).unwrap_or(100);

    // Since 0.40 `new` can fail: `Error::Unsupported` on a system that sysinfo does not know. Before,
    // it gave an empty `System` there, and a watchdog that saw no process at all.
    let mut system = System::new()?;
    system.refresh_memory();
    let mut status = ExitCode::SUCCESS;
    for arg in env::args().skip(1) {
        let pid: Pid = arg.parse()?;
        // One process, and `true`: if it has ended, forget it.
        system.refresh_processes(ProcessesToUpdate::Some(&[pid]), true);
        let Some(process) = system.process(pid) else {
            println!("pid {pid}: no such process");
            continue;
        };

        // What is compared with the limit is in the limit's unit. Where two units are in use, compare
        // in the smaller one, so that nothing is rounded before it is judged.
        //
        // Dividing by 1000 twice gives MB (SI: a million bytes), which is what disks are sold in and
        // what `ls --si` prints. It is a right number for another word: 5 % off at this size, 7 % at
        // GB against GiB. Kernel files say "kB" and mean KiB: proc_meminfo(5).
        //
        // `virtual_memory` is address space, of which a thread's stack alone takes 2 MiB, and not
        // memory. The resident size counts shared pages in each process that has them; who adds up
        // processes needs `Pss` from proc_pid_smaps(5), which sysinfo does not read.
        let size = process.memory() / MIB;
        let total = system.total_memory() / MIB;

        let share = 100.0 * size as f64 / total as f64;
        let judged = if size > limit { ", over the limit" } else { "" };
        println!("pid {pid}: {size} MiB of {total} MiB, {share:.1} %{judged}");
        if size > limit {
            status = ExitCode::FAILURE;
        }
    }
    // sysinfo's CHANGELOG.md under 0.26.0, and migration_guide.md; sysinfo::Process::memory;
    // proc_pid_statm(5); units(7)
    Ok(status)
}
