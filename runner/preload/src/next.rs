//! Finding the functions that ours stand before.

use std::cell::Cell;
use std::ffi::{CStr, c_void};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering};

thread_local! {
    static SEARCHING: Cell<bool> = const { Cell::new(false) };
}

/// The function of this name in the libraries after this one, looked up once.
pub(crate) struct Next {
    name: &'static CStr,
    found: AtomicPtr<c_void>,
}

impl Next {
    pub(crate) const fn named(name: &'static CStr) -> Self {
        Self { name, found: AtomicPtr::new(null_mut()) }
    }

    /// Where it is; null while it is being looked for, since older versions of dlsym(3) allocate.
    pub(crate) fn address_if_known(&self) -> *mut c_void {
        let found = self.found.load(Ordering::Acquire);
        if !found.is_null() || SEARCHING.get() {
            return found;
        }
        SEARCHING.set(true);
        // SAFETY: the name ends with a zero byte.
        let found = unsafe { libc::dlsym(libc::RTLD_NEXT, self.name.as_ptr()) };
        SEARCHING.set(false);
        self.found.store(found, Ordering::Release);
        found
    }

    /// Where it is. A libc without it is none, and the program is ended.
    pub(crate) fn address(&self) -> *mut c_void {
        let address = self.address_if_known();
        if address.is_null() {
            // SAFETY: no arguments, no return.
            unsafe { libc::abort() }
        }
        address
    }
}
