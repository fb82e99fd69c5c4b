//! The print shop that could open nothing after lunch
//!
//! A print shop's service measures the files that customers hand in, so that somebody can say what
//! it will cost. In the morning all is well. Some time after lunch it answers `Too many open files`
//! to every customer, and is restarted; on Mondays, when whole folders are dragged into the window,
//! it happens before lunch. Somebody raised the limit from 1024 to 65536. Since then it happens on
//! Thursdays.
//!
//! The part that reads a file was translated from C, call by call.
//!
//! What it does: every line of the standard input names a file; the answer is its size or what is
//! wrong with it. When the input ends, it ends with status 0.
//!
//! ```text
//! leaflet.txt: 12 lines, 345 bytes
//! photos: Is a directory (os error 21)
//! brochure.txt: No such file or directory (os error 2)
//! ```
//!
//! What it should do: just that, for as many customers as may come.
//!
//! By hand, in one terminal, typing `/etc/passwd`, `/etc`, `/no/such/file`; and after each of them
//! in another terminal:
//!
//! ```text
//! cargo run -q -p descriptors --bin fd_leak_loop
//! ls -l /proc/$(pgrep -x fd_leak_loop)/fd
//! ```

use std::fs::File;
use std::io;
use std::os::fd::{IntoRawFd, RawFd};

fn main() -> io::Result<()> {
    for line in io::stdin().lines() {
        let name = line?;
        match measure(&name) {
            Ok((lines, bytes)) => println!("{name}: {lines} lines, {bytes} bytes"),
            Err(error) => println!("{name}: {error}"),
        }
    }
    Ok(())
}

/// Counts the lines and bytes of a file.
fn measure(name: &str) -> io::Result<(usize, usize)> {
    // TODO: from here on, whose is the descriptor?
    let fd = File::open(name)?.into_raw_fd();
    let (mut lines, mut bytes) = (0, 0);
    let mut buffer = [0; 4096];
    loop {
        let part = match read(fd, &mut buffer)? {
            0 => break,
            length => &buffer[..length],
        };
        lines += part.iter().filter(|&&byte| byte == b'\n').count();
        bytes += part.len();
    }
    Ok((lines, bytes))
}

/// read(2): the length of what came, 0 at the end.
fn read(fd: RawFd, buffer: &mut [u8]) -> io::Result<usize> {
    // SAFETY: the buffer is ours, and as long as we say.
    let length = unsafe { libc::read(fd, buffer.as_mut_ptr().cast(), buffer.len()) };
    usize::try_from(length).map_err(|_| io::Error::last_os_error())
}
