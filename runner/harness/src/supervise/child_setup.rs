//! What happens in the child between fork and exec.
//!
//! Only async-signal-safe calls are allowed there (signal-safety(7)): our threads do not exist in
//! the child, so a lock that one of them held stays locked for ever, malloc's among them. Exercise
//! `fork_with_threads` is about just that.

use std::io;
use std::os::fd::RawFd;
use std::os::unix::process::CommandExt;
use std::process::Command;

#[cfg(target_os = "linux")]
use super::leader;

/// Whose signals the program shares.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Session {
    /// A session of its own: no controlling terminal, so neither Ctrl-C nor a hang-up reaches it,
    /// and `kill(0, ..)` in it reaches nobody else.
    #[default]
    Own,
    /// A process group of its own in our session.
    OwnGroup,
    /// In the foreground of a session of its own, whose controlling terminal is descriptor 0.
    OwnTerminal,
}

/// Bounds for one process, see setrlimit(2). They are inherited over fork and exec.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of address space; an allocation beyond fails, which ends a Rust program by SIGABRT.
    pub address_space: Option<u64>,
    /// Bytes of any one file it writes; a write beyond ends it by SIGXFSZ.
    pub file_size: Option<u64>,
    /// Highest number of open descriptors.
    pub descriptors: Option<u64>,
}

impl Limits {
    /// For a learner's program: far more than an exercise needs, far less than the machine has.
    /// There is no bound on processes, since `RLIMIT_NPROC` counts all of a user's and none of
    /// root's; a check counts the tree instead.
    pub const PROGRAM: Self =
        Self { address_space: Some(1 << 30), file_size: Some(256 << 20), descriptors: Some(1024) };
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Setup {
    pub(super) session: Session,
    pub(super) limits: Limits,
    pub(super) nice: i32,
    pub(super) dies_with_parent: bool,
    /// Where a leader tells of the program, for [`Session::OwnTerminal`].
    pub(super) tells: RawFd,
    /// Bit n-1 for signal n, as in `/proc/<pid>/status`.
    pub(super) ignored: u64,
    pub(super) blocked: u64,
}

/// Arranges for `setup` to be made in the child.
#[expect(unsafe_code, reason = "pre_exec runs our code in a forked child")]
pub(super) fn arrange(command: &mut Command, setup: &Setup) {
    let setup = *setup;
    let parent = std::process::id();
    // SAFETY: the closure makes system calls alone; it neither allocates nor takes a lock.
    unsafe {
        command.pre_exec(move || {
            own_session(&setup)?;
            signals_as_given(setup.ignored, setup.blocked);
            limit(&setup.limits);
            if setup.nice != 0 {
                // A kernel that refuses costs politeness, not correctness.
                libc::nice(setup.nice);
            }
            no_inherited_descriptors();
            if setup.dies_with_parent {
                die_with(parent)?;
            }
            Ok(())
        });
    }
}

#[expect(unsafe_code, reason = "system calls of the child")]
fn own_session(setup: &Setup) -> io::Result<()> {
    // SAFETY: none of these calls takes a pointer.
    let done = unsafe {
        match setup.session {
            Session::Own => libc::setsid(),
            Session::OwnGroup => libc::setpgid(0, 0),
            #[cfg(target_os = "linux")]
            Session::OwnTerminal => return leader::lead(setup.tells),
            #[cfg(not(target_os = "linux"))]
            Session::OwnTerminal => match libc::setsid() {
                -1 => -1,
                _ => libc::ioctl(0, libc::TIOCSCTTY, 0),
            },
        }
    };
    if done == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// An ignored signal stays ignored over exec, a blocked one stays blocked (signal(7)), and std's
/// `Command` mends only SIGPIPE. A service that never sees SIGTERM since cargo's parent blocked it
/// would be our fault, not the learner's.
#[expect(unsafe_code, reason = "system calls of the child")]
fn signals_as_given(ignored: u64, blocked: u64) {
    let is_in = |set: u64, signal: i32| set >> (signal - 1) & 1 == 1;
    // SAFETY: the set lives on this stack; a signal that cannot be set (SIGKILL, SIGSTOP, those
    // that libc keeps for itself) is refused with EINVAL, which is what we want.
    unsafe {
        let mut mask: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut mask);
        for signal in 1..=64 {
            let how = if is_in(ignored, signal) { libc::SIG_IGN } else { libc::SIG_DFL };
            libc::signal(signal, how);
            if is_in(blocked, signal) {
                libc::sigaddset(&raw mut mask, signal);
            }
        }
        libc::sigprocmask(libc::SIG_SETMASK, &raw const mask, std::ptr::null_mut());
    }
}

#[expect(unsafe_code, reason = "system calls of the child")]
fn limit(limits: &Limits) {
    let set = |what, bytes: Option<u64>| {
        if let Some(bytes) = bytes {
            let both = libc::rlimit { rlim_cur: bytes, rlim_max: bytes };
            // SAFETY: `both` outlives the call. A bound above our own hard limit is refused, and
            // then the lower one is in force already.
            unsafe { libc::setrlimit(what, &raw const both) };
        }
    };
    // A crash is a verdict here, not something to debug: no core file in the learner's folder.
    set(libc::RLIMIT_CORE, Some(0));
    set(libc::RLIMIT_AS, limits.address_space);
    set(libc::RLIMIT_FSIZE, limits.file_size);
    set(libc::RLIMIT_NOFILE, limits.descriptors);
}

/// A descriptor without the close-on-exec flag that our own parent left us would be inherited, and
/// exercise `cloexec_leak` would blame the learner for it. The flag is set rather than the
/// descriptor closed: std still needs its own pipe to report a failing exec.
#[expect(unsafe_code, reason = "system calls of the child")]
fn no_inherited_descriptors() {
    #[cfg(target_os = "linux")]
    {
        // SAFETY: no pointers.
        let done = unsafe {
            libc::syscall(libc::SYS_close_range, 3, u32::MAX, 4 /* CLOEXEC */)
        };
        if done == 0 {
            return;
        }
    }
    // Before Linux 5.11, and elsewhere: one by one, as far as a table is commonly filled.
    for fd in 3..1024 {
        // SAFETY: a number that is not open is refused with EBADF.
        unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) };
    }
}

/// The signal is sent when the parent ends, but not if it ended before the call: so look who the
/// parent is now. It need not be 1, since orphans go to the nearest subreaper.
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "system calls of the child")]
fn die_with(parent: u32) -> io::Result<()> {
    // SAFETY: no pointers.
    unsafe {
        if libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) == -1 {
            return Err(io::Error::last_os_error());
        }
        if libc::getppid().cast_unsigned() != parent {
            libc::_exit(1);
        }
    }
    Ok(())
}

/// No such call elsewhere: there the sweep at the end of a run has to do.
#[cfg(not(target_os = "linux"))]
fn die_with(_parent: u32) -> io::Result<()> {
    Ok(())
}
