//! malloc(3) and its family: not in a handler.

use std::ffi::{c_int, c_void};
use std::mem;
use std::ptr::{copy_nonoverlapping, null_mut};

use crate::ask::in_the_allocator;
use crate::early;
use crate::handlers::handling;
use crate::next::Next;
use crate::verdict::end;

/// Ends the program if a handler is running on this thread; else has one run now, if that is wanted.
fn not_in_a_handler(function: &str) {
    if let Some(signal) = handling() {
        end(function, signal);
    }
    in_the_allocator();
}

static MALLOC: Next = Next::named(c"malloc");
static CALLOC: Next = Next::named(c"calloc");
static REALLOC: Next = Next::named(c"realloc");
static FREE: Next = Next::named(c"free");
static POSIX_MEMALIGN: Next = Next::named(c"posix_memalign");
static ALIGNED_ALLOC: Next = Next::named(c"aligned_alloc");

/// In the place of malloc(3).
///
/// # Safety
/// As there, and so with all that follow.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn malloc(size: usize) -> *mut c_void {
    not_in_a_handler("malloc");
    let next = MALLOC.address_if_known();
    if next.is_null() {
        return early::take(size);
    }
    // SAFETY: libc's function of this type.
    unsafe {
        let next: unsafe extern "C" fn(usize) -> *mut c_void = mem::transmute(next);
        next(size)
    }
}

/// In the place of calloc(3).
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn calloc(count: usize, size: usize) -> *mut c_void {
    not_in_a_handler("calloc");
    let next = CALLOC.address_if_known();
    if next.is_null() {
        return count.checked_mul(size).map_or(null_mut(), early::take);
    }
    // SAFETY: libc's function of this type.
    unsafe {
        let next: unsafe extern "C" fn(usize, usize) -> *mut c_void = mem::transmute(next);
        next(count, size)
    }
}

/// In the place of realloc(3).
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn realloc(memory: *mut c_void, size: usize) -> *mut c_void {
    not_in_a_handler("realloc");
    // SAFETY: libc's function of this type. Of early memory no more is copied than there is.
    unsafe {
        if let Some(there) = early::bytes_from(memory) {
            let new = malloc(size);
            if !new.is_null() {
                copy_nonoverlapping(memory.cast::<u8>(), new.cast(), size.min(there));
            }
            return new;
        }
        let next: unsafe extern "C" fn(*mut c_void, usize) -> *mut c_void =
            mem::transmute(REALLOC.address());
        next(memory, size)
    }
}

/// In the place of free(3).
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn free(memory: *mut c_void) {
    if memory.is_null() {
        return;
    }
    not_in_a_handler("free");
    if early::bytes_from(memory).is_none() {
        // SAFETY: libc's function of this type.
        unsafe {
            let next: unsafe extern "C" fn(*mut c_void) = mem::transmute(FREE.address());
            next(memory);
        }
    }
}

/// In the place of posix_memalign(3).
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn posix_memalign(
    memory: *mut *mut c_void,
    alignment: usize,
    size: usize,
) -> c_int {
    not_in_a_handler("posix_memalign");
    // SAFETY: libc's function of this type.
    unsafe {
        let next: unsafe extern "C" fn(*mut *mut c_void, usize, usize) -> c_int =
            mem::transmute(POSIX_MEMALIGN.address());
        next(memory, alignment, size)
    }
}

/// In the place of aligned_alloc(3).
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn aligned_alloc(alignment: usize, size: usize) -> *mut c_void {
    not_in_a_handler("aligned_alloc");
    // SAFETY: libc's function of this type.
    unsafe {
        let next: unsafe extern "C" fn(usize, usize) -> *mut c_void =
            mem::transmute(ALIGNED_ALLOC.address());
        next(alignment, size)
    }
}
