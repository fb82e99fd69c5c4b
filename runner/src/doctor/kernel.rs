//! What checks ask of the kernel.

use super::finding::{By, Finding};
use super::system::System;

/// What the kernel granted. All of it was tried, not looked up: a container or a sandbox may refuse
/// what its kernel has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kernel {
    /// Orphans come to us: `PR_SET_CHILD_SUBREAPER`, see prctl(2). Linux alone has it.
    pub adopts: bool,
    /// `/proc` shows our children, see proc(5).
    pub shows_children: bool,
    /// `/proc/<pid>/syscall` of a child can be read; it takes the rights of ptrace(2).
    pub shows_calls: bool,
    /// `kernel.yama.ptrace_scope`, where there is one.
    pub ptrace_scope: Option<u32>,
    /// A pipe can be made as small as one page: `F_SETPIPE_SZ`, see fcntl(2).
    pub small_pipes: bool,
}

/// Whether a folder can be watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Watches {
    /// It can.
    Free,
    /// This user has used up its watches or its instances, see inotify(7).
    Exhausted,
    /// It cannot, for this reason.
    Refused(String),
}

/// Checks see deadlocks, leaks and zombies through these; without one of them, those checks say
/// that they could not tell.
pub(super) fn kernel(kernel: Option<&Kernel>, system: &System) -> Vec<Finding> {
    let Some(kernel) = kernel else {
        let meaning = "this is not Linux: checks that look into /proc will say so, the others work";
        return vec![Finding::optional("kernel", meaning)];
    };
    vec![
        adoption(kernel, system),
        processes(kernel, system),
        calls(kernel, system),
        pipes(kernel, system),
    ]
}

fn adoption(kernel: &Kernel, system: &System) -> Finding {
    if kernel.adopts {
        return Finding::good("orphans", "come to the kit");
    }
    sandboxed("orphans", "do not come to the kit (PR_SET_CHILD_SUBREAPER is refused)", system)
}

fn processes(kernel: &Kernel, system: &System) -> Finding {
    if kernel.shows_children {
        return Finding::good("processes", "are shown in /proc");
    }
    system.needs_root(
        "processes",
        "are not shown in /proc".to_owned(),
        "sudo mount -t proc proc /proc",
    )
}

fn calls(kernel: &Kernel, system: &System) -> Finding {
    match kernel.ptrace_scope {
        _ if kernel.shows_calls => Finding::good("system calls", "of a child are shown"),
        Some(scope) if scope > 1 => system.needs_root(
            "system calls",
            format!("of a child are hidden (kernel.yama.ptrace_scope is {scope})"),
            "sudo sysctl kernel.yama.ptrace_scope=1",
        ),
        _ => sandboxed("system calls", "of a child are hidden (/proc/PID/syscall)", system),
    }
}

fn pipes(kernel: &Kernel, system: &System) -> Finding {
    if kernel.small_pipes {
        return Finding::good("pipes", "can be made small");
    }
    sandboxed("pipes", "cannot be made small (F_SETPIPE_SZ is refused)", system)
}

/// No command inside a sandbox opens it.
fn sandboxed(what: &'static str, fault: &str, system: &System) -> Finding {
    let place = if system.container { "outside this container" } else { "on Linux 5.4 or newer" };
    let mend = format!("run the course {place}, or in a virtual machine");
    Finding::bad(what, fault, mend, By::Administrator)
}

pub(super) fn watches(watches: &Watches, system: &System) -> Finding {
    match watches {
        Watches::Free => Finding::good("file watches", "are free"),
        Watches::Exhausted => system.needs_root(
            "file watches",
            "are used up by this user's programs; until then use `cargo run -- run`".to_owned(),
            "sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512",
        ),
        Watches::Refused(why) => {
            Finding::bad("file watches", format!("are refused: {why}"), "cargo run -- run", By::You)
        }
    }
}
