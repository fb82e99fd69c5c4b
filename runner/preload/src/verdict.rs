//! Saying what was found, with async-signal-safe functions alone.

use std::ffi::c_int;
use std::io::Write as _;

use crate::handlers::forget;

/// Says which function was called in the handler of which signal, and ends the program.
pub(crate) fn end(function: &str, signal: c_int) -> ! {
    // abort(3) may allocate, and that is not the program's doing.
    forget();
    let mut line = [0_u8; 128];
    let mut rest = &mut line[..];
    // Too long for the buffer it cannot be; then half a line is better than none.
    let _ = writeln!(rest, "preload: {function} was called in the handler of signal {signal}");
    let left = rest.len();
    let length = line.len() - left;
    // SAFETY: the line outlives the call.
    unsafe {
        libc::write(2, line.as_ptr().cast(), length);
        libc::abort()
    }
}
