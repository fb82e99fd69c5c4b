//! The threads of a process and what each is doing.

use std::fs;

use super::status::{Status, parse};
use super::syscall::Call;

/// One thread at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// Thread id; the main thread's is the process id.
    pub tid: i32,
    /// Its own status.
    pub status: Status,
    /// The system call that it is inside, if it is in one and we may know (`/proc/<pid>/syscall`
    /// asks for the rights of ptrace(2), which a parent of the same user has).
    pub call: Option<Call>,
}

impl Thread {
    /// Whether it sleeps in a call that only somebody else can end: no timer will wake it, and no
    /// signal waits for it.
    #[must_use]
    pub fn sleeps_without_timer(&self) -> bool {
        let takes = self.status.pending & !self.status.blocked;
        self.status.state == 'S' && takes == 0 && self.call.as_ref().is_some_and(Call::has_no_timer)
    }
}

/// All threads of a process, the main one first.
#[must_use]
pub fn threads(pid: i32) -> Vec<Thread> {
    let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else { return Vec::new() };
    let mut threads: Vec<_> = tasks
        .flatten()
        .filter_map(|task| {
            let status = parse(&fs::read_to_string(task.path().join("status")).ok()?)?;
            let call = fs::read_to_string(task.path().join("syscall")).ok();
            let tid = task.file_name().to_str()?.parse().ok()?;
            Some(Thread { tid, status, call: call.and_then(|line| Call::parse(&line)) })
        })
        .collect();
    threads.sort_by_key(|thread| thread.tid != pid);
    threads
}
