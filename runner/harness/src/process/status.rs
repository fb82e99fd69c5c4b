//! `/proc/<pid>/status`.

use std::fs;

/// The parts of a process's (or thread's) status that checks look at, see `proc_pid_status(5)`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Status {
    /// Command name, at most 15 bytes.
    pub name: String,
    /// R running or ready, S sleeping, D waiting in the kernel, T stopped, t traced, Z zombie.
    pub state: char,
    /// Parent's process id.
    pub parent: i32,
    /// Number of threads.
    pub threads: u32,
    /// Signals that were sent and not yet taken, those of the thread and of the whole process: bit
    /// n-1 for signal n.
    pub pending: u64,
    /// Signals that the main thread blocks.
    pub blocked: u64,
    /// Signals that are ignored.
    pub ignored: u64,
    /// Signals that have a handler.
    pub caught: u64,
    /// How often it was taken off a processor, by itself or by the scheduler. A number that stands
    /// still belongs to a thread that did not run.
    pub switches: u64,
}

impl Status {
    /// Whether it is dead and not waited for.
    #[must_use]
    pub fn is_zombie(&self) -> bool {
        self.state == 'Z'
    }

    /// Whether `signal` was sent and is still to be taken.
    #[must_use]
    pub fn is_pending(&self, signal: i32) -> bool {
        has(self.pending, signal)
    }

    /// Whether `signal` has a handler.
    #[must_use]
    pub fn is_caught(&self, signal: i32) -> bool {
        has(self.caught, signal)
    }
}

fn has(set: u64, signal: i32) -> bool {
    (1..=64).contains(&signal) && set >> (signal - 1) & 1 == 1
}

/// The status of a process, `None` once it is reaped.
#[must_use]
pub fn status(pid: i32) -> Option<Status> {
    parse(&fs::read_to_string(format!("/proc/{pid}/status")).ok()?)
}

/// Whether a process is there and not dead. One that has been sent SIGKILL may need a moment on a
/// busy machine, but nothing can keep it, so it counts as dead.
#[must_use]
pub fn is_alive(pid: i32) -> bool {
    // SIGKILL is 9 everywhere.
    status(pid).is_some_and(|status| !status.is_zombie() && !status.is_pending(9))
}

pub(super) fn parse(text: &str) -> Option<Status> {
    let mut status = Status::default();
    let hex = |value: &str| u64::from_str_radix(value, 16).unwrap_or(0);
    let number = |value: &str| value.parse().unwrap_or(0);
    for line in text.lines() {
        let Some((key, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        match key {
            "Name" => status.name = value.to_owned(),
            "State" => status.state = value.chars().next()?,
            "PPid" => status.parent = value.parse().ok()?,
            "Threads" => status.threads = value.parse().ok()?,
            "SigPnd" | "ShdPnd" => status.pending |= hex(value),
            "SigBlk" => status.blocked = hex(value),
            "SigIgn" => status.ignored = hex(value),
            "SigCgt" => status.caught = hex(value),
            "voluntary_ctxt_switches" | "nonvoluntary_ctxt_switches" => {
                status.switches += number(value)
            }
            _ => {}
        }
    }
    (status.state != '\0').then_some(status)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn reads_what_the_kernel_writes() {
        let text = "Name:\tsleep\nState:\tS (sleeping)\nPPid:\t42\nThreads:\t1\nSigPnd:\t0000000000000000\n\
            ShdPnd:\t0000000000004000\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000001000\n\
            SigCgt:\t0000000000000002\nvoluntary_ctxt_switches:\t7\nnonvoluntary_ctxt_switches:\t2\n";
        let status = parse(text).unwrap();
        assert_eq!((status.name.as_str(), status.state, status.parent), ("sleep", 'S', 42));
        assert!(status.is_pending(15) && !status.is_pending(14));
        assert!(status.is_caught(2) && !status.is_caught(15));
        assert_eq!(status.switches, 9);
    }

    #[test]
    fn the_killed_are_not_alive() {
        let child = crate::supervise::Launch::new("sleep").arg("60").start().unwrap();
        assert!(super::is_alive(child.pid()));
        child.signal(nix::sys::signal::Signal::SIGKILL).unwrap();
        // At once: dying takes a moment, but not before the signal is pending.
        assert!(!super::is_alive(child.pid()));
        drop(child);
        assert!(!super::is_alive(i32::MAX));
    }

    #[test]
    fn half_a_file_is_no_status() {
        assert_eq!(parse("Name:\tx\n"), None);
        assert_eq!(parse(""), None);
    }
}
