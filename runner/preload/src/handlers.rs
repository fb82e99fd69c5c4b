//! sigaction(2) and signal(2), wrapping what they install.

use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::mem::{self, MaybeUninit};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use libc::{sighandler_t, siginfo_t};

use crate::ask::handles;
use crate::next::Next;

thread_local! {
    /// The signal whose handler this thread is running; 0 if none. Without a destructor, so that
    /// looking at it takes no memory and installs nothing.
    static HANDLING: Cell<c_int> = const { Cell::new(0) };
}

/// The signal whose handler is running on this thread.
pub(crate) fn handling() -> Option<c_int> {
    Some(HANDLING.get()).filter(|&signal| signal != 0)
}

/// The thread is about to end; what it calls from now on is ours.
pub(crate) fn forget() {
    HANDLING.set(0);
}

/// What the program wanted to be called for one signal.
struct Wanted {
    handler: AtomicUsize,
    takes_info: AtomicBool,
}

static WANTED: [Wanted; 65] =
    [const { Wanted { handler: AtomicUsize::new(0), takes_info: AtomicBool::new(false) } }; 65];

/// Faults are handled by whoever can go on after one: that is not for us to judge.
fn is_watched(signal: c_int, handler: sighandler_t) -> bool {
    let faults = [libc::SIGSEGV, libc::SIGBUS, libc::SIGILL, libc::SIGFPE, libc::SIGTRAP];
    (1..=64).contains(&signal)
        && !faults.contains(&signal)
        && signal != libc::SIGABRT
        && handler != libc::SIG_DFL
        && handler != libc::SIG_IGN
}

/// What the kernel calls.
extern "C" fn wrapper(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    // A handler may interrupt another one: then this goes back to that.
    let interrupted = HANDLING.replace(signal);
    if let Some(wanted) = WANTED.get(signal.unsigned_abs() as usize) {
        let handler = wanted.handler.load(Ordering::Acquire);
        // SAFETY: the program gave this address to sigaction(2) as that of a function of this kind.
        unsafe {
            if wanted.takes_info.load(Ordering::Relaxed) {
                let handler: extern "C" fn(c_int, *mut siginfo_t, *mut c_void) =
                    mem::transmute(handler);
                handler(signal, info, context);
            } else {
                let handler: extern "C" fn(c_int) = mem::transmute(handler);
                handler(signal);
            }
        }
    }
    HANDLING.set(interrupted);
}

/// In the place of sigaction(2).
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn sigaction(
    signal: c_int,
    new: *const libc::sigaction,
    old: *mut libc::sigaction,
) -> c_int {
    type Sigaction =
        unsafe extern "C" fn(c_int, *const libc::sigaction, *mut libc::sigaction) -> c_int;
    static NEXT: Next = Next::named(c"sigaction");

    let mut replaced = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: `NEXT` is libc's function of this type; the caller's pointers are valid or null, as
    // sigaction(2) asks for; a table entry outlives every handler.
    unsafe {
        let next: Sigaction = mem::transmute(NEXT.address());
        let wanted = WANTED.get(signal.unsigned_abs() as usize);
        let before = wanted.map(|wanted| {
            (wanted.handler.load(Ordering::Acquire), wanted.takes_info.load(Ordering::Relaxed))
        });
        let mut action = new.as_ref().copied();
        if let (Some(action), Some(wanted)) = (&mut action, wanted)
            && is_watched(signal, action.sa_sigaction)
        {
            let takes_info = action.sa_flags & libc::SA_SIGINFO != 0;
            wanted.takes_info.store(takes_info, Ordering::Relaxed);
            wanted.handler.store(action.sa_sigaction, Ordering::Release);
            action.sa_sigaction = wrapper as *const () as sighandler_t;
            action.sa_flags |= libc::SA_SIGINFO;
        }
        let new = action.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
        let result = next(signal, new, replaced.as_mut_ptr());
        if result == 0
            && let Some(old) = old.as_mut()
        {
            *old = replaced.assume_init();
            if old.sa_sigaction == wrapper as *const () as sighandler_t
                && let Some((handler, takes_info)) = before
            {
                old.sa_sigaction = handler;
                if !takes_info {
                    old.sa_flags &= !libc::SA_SIGINFO;
                }
            }
        }
        if result == 0
            && let Some(action) = action
        {
            handles(signal, action.sa_sigaction == wrapper as *const () as sighandler_t);
        }
        result
    }
}

/// In the place of signal(2), which in libc does not come by the `sigaction` above.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn signal(signal: c_int, handler: sighandler_t) -> sighandler_t {
    let mut old = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: both structures live on this stack.
    unsafe {
        let mut new: libc::sigaction = mem::zeroed();
        new.sa_sigaction = handler;
        new.sa_flags = libc::SA_RESTART;
        libc::sigemptyset(&raw mut new.sa_mask);
        match sigaction(signal, &raw const new, old.as_mut_ptr()) {
            0 => old.assume_init().sa_sigaction,
            _ => libc::SIG_ERR,
        }
    }
}
