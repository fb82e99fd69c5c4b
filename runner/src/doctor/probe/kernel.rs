//! Trying what checks will ask of the kernel.

use std::io::ErrorKind;
use std::path::Path;

use notify::{RecursiveMode, Watcher};

use crate::doctor::kernel::{Kernel, Watches};

/// Watches a child that waits in read(2), as checks do.
#[cfg(target_os = "linux")]
pub(super) fn kernel() -> Option<Kernel> {
    use harness::supervise::{Input, Launch, Sink, sweep};
    use harness::until::{secs, until};
    use harness::{process, supervise::Tree};

    let adopts = sweep::adopt_orphans().is_ok();
    // A held stream is a pipe of one page: the start fails where there can be none. Whoever has no
    // PATH has /bin all the same.
    let cat = |stdout: fn() -> Sink| {
        let start = |path| Launch::new(path).stdin(Input::Piped).stdout(stdout()).start().ok();
        ["cat", "/bin/cat", "/usr/bin/cat"].into_iter().find_map(start)
    };
    let held = cat(|| Sink::Held);
    let small_pipes = held.is_some();
    let child = held.or_else(|| cat(|| Sink::Null));
    let me = std::process::id().cast_signed();
    let pid = child.as_ref().map(Tree::pid);
    let shows_children = pid.is_some_and(|pid| process::children(me).contains(&pid));
    let reads = |pid| {
        let threads = process::threads(pid);
        threads.iter().any(|thread| thread.call.as_ref().is_some_and(|call| call.is_read_from(0)))
    };
    // It has to come out of exec and into its read first.
    let shows_calls = pid.is_some_and(|pid| until(secs(2), || reads(pid).then_some(())).is_some());
    let ptrace_scope = std::fs::read_to_string("/proc/sys/kernel/yama/ptrace_scope")
        .ok()
        .and_then(|scope| scope.trim().parse().ok());
    Some(Kernel { adopts, shows_children, shows_calls, ptrace_scope, small_pipes })
}

/// Elsewhere there is nothing of the kind to try.
#[cfg(not(target_os = "linux"))]
pub(super) fn kernel() -> Option<Kernel> {
    None
}

/// Watches a folder for a moment.
pub(super) fn watches(folder: &Path) -> Watches {
    let watched = notify::recommended_watcher(|_| {})
        .and_then(|mut watcher| watcher.watch(folder, RecursiveMode::NonRecursive));
    match watched {
        Ok(()) => Watches::Free,
        Err(error) => match error.kind {
            // Watches by fs.inotify.max_user_watches, instances by max_user_instances (EMFILE).
            notify::ErrorKind::MaxFilesWatch => Watches::Exhausted,
            notify::ErrorKind::Io(error) if error.kind() == ErrorKind::StorageFull => {
                Watches::Exhausted
            }
            notify::ErrorKind::Io(error) if error.raw_os_error() == Some(24) => Watches::Exhausted,
            kind => Watches::Refused(notify::Error::new(kind).to_string()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_not_there_is_no_lack_of_watches() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(watches(folder.path()), Watches::Free);
        assert!(matches!(watches(&folder.path().join("none")), Watches::Refused(_)));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn this_kernel_is_asked_and_not_guessed() {
        let kernel = kernel().unwrap();
        assert!(kernel.shows_children, "{kernel:?}");
        assert!(kernel.small_pipes, "{kernel:?}");
    }
}
