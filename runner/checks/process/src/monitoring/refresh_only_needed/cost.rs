//! What a look costs.

use std::fs;
use std::time::Instant;

use harness::check::{Running, Stop};
use harness::process;
use harness::until::{secs, until};

use super::lines;

/// Lines over which reads are counted.
const LOOKS: usize = 6;

/// What a look costs, and how many processes there are meanwhile, in the mean.
pub(super) struct Cost {
    pub(super) reads: f64,
    pub(super) processes: f64,
}

pub(super) fn cost(program: &Running, pid: i32) -> Result<Cost, Stop> {
    // Behind a line the program sleeps: so no look is counted by half.
    lines(program, pid, 1)?;
    let printed = || program.stdout_lines().len();
    let (before, reads_before) = (printed(), reads(program, pid)?);
    let began = Instant::now();
    let mut processes = Vec::new();
    until(secs(6), || {
        processes.push(count_processes());
        let looks = printed() - before;
        // Where a look takes that long it has many reads, and two looks say enough.
        let enough = if began.elapsed() < secs(1) { LOOKS } else { 2 };
        (looks >= enough || program.ended().is_some()).then_some(())
    });
    if printed() - before < 2 {
        // It has ended, or come to a halt, which this says.
        lines(program, pid, 2)?;
    }
    let (looks, reads) = (printed() - before, reads(program, pid)? - reads_before);
    Ok(Cost {
        reads: reads as f64 / looks as f64,
        processes: processes.iter().sum::<usize>() as f64 / processes.len() as f64,
    })
}

fn reads(program: &Running, pid: i32) -> Result<u64, Stop> {
    if let Some(count) = process::read_calls(program.pid()) {
        return Ok(count);
    }
    // Of a program that has ended nothing is counted, and this says so.
    lines(program, pid, 1)?;
    let reason = "the kernel does not count the program's reads (`syscr` in /proc/PID/io)";
    Err(Stop::unknown(reason, "run it on a kernel with CONFIG_TASK_IO_ACCOUNTING"))
}

/// How many processes there are at the moment.
fn count_processes() -> usize {
    let is_pid = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
    let names = fs::read_dir("/proc").into_iter().flatten().flatten();
    names.filter(|entry| entry.file_name().to_str().is_some_and(is_pid)).count()
}
