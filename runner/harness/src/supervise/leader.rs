//! A session leader for a program on a terminal, that outlives it.
//!
//! When the leader of a session dies, the kernel hangs up its terminal, and with that throws away what
//! was written to it and has not yet been carried over to the other side (`tty_ldisc_hangup` in the
//! kernel calls the driver's `flush_buffer`). A program that is the leader itself so loses its last
//! words on a busy machine. Under a shell that does not happen: the shell is the leader, and stays.
//!
//! ```text
//! we ──fork──► leader: setsid, takes the terminal, closes everything, stays
//!  └──clone(CLONE_PARENT), by the leader──► program: a child of ours, in the terminal's foreground
//! ```

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use nix::fcntl::OFlag;
use nix::unistd::pipe2;

/// How long a leader stays after the program, in seconds, if nobody ends it: a command that could not
/// be executed is reported only when its leader is gone.
const STAYS: u32 = 2;

/// The way by which a leader tells us the program's process id.
#[derive(Debug)]
pub(super) struct Leader {
    told: File,
    tells: OwnedFd,
}

impl Leader {
    /// # Errors
    /// Those of pipe(2).
    pub(super) fn new() -> io::Result<Self> {
        let (told, tells) = pipe2(OFlag::O_CLOEXEC)?;
        Ok(Self { told: told.into(), tells })
    }

    /// For [`lead`].
    pub(super) fn tells(&self) -> RawFd {
        self.tells.as_raw_fd()
    }

    /// The program's process id, once the leader was started; nothing if it failed before there was a
    /// program.
    pub(super) fn program(self) -> Option<i32> {
        let Self { mut told, tells } = self;
        drop(tells);
        let mut pid = [0; 4];
        told.read_exact(&mut pid).ok()?;
        Some(i32::from_ne_bytes(pid))
    }
}

/// Makes of the caller a leader, which does not return from this, and a program, which does.
///
/// # Errors
/// Those of setsid(2), clone(2) and tcsetpgrp(3).
#[expect(unsafe_code, reason = "system calls of the child")]
pub(super) fn lead(tells: RawFd) -> io::Result<()> {
    // SAFETY: no pointers but to this stack. The clone shares no memory, so it is a fork(2) whose
    // child has our parent for its own.
    unsafe {
        // Only the leader of a session without a terminal may take one, see tty_ioctl(4).
        if libc::setsid() == -1 || libc::ioctl(0, libc::TIOCSCTTY, 0) == -1 {
            return Err(io::Error::last_os_error());
        }
        let flags = libc::CLONE_PARENT | libc::SIGCHLD;
        match libc::syscall(libc::SYS_clone, flags, 0, 0, 0, 0) {
            -1 => Err(io::Error::last_os_error()),
            0 => come_to_the_foreground(),
            pid => stay(pid, tells),
        }
    }
}

/// The program, in a process group of its own.
#[expect(unsafe_code, reason = "system calls of the child")]
fn come_to_the_foreground() -> io::Result<()> {
    // SAFETY: no pointers. Whoever is not in the foreground yet is stopped by SIGTTOU for this call,
    // unless it ignores that; what the program is to find is set later.
    unsafe {
        libc::signal(libc::SIGTTOU, libc::SIG_IGN);
        if libc::setpgid(0, 0) == -1 || libc::tcsetpgrp(0, libc::getpid()) == -1 {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}

/// The leader: holds nothing open, so that the end of the program's output is seen as ever, and dies of
/// the hang-up when we are gone and the terminal with us.
#[expect(unsafe_code, reason = "system calls of the child")]
fn stay(program: libc::c_long, tells: RawFd) -> ! {
    let pid = i32::try_from(program).unwrap_or(0);
    let bytes = pid.to_ne_bytes();
    // SAFETY: pointers to this stack, which outlives the calls.
    unsafe {
        libc::write(tells, bytes.as_ptr().cast(), bytes.len());
        let watched = libc::syscall(libc::SYS_pidfd_open, pid, 0);
        let watched = i32::try_from(watched).unwrap_or(-1);
        // Ends of the program's pipes may be among them.
        for (first, last) in [(0, watched - 1), (watched + 1, -1)] {
            libc::syscall(libc::SYS_close_range, first, last.cast_unsigned(), 0);
        }
        libc::signal(libc::SIGHUP, libc::SIG_DFL);
        let mut wanted = libc::pollfd { fd: watched, events: libc::POLLIN, revents: 0 };
        // Where the kernel is too old for such a descriptor, this takes no end, and somebody else's.
        libc::poll(&raw mut wanted, 1, -1);
        libc::sleep(STAYS);
        libc::_exit(0)
    }
}
