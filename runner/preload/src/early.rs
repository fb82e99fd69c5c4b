//! A little memory for the time before libc's allocator has been found.

use std::cell::UnsafeCell;
use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicUsize, Ordering};

/// dlsym(3) has never wanted more than a few hundred bytes.
const SIZE: usize = 16 * 1024;
/// What malloc(3) promises.
const ALIGNMENT: usize = 16;

#[repr(align(16))]
struct Memory(UnsafeCell<[u8; SIZE]>);

// SAFETY: every part of it is handed out once.
unsafe impl Sync for Memory {}

static MEMORY: Memory = Memory(UnsafeCell::new([0; SIZE]));
static USED: AtomicUsize = AtomicUsize::new(0);

/// Zeroed bytes that are never given back; null when there are no more.
pub(crate) fn take(size: usize) -> *mut c_void {
    let size = size.next_multiple_of(ALIGNMENT).max(ALIGNMENT);
    let start = USED.fetch_add(size, Ordering::Relaxed);
    if start.saturating_add(size) > SIZE {
        return null_mut();
    }
    // SAFETY: within the array, as just looked at.
    unsafe { MEMORY.0.get().cast::<u8>().add(start).cast() }
}

/// How many bytes there are from this address to the end, if it is one of ours.
pub(crate) fn bytes_from(address: *mut c_void) -> Option<usize> {
    let at = (address as usize).checked_sub(MEMORY.0.get() as usize)?;
    SIZE.checked_sub(at).filter(|&left| left > 0)
}
