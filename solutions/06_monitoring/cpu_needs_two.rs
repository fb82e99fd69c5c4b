//! The worker that never did anything: solved
//!
//! The kernel knows no percentages. It counts how long each process, and each processor, has worked
//! since it was started, and a share is the difference of two such counts over the time in between.
//! A `System` keeps the count before. A new one has none, and says 0.

use std::error::Error;
use std::time::Duration;
use std::{env, thread};

use sysinfo::{MINIMUM_CPU_UPDATE_INTERVAL, Pid, ProcessRefreshKind, ProcessesToUpdate, System};

fn main() -> Result<(), Box<dyn Error>> {
    let pid: Pid = env::args().nth(1).ok_or("usage: cpu_needs_two PID")?.parse()?;
    let interval = env::var("INTERVAL_MS").ok().and_then(|ms| ms.parse().ok()).unwrap_or(1000);
    let interval = Duration::from_millis(interval).max(MINIMUM_CPU_UPDATE_INTERVAL);

    // One `System` for the whole run, and a first look that nothing is printed of. It must be both
    // kinds of look: refreshing the processors twice gives a process no second count, and
    // refreshing processes brings the sum of all processors, but not each of them.
    let mut system = System::new()?;
    look(&mut system, pid);
    println!("watching pid {pid}");
    loop {
        // Between two looks there has to be time, or there is nothing to divide by. sysinfo leaves the
        // processors' counts as they are within 200 ms of the last look (MINIMUM_CPU_UPDATE_INTERVAL),
        // but takes the process's each time: who looks every 50 ms divides the work of 50 ms by the
        // time of 200, and gets a quarter. Nor does it help to sleep before the first look.
        thread::sleep(interval);
        look(&mut system, pid);
        let Some(process) = system.process(pid) else {
            println!("pid {pid} is gone");
            return Ok(());
        };
        // `global_cpu_usage` after one look is no 0 but the mean since the machine was started: a
        // plausible figure that hardly ever changes. `accumulated_cpu_time` over `run_time` is the
        // process's mean, which is what ps(1) shows as %CPU.
        //
        // 100 % is one processor. A process of four threads may reach 400; divide by the number of
        // processors if you want a share of the machine, and say so.
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
    // The counts have a grain of 10 ms (a tick, `getconf CLK_TCK`): over 200 ms a figure moves in
    // steps of 5 %. And of a process that had not used a whole tick at the first look, sysinfo says 0
    // at the second as well; its figures begin with the third.
    //
    // proc_stat(5), proc_pid_stat(5) under utime and stime; sysinfo::Process::cpu_usage
}
