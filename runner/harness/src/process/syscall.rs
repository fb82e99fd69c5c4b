//! The system call that a sleeping thread is inside, from `/proc/<pid>/syscall`.

/// A call by number and arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    number: i64,
    args: [u64; 6],
}

impl Call {
    /// Reads one line of `/proc/<pid>/syscall`: number, six arguments, stack and instruction
    /// pointer. A thread that is running, or blocked outside a call, has no such line.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let mut words = line.split_ascii_whitespace();
        let number = words.next()?.parse().ok().filter(|&number| number >= 0)?;
        let mut args = [0; 6];
        for arg in &mut args {
            *arg = u64::from_str_radix(words.next()?.strip_prefix("0x")?, 16).ok()?;
        }
        Some(Self { number, args })
    }

    /// Whether it is write(2) on this descriptor.
    #[must_use]
    pub fn is_write_to(&self, fd: i32) -> bool {
        (self.number == libc::SYS_write || self.number == libc::SYS_writev) && self.fd() == fd
    }

    /// Whether it is read(2) from this descriptor.
    #[must_use]
    pub fn is_read_from(&self, fd: i32) -> bool {
        self.number == libc::SYS_read && self.fd() == fd
    }

    /// Whether it waits for a child.
    #[must_use]
    pub fn is_wait(&self) -> bool {
        self.number == libc::SYS_wait4 || self.number == libc::SYS_waitid
    }

    /// The first argument as a descriptor.
    #[must_use]
    pub fn fd(&self) -> i32 {
        self.int(0)
    }

    /// An argument that the kernel takes as an int: the upper half of the register says nothing.
    fn int(&self, index: usize) -> i32 {
        self.args[index] as u32 as i32
    }

    /// Whether nothing but another process (or thread) can end it: a read, a wait, a lock, a poll
    /// without a timeout. Calls that this list does not know count as having a timer.
    #[must_use]
    pub fn has_no_timer(&self) -> bool {
        match self.number {
            libc::SYS_read
            | libc::SYS_readv
            | libc::SYS_write
            | libc::SYS_writev
            | libc::SYS_wait4
            | libc::SYS_waitid
            | libc::SYS_flock
            | libc::SYS_accept
            | libc::SYS_accept4
            | libc::SYS_rt_sigsuspend => true,
            // F_SETLKW waits for a record lock, F_OFD_SETLKW for an open file description's.
            libc::SYS_fcntl => matches!(self.int(1), libc::F_SETLKW | libc::F_OFD_SETLKW),
            // FUTEX_WAIT, FUTEX_LOCK_PI and the like take a timeout as fourth argument; none: no timer.
            libc::SYS_futex => self.args[3] == 0,
            libc::SYS_epoll_pwait => self.int(3) == -1,
            libc::SYS_ppoll => self.args[2] == 0,
            libc::SYS_pselect6 => self.args[4] == 0,
            libc::SYS_rt_sigtimedwait => self.args[2] == 0,
            other => has_no_timer_here(other, self),
        }
    }

    /// The call as a learner reads it: `read(3)`, `wait4(4712)`, `futex`.
    #[must_use]
    pub fn describe(&self) -> String {
        match self.number {
            libc::SYS_read => format!("read({})", self.fd()),
            libc::SYS_write => format!("write({})", self.fd()),
            libc::SYS_wait4 if self.int(0) > 0 => format!("wait4({})", self.int(0)),
            libc::SYS_wait4 => "wait4(any child)".to_owned(),
            libc::SYS_waitid if self.int(0) == 1 => format!("waitid({})", self.int(1)),
            libc::SYS_futex => "futex (a lock or another thread)".to_owned(),
            libc::SYS_clock_nanosleep | libc::SYS_nanosleep => "sleep".to_owned(),
            libc::SYS_flock => format!("flock({})", self.fd()),
            libc::SYS_epoll_pwait => "epoll_wait".to_owned(),
            libc::SYS_ppoll => "poll".to_owned(),
            libc::SYS_rt_sigtimedwait => "sigwait".to_owned(),
            libc::SYS_rt_sigsuspend => "sigsuspend".to_owned(),
            libc::SYS_waitid => "waitid".to_owned(),
            other => name_here(other).map_or_else(|| format!("system call {other}"), str::to_owned),
        }
    }
}

/// Calls that newer architectures no longer have.
#[cfg(target_arch = "x86_64")]
fn has_no_timer_here(number: i64, call: &Call) -> bool {
    match number {
        libc::SYS_pause => true,
        libc::SYS_poll => call.int(2) == -1,
        libc::SYS_epoll_wait => call.int(3) == -1,
        libc::SYS_select => call.args[4] == 0,
        _ => false,
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn has_no_timer_here(_number: i64, _call: &Call) -> bool {
    false
}

#[cfg(target_arch = "x86_64")]
fn name_here(number: i64) -> Option<&'static str> {
    match number {
        libc::SYS_pause => Some("pause"),
        libc::SYS_poll => Some("poll"),
        libc::SYS_epoll_wait => Some("epoll_wait"),
        libc::SYS_select => Some("select"),
        _ => None,
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn name_here(_number: i64) -> Option<&'static str> {
    None
}

#[cfg(test)]
mod tests {
    use super::Call;

    fn call(number: i64, args: [u64; 6]) -> Call {
        let args: Vec<_> = args.iter().map(|arg| format!("{arg:#x}")).collect();
        Call::parse(&format!("{number} {} 0x7ffd 0x7f00", args.join(" "))).unwrap()
    }

    #[test]
    fn a_running_thread_is_in_no_call() {
        for line in ["running", "-1 0x7ffd 0x7f00", ""] {
            assert_eq!(Call::parse(line), None, "{line:?}");
        }
    }

    #[test]
    fn knows_what_can_wake_by_itself() {
        let forever = [
            call(libc::SYS_read, [3, 0, 0, 0, 0, 0]),
            call(libc::SYS_futex, [1, 0, 0, 0, 0, 0]),
            call(libc::SYS_epoll_pwait, [3, 0, 0, 0xffff_ffff, 0, 0]),
            call(libc::SYS_fcntl, [3, 7, 0, 0, 0, 0]),
        ];
        let timed = [
            call(libc::SYS_futex, [1, 0, 0, 0x7fff_0000, 0, 0]),
            call(libc::SYS_epoll_pwait, [3, 0, 0, 1000, 0, 0]),
            call(libc::SYS_clock_nanosleep, [0; 6]),
            call(libc::SYS_fcntl, [3, 6, 0, 0, 0, 0]),
            call(9999, [0; 6]),
        ];
        assert!(forever.iter().all(Call::has_no_timer));
        assert!(!timed.iter().any(Call::has_no_timer));
    }

    #[test]
    fn speaks_of_the_descriptor_or_the_child() {
        assert_eq!(call(libc::SYS_read, [3, 0, 0, 0, 0, 0]).describe(), "read(3)");
        assert_eq!(call(libc::SYS_wait4, [4712, 0, 0, 0, 0, 0]).describe(), "wait4(4712)");
        assert_eq!(
            call(libc::SYS_wait4, [0xffff_ffff, 0, 0, 0, 0, 0]).describe(),
            "wait4(any child)"
        );
    }
}
