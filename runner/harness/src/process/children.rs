//! Who descends from whom.

use std::collections::BTreeSet;
use std::fs;

/// Direct children of `pid`, dead ones that nobody has waited for included.
///
/// Reads `/proc/<pid>/task/*/children`. A kernel without that file (`CONFIG_PROC_CHILDREN`) is
/// asked by looking at every process's parent instead.
#[must_use]
pub fn children(pid: i32) -> Vec<i32> {
    let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else { return Vec::new() };
    let mut found = Vec::new();
    for task in tasks.flatten() {
        match fs::read_to_string(task.path().join("children")) {
            Ok(list) => found
                .extend(list.split_ascii_whitespace().filter_map(|pid| pid.parse::<i32>().ok())),
            // The thread ended while we looked, or the kernel has no such file.
            Err(_) if task.path().exists() => return by_parent(pid),
            Err(_) => {}
        }
    }
    found
}

/// `root` and all below it, parents before their children.
#[must_use]
pub fn with_descendants(root: i32) -> Vec<i32> {
    up_to(usize::MAX, root)
}

/// Whether more than `most` processes descend from `root`. Looks no further than that: a tree that
/// grows as fast as it can would keep a full count from ever coming to its end.
#[must_use]
pub fn has_more_descendants_than(most: usize, root: i32) -> bool {
    up_to(most + 2, root).len() > most + 1
}

fn up_to(most: usize, root: i32) -> Vec<i32> {
    let mut all = vec![root];
    let mut known = BTreeSet::from([root]);
    let mut next = 0;
    while let Some(&pid) = all.get(next).filter(|_| all.len() < most) {
        // A process id that was given away and taken again while we looked is not looked at twice.
        all.extend(children(pid).into_iter().filter(|&child| known.insert(child)));
        next += 1;
    }
    all
}

fn by_parent(pid: i32) -> Vec<i32> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let pids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|&other| super::status(other).is_some_and(|status| status.parent == pid)).collect()
}

#[cfg(test)]
mod tests {
    use crate::supervise::Launch;

    #[test]
    fn both_ways_find_a_child() {
        let me = std::process::id().cast_signed();
        let child = Launch::new("sleep").arg("60").start().unwrap();
        assert!(super::children(me).contains(&child.pid()));
        assert!(super::by_parent(me).contains(&child.pid()));
        assert!(super::with_descendants(me).contains(&child.pid()));
    }
}
