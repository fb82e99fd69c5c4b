//! The system call that a sleeping thread is inside, from `/proc/<pid>/syscall`.

use std::time::Duration;

use super::numbers::{self, Kind};

/// A call by number and arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    number: i64,
    args: [u64; 6],
}

/// What ends a call when nothing happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Timer {
    /// Nothing.
    None,
    /// The end of this time.
    Lasts(Duration),
    /// The end of the time in the `timespec` at this address.
    LastsWhatStandsAt(u64),
    /// This clock, when it shows what stands in the `timespec` at this address.
    EndsWhenClockShows { address: u64, clock: i32 },
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
        self.kind() == Some(Kind::Write) && self.fd() == fd
    }

    /// Whether it is read(2) from this descriptor.
    #[must_use]
    pub fn is_read_from(&self, fd: i32) -> bool {
        self.kind() == Some(Kind::Read) && self.fd() == fd
    }

    /// Whether it waits for a child.
    #[must_use]
    pub fn is_wait(&self) -> bool {
        matches!(self.kind(), Some(Kind::Wait4 | Kind::Waitid))
    }

    /// Whether it waits for somebody at the other end of a socket.
    #[must_use]
    pub fn is_receive(&self) -> bool {
        self.kind() == Some(Kind::Recv)
    }

    /// Whether it waits for events on several descriptors, as an event loop does.
    #[must_use]
    pub fn is_poll(&self) -> bool {
        matches!(self.kind(), Some(Kind::Epoll | Kind::Poll | Kind::Ppoll | Kind::Select))
    }

    /// The first argument as a descriptor.
    #[must_use]
    pub fn fd(&self) -> i32 {
        self.int(0)
    }

    fn kind(&self) -> Option<Kind> {
        numbers::kind(self.number)
    }

    /// An argument that the kernel takes as an int: the upper half of the register says nothing.
    fn int(&self, index: usize) -> i32 {
        self.args[index] as u32 as i32
    }

    /// Whether nothing but another process (or thread) can end it: a read, a wait, a lock, a poll
    /// without a timeout. Calls that this list does not know count as having a timer.
    #[must_use]
    pub fn has_no_timer(&self) -> bool {
        let Some(kind) = self.kind() else { return false };
        match kind {
            Kind::Read | Kind::Write | Kind::Wait4 | Kind::Waitid | Kind::Flock => true,
            // A socket may have been given a time (SO_RCVTIMEO in socket(7)), for read(2) as well, and
            // nobody outside can see it. Whoever waits for a signal with signal-hook sleeps in this.
            Kind::Recv => true,
            Kind::Accept | Kind::Sigsuspend | Kind::Pause => true,
            // F_SETLKW waits for a record lock, F_OFD_SETLKW for an open file description's.
            Kind::Fcntl => numbers::waits_for_a_lock(self.int(1)),
            // FUTEX_WAIT, FUTEX_LOCK_PI and the like take a timeout as fourth argument; none: no timer.
            Kind::Futex => self.args[3] == 0,
            Kind::Epoll => self.int(3) == -1,
            Kind::Poll => self.int(2) == -1,
            Kind::Ppoll | Kind::Sigtimedwait => self.args[2] == 0,
            Kind::Select => self.args[4] == 0,
            Kind::Sleep => false,
        }
    }

    /// Its timer; `None` for calls that are not in this list.
    pub(super) fn timer(&self) -> Option<Timer> {
        if self.has_no_timer() {
            return Some(Timer::None);
        }
        let lasts = |ms: i32| Timer::Lasts(Duration::from_millis(u64::try_from(ms).unwrap_or(0)));
        match self.kind()? {
            Kind::Epoll => Some(lasts(self.int(3))),
            Kind::Poll => Some(lasts(self.int(2))),
            Kind::Ppoll | Kind::Sigtimedwait => Some(Timer::LastsWhatStandsAt(self.args[2])),
            Kind::Futex => Some(numbers::futex_timer(self.int(1), self.args[3])),
            Kind::Sleep => Some(numbers::sleep_timer(self.number, self.args)),
            _ => None,
        }
    }

    /// The call as a learner reads it: `read(3)`, `wait4(4712)`, `futex`.
    #[must_use]
    pub fn describe(&self) -> String {
        let Some(kind) = self.kind() else { return format!("system call {}", self.number) };
        match kind {
            Kind::Read => format!("read({})", self.fd()),
            Kind::Recv => format!("recv({})", self.fd()),
            Kind::Write => format!("write({})", self.fd()),
            Kind::Wait4 if self.int(0) > 0 => format!("wait4({})", self.int(0)),
            Kind::Wait4 => "wait4(any child)".to_owned(),
            // P_PID is 1: the second argument is the child.
            Kind::Waitid if self.int(0) == 1 => format!("waitid({})", self.int(1)),
            Kind::Waitid => "waitid".to_owned(),
            Kind::Futex => "futex (a lock or another thread)".to_owned(),
            Kind::Flock => format!("flock({})", self.fd()),
            Kind::Fcntl => format!("fcntl({})", self.fd()),
            Kind::Accept => format!("accept({})", self.fd()),
            Kind::Sleep => "nanosleep".to_owned(),
            Kind::Epoll => "epoll_wait".to_owned(),
            Kind::Poll | Kind::Ppoll => "poll".to_owned(),
            Kind::Select => "select".to_owned(),
            Kind::Sigtimedwait => "sigwait".to_owned(),
            Kind::Sigsuspend => "sigsuspend".to_owned(),
            Kind::Pause => "pause".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Call, Timer};
    use crate::until::ms;

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
            call(libc::SYS_recvfrom, [3, 0, 0, 0, 0, 0]),
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
    fn knows_where_the_timer_is() {
        let monotonic = libc::CLOCK_MONOTONIC;
        let at = |address, clock| Some(Timer::EndsWhenClockShows { address, clock });
        for (number, args, timer) in [
            (libc::SYS_read, [3, 0, 0, 0, 0, 0], Some(Timer::None)),
            (libc::SYS_epoll_pwait, [3, 0, 0, 1500, 0, 0], Some(Timer::Lasts(ms(1500)))),
            // FUTEX_WAIT_BITSET of this process (std's locks and channels), FUTEX_WAIT, and the
            // former by the clock on the wall.
            (libc::SYS_futex, [1, 0x89, 0, 0x70, 0, 0], at(0x70, monotonic)),
            (libc::SYS_futex, [1, 0x80, 0, 0x70, 0, 0], Some(Timer::LastsWhatStandsAt(0x70))),
            (libc::SYS_futex, [1, 0x189, 0, 0x70, 0, 0], at(0x70, libc::CLOCK_REALTIME)),
            (
                libc::SYS_clock_nanosleep,
                [1, 0, 0x70, 0, 0, 0],
                Some(Timer::LastsWhatStandsAt(0x70)),
            ),
            (libc::SYS_clock_nanosleep, [1, 1, 0x70, 0, 0, 0], at(0x70, monotonic)),
            (libc::SYS_nanosleep, [0x70, 0, 0, 0, 0, 0], Some(Timer::LastsWhatStandsAt(0x70))),
            (9999, [0; 6], None),
        ] {
            assert_eq!(call(number, args).timer(), timer, "{number} {args:x?}");
        }
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
