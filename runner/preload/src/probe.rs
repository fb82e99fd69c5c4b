//! A program on which it can be seen whether preloading works here.
//!
//! `preload-probe malloc` (or `calloc`, `realloc`, `free`) calls that function in a signal handler,
//! `preload-probe nothing` has a handler that does not. All exit with status 0, unless somebody
//! minds.

#![expect(unsafe_code, reason = "setting a handler, and calling what one must not")]

use std::ffi::c_void;
use std::hint::black_box;
use std::process::ExitCode;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

/// How often a handler was run to its end.
static CALLS: AtomicUsize = AtomicUsize::new(0);
/// Made by `main`, for those that take something.
static MEMORY: AtomicPtr<c_void> = AtomicPtr::new(null_mut());

type Handler = extern "C" fn(i32);
const HANDLERS: [(&str, Handler); 5] = [
    ("nothing", nothing),
    ("malloc", malloc),
    ("calloc", calloc),
    ("realloc", realloc),
    ("free", free),
];

fn main() -> ExitCode {
    let name = std::env::args().nth(1).unwrap_or_default();
    let Some((_, handler)) = HANDLERS.iter().find(|(known, _)| *known == name) else {
        eprintln!("usage: preload-probe nothing|malloc|calloc|realloc|free");
        return ExitCode::from(2);
    };
    let address = *handler as *const () as libc::sighandler_t;
    // SAFETY: the signal is raised here, outside of the allocator, so that any of the handlers may
    // run.
    let before = unsafe {
        MEMORY.store(black_box(libc::malloc(8)), Ordering::Relaxed);
        libc::signal(libc::SIGUSR1, address);
        libc::raise(libc::SIGUSR1);
        // Whoever asks what is installed gets what he installed himself.
        libc::signal(libc::SIGUSR1, address)
    };
    // Outside of a handler the allocator is everybody's.
    drop(black_box(vec![1_u8; 100]));
    let is_right = CALLS.load(Ordering::Relaxed) == 1 && before == address;
    if is_right { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

extern "C" fn nothing(_signal: i32) {
    CALLS.fetch_add(1, Ordering::Relaxed);
}

extern "C" fn malloc(signal: i32) {
    // SAFETY: see `main`, here and below. Used by nobody, so the compiler must not leave it out.
    black_box(unsafe { libc::malloc(8) });
    nothing(signal);
}

extern "C" fn calloc(signal: i32) {
    // SAFETY: as above.
    black_box(unsafe { libc::calloc(8, 1) });
    nothing(signal);
}

extern "C" fn realloc(signal: i32) {
    // SAFETY: `main` has made it with malloc, and does not use it.
    black_box(unsafe { libc::realloc(MEMORY.load(Ordering::Relaxed), 16) });
    nothing(signal);
}

extern "C" fn free(signal: i32) {
    // SAFETY: as above.
    unsafe { libc::free(MEMORY.load(Ordering::Relaxed)) };
    nothing(signal);
}
