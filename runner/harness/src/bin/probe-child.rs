//! Prints what it inherited, as one line of JSON, and ends.
//!
//! Everything is looked at before the first line is printed. `--exit CODE` ends with that status,
//! `--raise SIGNAL` by that signal.

use std::mem::MaybeUninit;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use harness::helpers::Inherited;
use harness::process::open_files;
use nix::sys::signal::{SigSet, Signal, raise};
use nix::unistd::{getpgrp, getpid};

fn main() -> ExitCode {
    let pid = getpid().as_raw();
    let argv: Vec<String> = std::env::args().collect();
    let inherited = Inherited {
        pid,
        pgid: getpgrp().as_raw(),
        blocked: blocked(),
        ignored: (1..=31).filter(|&signal| is_ignored(signal)).collect(),
        // Reading the folder takes a descriptor of its own, which is not inherited.
        fds: open_files(pid)
            .into_iter()
            .filter(|file| !file.target.ends_with(&format!("/{pid}/fd")))
            .collect(),
        argv: argv.clone(),
    };
    match serde_json::to_string(&inherited) {
        Ok(line) => println!("{line}"),
        Err(error) => eprintln!("cannot report: {error}"),
    }
    let option = |name: &str| argv.iter().skip_while(|arg| *arg != name).nth(1);
    if let Some(signal) = option("--raise").and_then(|name| name.parse::<Signal>().ok()) {
        // Ends us here unless it is ignored or blocked, and then the status below says so. Twice, as
        // Rust's start-up handles SIGSEGV and SIGBUS, to tell of a stack that has overflowed: at
        // anything else the handler restores the default and returns, for the fault to come again.
        let _ = raise(signal);
        let _ = raise(signal);
    }
    ExitCode::from(option("--exit").and_then(|code| code.parse().ok()).unwrap_or(0))
}

fn blocked() -> Vec<i32> {
    let set = SigSet::thread_get_mask().unwrap_or_else(|_| SigSet::empty());
    set.iter().map(|signal| signal as i32).collect()
}

/// Asks for the disposition without setting one.
fn is_ignored(signal: i32) -> bool {
    match signal {
        libc::SIGPIPE => SIGPIPE_WAS_IGNORED.load(Ordering::Relaxed),
        _ => is_ignored_now(signal),
    }
}

/// Rust's own start-up ignores SIGPIPE before `main` runs, so what was inherited has to be looked at
/// before that: functions in this section are called by the loader.
#[used]
#[cfg_attr(target_os = "linux", unsafe(link_section = ".init_array"))]
#[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__mod_init_func"))]
#[expect(unsafe_code, reason = "a function that runs before main")]
static BEFORE_MAIN: extern "C" fn() = look_at_sigpipe;
static SIGPIPE_WAS_IGNORED: AtomicBool = AtomicBool::new(false);

extern "C" fn look_at_sigpipe() {
    SIGPIPE_WAS_IGNORED.store(is_ignored_now(libc::SIGPIPE), Ordering::Relaxed);
}

#[expect(unsafe_code, reason = "sigaction(2) with no new action; nix can only set one")]
fn is_ignored_now(signal: i32) -> bool {
    let mut old = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: a null new action changes nothing; `old` is written on success.
    unsafe {
        libc::sigaction(signal, std::ptr::null(), old.as_mut_ptr()) == 0
            && old.assume_init().sa_sigaction == libc::SIG_IGN
    }
}
