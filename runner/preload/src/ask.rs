//! Sending the program a signal at a moment that nobody outside can hit: while its main thread is
//! inside the allocator, or when fork(2) has just returned. Neither happens unless the environment
//! says so, see the constants.

use std::ffi::{CStr, c_int};
use std::mem::{self, MaybeUninit};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicI64, Ordering};

use crate::handlers::handling;
use crate::next::Next;

/// The number of the signal that is sent when fork(2) has returned to the parent.
const AT_FORK: &CStr = c"PRELOAD_AT_FORK";
/// The number of the signal that is sent inside the allocator, from the time on when the program
/// handles it.
const IN_ALLOCATOR: &CStr = c"PRELOAD_IN_ALLOCATOR";
/// The file that grows by each answer to it: nobody is asked again before he has answered.
const ANSWERS: &CStr = c"PRELOAD_ANSWERS";
/// The file that grows by a byte with each of these signals.
const ASKED: &CStr = c"PRELOAD_ASKED";

/// So many milliseconds the main thread stays inside the allocator for somebody else to answer.
const PATIENCE: u32 = 20;

static IS_ARMED: AtomicBool = AtomicBool::new(false);
static TALLY: AtomicI32 = AtomicI32::new(-1);
/// How large the answers were when the last signal was sent; less than any size before the first.
static BEFORE: AtomicI64 = AtomicI64::new(-1);

/// The program handles this signal from now on, or does not any more.
pub(crate) fn handles(signal: c_int, is_handled: bool) {
    if number(IN_ALLOCATOR) != Some(signal) {
        return;
    }
    if is_handled && TALLY.load(Ordering::Relaxed) == -1 {
        let flags = libc::O_WRONLY | libc::O_CREAT | libc::O_APPEND | libc::O_CLOEXEC;
        // SAFETY: getenv(3) gives a string or null, which open(2) refuses.
        let tally = unsafe { libc::open(libc::getenv(ASKED.as_ptr()), flags, 0o600) };
        TALLY.store(tally, Ordering::Relaxed);
    }
    IS_ARMED.store(is_handled, Ordering::Release);
}

/// Called at the beginning of malloc(3) and the others.
pub(crate) fn in_the_allocator() {
    // SAFETY: no arguments; the place of errno is this thread's for as long as it lives.
    unsafe {
        let is_main = || libc::gettid() == libc::getpid();
        if !IS_ARMED.load(Ordering::Acquire) || handling().is_some() || !is_main() {
            return;
        }
        let errno = *libc::__errno_location();
        let size = answers();
        if size > BEFORE.load(Ordering::Relaxed)
            && let Some(signal) = number(IN_ALLOCATOR)
        {
            BEFORE.store(size, Ordering::Relaxed);
            libc::write(TALLY.load(Ordering::Relaxed), [b'x'].as_ptr().cast(), 1);
            // To the process, as kill(1) does: another thread may be the one that takes it.
            libc::kill(libc::getpid(), signal);
            let moment = libc::timespec { tv_sec: 0, tv_nsec: 1_000_000 };
            for _ in 0..PATIENCE {
                if answers() > size {
                    break;
                }
                libc::nanosleep(&raw const moment, std::ptr::null_mut());
            }
        }
        *libc::__errno_location() = errno;
    }
}

/// In the place of fork(2).
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn fork() -> libc::pid_t {
    static NEXT: Next = Next::named(c"fork");
    // SAFETY: libc's function of this type, and a signal to ourselves.
    unsafe {
        let next: unsafe extern "C" fn() -> libc::pid_t = mem::transmute(NEXT.address());
        let child = next();
        if child > 0
            && let Some(signal) = number(AT_FORK)
        {
            libc::kill(libc::getpid(), signal);
        }
        child
    }
}

/// The size of the file with the answers; 0 while there is none.
fn answers() -> i64 {
    let mut file = MaybeUninit::<libc::stat>::zeroed();
    // SAFETY: getenv(3) gives a string or null, which stat(2) refuses; all zero is a `stat`.
    unsafe {
        libc::stat(libc::getenv(ANSWERS.as_ptr()), file.as_mut_ptr());
        file.assume_init().st_size
    }
}

/// A number in the environment, had without memory.
fn number(name: &CStr) -> Option<c_int> {
    // SAFETY: getenv(3) gives a string that stays where it is, or null.
    let text = unsafe {
        let text = libc::getenv(name.as_ptr());
        if text.is_null() { None } else { Some(CStr::from_ptr(text)) }
    };
    text?.to_str().ok()?.parse().ok()
}
