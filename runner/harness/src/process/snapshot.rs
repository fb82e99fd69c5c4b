//! A process tree as evidence.

use std::fs;

use super::pipes::holders;
use super::threads::Thread;
use super::{children, status, threads, with_descendants};
use crate::evidence::{ProcessRow, ProcessTree};

/// More rows than these say nothing more.
const ROWS: usize = 24;
/// Threads of one process that are told apart.
const THREADS: usize = 4;

/// The processes below and including `roots` as they are now. `when` continues "processes ...".
#[must_use]
pub fn snapshot(when: &str, roots: &[i32]) -> ProcessTree {
    let all: Vec<_> = roots.iter().flat_map(|&root| with_descendants(root)).collect();
    let mut rows = Vec::new();
    for &root in roots {
        add(&mut rows, root, 0, &all);
    }
    ProcessTree { when: when.to_owned(), rows }
}

fn add(rows: &mut Vec<ProcessRow>, pid: i32, depth: u16, all: &[i32]) {
    let Some(status) = status(pid) else { return };
    if rows.len() >= ROWS || rows.iter().any(|row| row.pid == pid) {
        return;
    }
    let us = std::process::id().cast_signed();
    // Whoever is our own child is ours to wait for, and we do that when we have seen enough of it.
    let note = match (status.is_zombie(), status.parent == us) {
        (true, true) => Some("it has ended".to_owned()),
        (true, false) => Some("dead, and nobody has waited for it".to_owned()),
        (false, _) => None,
    };
    // Our own threads are nothing that a learner has to know.
    let is_us = pid == us;
    let doing = if is_us { None } else { doing(pid, &threads(pid), all) };
    rows.push(ProcessRow { depth, pid, name: status.name, state: status.state, doing, note });
    for child in children(pid) {
        add(rows, child, depth + 1, all);
    }
}

/// What the main thread sleeps in; the other threads by their names.
fn doing(pid: i32, threads: &[Thread], all: &[i32]) -> Option<String> {
    let main = threads.first()?;
    let mut words = call(pid, main, all).unwrap_or_default();
    let others = threads.iter().skip(1).take(THREADS);
    let others: Vec<_> = others
        .map(|thread| match call(pid, thread, all) {
            Some(call) => format!("thread {} {call}", thread.status.name),
            None => format!("thread {} {}", thread.status.name, thread.status.state),
        })
        .collect();
    for other in others {
        words += if words.is_empty() { "" } else { "; " };
        words += &other;
    }
    if threads.len() > THREADS + 1 {
        words += &format!("; {} threads in all", threads.len());
    }
    (!words.is_empty()).then_some(words)
}

fn call(pid: i32, thread: &Thread, all: &[i32]) -> Option<String> {
    let call = thread.call.as_ref()?;
    let words = format!("in {}", call.describe());
    let reads = call.is_read_from(call.fd());
    if !reads && !call.is_write_to(call.fd()) {
        return Some(words);
    }
    let Ok(target) = fs::read_link(format!("/proc/{pid}/fd/{}", call.fd())) else {
        return Some(words);
    };
    let target = target.to_string_lossy();
    Some(match other_end(&target, reads, all) {
        Some(end) => format!("{words}, a pipe whose {end}"),
        None => format!("{words}, {target}"),
    })
}

/// Who in this tree has the other end of a pipe: the one whom the sleeper waits for.
fn other_end(target: &str, reads: bool, all: &[i32]) -> Option<String> {
    if !target.starts_with("pipe:") {
        return None;
    }
    let holders: Vec<_> = holders(target, all)
        .into_iter()
        .filter(|holder| holder.writes == reads)
        .map(|holder| format!("pid {} (fd {})", holder.pid, holder.fd))
        .collect();
    let end = if reads { "write end" } else { "read end" };
    Some(match holders.as_slice() {
        [] => format!("{end} nobody here has"),
        holders => format!("{end} is open in {}", holders.join(" and ")),
    })
}
