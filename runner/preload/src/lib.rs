//! A library for `LD_PRELOAD` (ld.so(8)) that ends a program which calls the allocator in a signal
//! handler.
//!
//! malloc(3) and free(3) are not among the functions of signal-safety(7), and calling them there
//! goes well nearly always: no pressure from outside makes the fault show. So they are watched from
//! inside. A program that is started with this library finds its `sigaction`, `signal`, `malloc` and
//! so on here before it finds libc's. Handlers are wrapped, so that it is known when one runs; the
//! allocator's functions ask for that, and then call libc's.
//!
//! What is found is said on descriptor 2, as `preload: malloc was called in the handler of signal
//! 10`, and the program is ended by abort(3).
//!
//! It also sends the program a signal at a moment that it is told of by the environment, see `ask`.
//!
//! Not seen: handlers that were installed by a system call without libc, an allocator that a program
//! brings along, and the handlers of faults (SIGSEGV and the like), which are not wrapped.

#![expect(unsafe_code, reason = "functions in the place of libc's")]

#[cfg(target_os = "linux")]
mod allocator;
#[cfg(target_os = "linux")]
mod ask;
#[cfg(target_os = "linux")]
mod early;
#[cfg(target_os = "linux")]
mod handlers;
#[cfg(target_os = "linux")]
mod next;
#[cfg(target_os = "linux")]
mod verdict;
