//! What the kernel says of the service.

use harness::check::{Running, Stop};
use harness::process;
use harness::until::secs;

#[derive(PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) pid: i32,
    pub(super) bytes: u64,
    pub(super) what: &'static str,
}

/// The service's processes, once they have all the memory that they were told to take.
pub(super) fn listed_by_the_kernel(service: &Running, memory: u64) -> Result<Vec<Listed>, Stop> {
    let look = |service: &Running| -> Vec<Listed> {
        let children: Vec<_> = service.children().iter().map(|(pid, _)| *pid).collect();
        let all = service.everybody().into_iter();
        all.filter_map(|pid| {
            let what = match pid {
                pid if pid == service.pid() => "its first process",
                pid if children.contains(&pid) => "a worker",
                _ => "the child of a worker",
            };
            Some(Listed { pid, bytes: process::resident(pid)?, what })
        })
        .collect()
    };
    let mut before = Vec::new();
    let complete = service.until("the service is complete", secs(5), |service| {
        let all = look(service);
        // Until it calls exec(2), a child that was spawned shares its parent's memory, and is said to
        // have as much. So only two looks that find the same, everybody asleep at both, count.
        let is_as_before = before == all;
        let sum: u64 = all.iter().map(|process| process.bytes).sum();
        let is_asleep =
            |process: &Listed| process::status(process.pid).is_some_and(|it| it.state == 'S');
        let complete = all.len() == 4 && sum > memory && all.iter().all(is_asleep);
        before = if complete { all } else { Vec::new() };
        match complete && is_as_before {
            true => Ok(std::mem::take(&mut before)),
            false => Err("it was not".to_owned()),
        }
    });
    complete.map_err(|_| {
        let reason = "the helper processes that make up a service did not come to be";
        Stop::unknown(reason, "free some memory, and run it again")
    })
}

/// The process, if this is the number of a thread other than its first. Such a number has a status,
/// whose `Tgid` is the process, though it is not listed in /proc.
pub(super) fn process_of(thread: i32) -> Option<i32> {
    let status = std::fs::read_to_string(format!("/proc/{thread}/status")).ok()?;
    let group = status.lines().find_map(|line| line.strip_prefix("Tgid:"))?;
    group.trim().parse().ok().filter(|&group| group != thread)
}
