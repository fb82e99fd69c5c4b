//! Numbers of the system calls in which a program may sleep. They differ between architectures, and
//! newer ones lack the older calls.

use super::syscall::Timer;

/// A call, or several that mean the same to whoever sleeps in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Read,
    Recv,
    Write,
    Wait4,
    Waitid,
    Flock,
    Fcntl,
    Accept,
    Futex,
    Epoll,
    Poll,
    Ppoll,
    Select,
    Sleep,
    Sigtimedwait,
    Sigsuspend,
    Pause,
}

/// What the number stands for on this machine, if it is in the list.
#[cfg(target_os = "linux")]
pub(super) fn kind(number: i64) -> Option<Kind> {
    Some(match number {
        libc::SYS_read | libc::SYS_readv | libc::SYS_pread64 => Kind::Read,
        libc::SYS_recvfrom | libc::SYS_recvmsg => Kind::Recv,
        libc::SYS_write | libc::SYS_writev | libc::SYS_pwrite64 => Kind::Write,
        libc::SYS_wait4 => Kind::Wait4,
        libc::SYS_waitid => Kind::Waitid,
        libc::SYS_flock => Kind::Flock,
        libc::SYS_fcntl => Kind::Fcntl,
        libc::SYS_accept | libc::SYS_accept4 => Kind::Accept,
        libc::SYS_futex => Kind::Futex,
        libc::SYS_epoll_pwait => Kind::Epoll,
        libc::SYS_ppoll => Kind::Ppoll,
        libc::SYS_pselect6 => Kind::Select,
        libc::SYS_clock_nanosleep | libc::SYS_nanosleep => Kind::Sleep,
        libc::SYS_rt_sigtimedwait => Kind::Sigtimedwait,
        libc::SYS_rt_sigsuspend => Kind::Sigsuspend,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_pause => Kind::Pause,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_poll => Kind::Poll,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_epoll_wait => Kind::Epoll,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_select => Kind::Select,
        _ => return None,
    })
}

/// Whether this command of fcntl(2) waits until the lock is free.
#[cfg(target_os = "linux")]
pub(super) fn waits_for_a_lock(command: i32) -> bool {
    matches!(command, libc::F_SETLKW | libc::F_OFD_SETLKW)
}

/// The timer of futex(2): FUTEX_WAIT takes a time, all others the moment of its end, on the
/// monotonic clock unless a flag says otherwise.
#[cfg(target_os = "linux")]
pub(super) fn futex_timer(operation: i32, address: u64) -> Timer {
    let flags = libc::FUTEX_PRIVATE_FLAG | libc::FUTEX_CLOCK_REALTIME;
    let by_wall = operation & libc::FUTEX_CLOCK_REALTIME != 0;
    match operation & !flags {
        libc::FUTEX_WAIT => Timer::LastsWhatStandsAt(address),
        _ => Timer::EndsWhenClockShows {
            address,
            clock: if by_wall { libc::CLOCK_REALTIME } else { libc::CLOCK_MONOTONIC },
        },
    }
}

/// The timer of nanosleep(2) and clock_nanosleep(2).
#[cfg(target_os = "linux")]
pub(super) fn sleep_timer(number: i64, args: [u64; 6]) -> Timer {
    let int = |index: usize| args[index] as u32 as i32;
    match number {
        libc::SYS_nanosleep => Timer::LastsWhatStandsAt(args[0]),
        _ if int(1) & libc::TIMER_ABSTIME == 0 => Timer::LastsWhatStandsAt(args[2]),
        _ => Timer::EndsWhenClockShows { address: args[2], clock: int(0) },
    }
}

/// There is no `/proc` to read a number from.
#[cfg(not(target_os = "linux"))]
pub(super) fn kind(_number: i64) -> Option<Kind> {
    None
}

/// As above.
#[cfg(not(target_os = "linux"))]
pub(super) fn waits_for_a_lock(_command: i32) -> bool {
    false
}

/// As above.
#[cfg(not(target_os = "linux"))]
pub(super) fn futex_timer(_operation: i32, _address: u64) -> Timer {
    Timer::None
}

/// As above.
#[cfg(not(target_os = "linux"))]
pub(super) fn sleep_timer(_number: i64, _args: [u64; 6]) -> Timer {
    Timer::None
}
