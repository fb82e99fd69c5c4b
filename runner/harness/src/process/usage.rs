//! What a process has used so far.

use std::fs;
use std::time::Duration;

use nix::unistd::{SysconfVar, sysconf};

/// Time on a processor, all threads that live, in nanosecond steps: `schedstat` (the first number),
/// since the ticks of `stat` are 10 ms long. See the kernel's `sched-stats` page.
#[must_use]
pub fn cpu_time(pid: i32) -> Option<Duration> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).ok()?;
    let of_one = |task: fs::DirEntry| {
        let text = fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
    };
    Some(tasks.flatten().filter_map(of_one).sum())
}

/// How many system calls of the read(2) family it has made: `syscr` in proc_pid_io(5). A count, so
/// it does not depend on how busy the machine is.
#[must_use]
pub fn read_calls(pid: i32) -> Option<u64> {
    field(&fs::read_to_string(format!("/proc/{pid}/io")).ok()?, "syscr:")
}

/// The same of the write(2) family, those that failed included: `syscw` there.
#[must_use]
pub fn write_calls(pid: i32) -> Option<u64> {
    field(&fs::read_to_string(format!("/proc/{pid}/io")).ok()?, "syscw:")
}

/// Bytes that are in memory: the second number in proc_pid_statm(5), which is what ps(1), top(1) and
/// most libraries read. `VmRSS` in proc_pid_status(5) is counted anew by newer kernels and may differ
/// from it by some pages.
#[must_use]
pub fn resident(pid: i32) -> Option<u64> {
    statm(pid, 1)
}

/// Bytes of its address space, in memory or not: the first number in proc_pid_statm(5).
#[must_use]
pub fn virtual_size(pid: i32) -> Option<u64> {
    statm(pid, 0)
}

fn statm(pid: i32, index: usize) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/statm")).ok()?;
    let pages: u64 = text.split(' ').nth(index)?.parse().ok()?;
    let bytes = sysconf(SysconfVar::PAGE_SIZE).ok()??;
    Some(pages * u64::try_from(bytes).ok()?)
}

fn field(text: &str, key: &str) -> Option<u64> {
    let value = text.lines().find_map(|line| line.strip_prefix(key))?;
    value.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{cpu_time, field, read_calls, resident, virtual_size};

    #[test]
    fn reads_the_number_behind_the_key() {
        assert_eq!(field("rchar: 1\nsyscr: 42\n", "syscr:"), Some(42));
        assert_eq!(field("", "syscr:"), None);
    }

    #[test]
    fn this_process_has_used_some_of_each() {
        let me = std::process::id().cast_signed();
        assert!(cpu_time(me).unwrap().as_nanos() > 0);
        assert!(read_calls(me).unwrap() > 0);
        assert!(resident(me).unwrap() > 100_000);
        assert!(virtual_size(me) > resident(me));
    }
}
