//! A process tree as evidence.

use std::fs;

use super::threads::Thread;
use super::{children, status, threads};
use crate::evidence::{ProcessRow, ProcessTree};

/// The processes below and including `roots` as they are now. `when` continues "processes ...".
#[must_use]
pub fn snapshot(when: &str, roots: &[i32]) -> ProcessTree {
    let mut rows = Vec::new();
    for &root in roots {
        add(&mut rows, root, 0);
    }
    ProcessTree { when: when.to_owned(), rows }
}

/// More rows than these say nothing more.
const ROWS: usize = 24;

fn add(rows: &mut Vec<ProcessRow>, pid: i32, depth: u16) {
    let Some(status) = status(pid) else { return };
    if rows.len() >= ROWS || rows.iter().any(|row| row.pid == pid) {
        return;
    }
    let note = status.is_zombie().then(|| "dead, and nobody has waited for it".to_owned());
    let doing = doing(pid, &threads(pid));
    rows.push(ProcessRow { depth, pid, name: status.name, state: status.state, doing, note });
    for child in children(pid) {
        add(rows, child, depth + 1);
    }
}

/// What the main thread sleeps in, and how many more threads there are.
fn doing(pid: i32, threads: &[Thread]) -> Option<String> {
    let call = threads.first()?.call.as_ref()?;
    let mut words = format!("in {}", call.describe());
    if (call.is_read_from(call.fd()) || call.is_write_to(call.fd()))
        && let Ok(target) = fs::read_link(format!("/proc/{pid}/fd/{}", call.fd()))
    {
        words += &format!(", {}", target.display());
    }
    if threads.len() > 1 {
        words += &format!(", {} threads", threads.len());
    }
    Some(words)
}
