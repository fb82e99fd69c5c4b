//! The print shop that could open nothing after lunch: solved
//!
//! `into_raw_fd` takes the descriptor out of the `File`: from there on it is a number, nobody's,
//! and nothing closes it. Each file that was opened took one more of the 1024 that a process may
//! have, and each folder too: open(2) opens a folder willingly, it is read(2) that refuses.
//!
//! What changes: the `File` stays the owner, and the number is only lent.

use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, RawFd};

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
    // Two lines, not one: in `File::open(name)?.as_raw_fd()` the file is a temporary, and is closed
    // at the end of that line. The number would remain, and mean nothing, or what somebody else
    // opens next.
    let file = File::open(name)?;
    let fd = file.as_raw_fd();
    let (mut lines, mut bytes) = (0, 0);
    let mut buffer = [0; 4096];
    loop {
        // This `?` is why a close at the foot of the function is not enough. C programs jump to
        // such a place by hand, from each of their exits; here every exit passes by the drop of
        // `file`, those that will be written next year included.
        let part = match read(fd, &mut buffer)? {
            0 => break,
            length => &buffer[..length],
        };
        lines += part.iter().filter(|&&byte| byte == b'\n').count();
        bytes += part.len();
    }
    // No close(2) by hand beside an owner: its drop would close the number again, and by then the
    // number may be another thread's file. In a debug build std notices when the number is free,
    // and aborts; in a release build nobody does.
    Ok((lines, bytes))
}

/// read(2): the length of what came, 0 at the end.
fn read(fd: RawFd, buffer: &mut [u8]) -> io::Result<usize> {
    // SAFETY: the buffer is ours, and as long as we say.
    let length = unsafe { libc::read(fd, buffer.as_mut_ptr().cast(), buffer.len()) };
    usize::try_from(length).map_err(|_| io::Error::last_os_error())
}

// The types say it all. `OwnedFd` (and with it `File`, `TcpStream`, `PipeReader`) closes;
// `BorrowedFd<'_>` and `impl AsFd` use and cannot outlive the owner; `RawFd` is a number. A
// descriptor that comes out of C is made an owner in one line, `OwnedFd::from_raw_fd`, and then
// the question does not come up again. Raising the limit answers another question: how many one
// needs at the same time.
//
// close(2), getrlimit(2) under RLIMIT_NOFILE; std::os::fd, std::io::Read for File does all of this
