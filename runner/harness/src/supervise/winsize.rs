//! The size of a terminal, see tty_ioctl(4).

use std::io;
use std::os::fd::{AsFd, AsRawFd};

/// How many characters a terminal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowSize {
    /// Lines of text.
    pub rows: u16,
    /// Characters in a line.
    pub columns: u16,
}

impl WindowSize {
    /// That of the terminal behind this descriptor. `None` if it is no terminal, or does not know
    /// its size (a serial line says 0 by 0).
    #[must_use]
    #[expect(unsafe_code, reason = "TIOCGWINSZ; nix has no call for it")]
    pub fn of(terminal: impl AsFd) -> Option<Self> {
        let mut size = libc::winsize { ws_row: 0, ws_col: 0, ws_xpixel: 0, ws_ypixel: 0 };
        // SAFETY: `size` outlives the call, and the descriptor is borrowed for it.
        let done =
            unsafe { libc::ioctl(terminal.as_fd().as_raw_fd(), libc::TIOCGWINSZ, &raw mut size) };
        let known = done == 0 && size.ws_row > 0 && size.ws_col > 0;
        known.then_some(Self { rows: size.ws_row, columns: size.ws_col })
    }

    #[expect(unsafe_code, reason = "TIOCSWINSZ; nix has no call for it")]
    pub(super) fn set(self, terminal: impl AsFd) -> io::Result<()> {
        let size =
            libc::winsize { ws_row: self.rows, ws_col: self.columns, ws_xpixel: 0, ws_ypixel: 0 };
        // SAFETY: as above.
        match unsafe {
            libc::ioctl(terminal.as_fd().as_raw_fd(), libc::TIOCSWINSZ, &raw const size)
        } {
            -1 => Err(io::Error::last_os_error()),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use nix::pty::openpty;

    use super::WindowSize;

    #[test]
    fn what_is_set_is_read() {
        let pty = openpty(None, None).unwrap();
        assert_eq!(WindowSize::of(&pty.slave), None);
        let size = WindowSize { rows: 15, columns: 40 };
        size.set(&pty.master).unwrap();
        assert_eq!(WindowSize::of(&pty.slave), Some(size));
    }

    #[test]
    fn a_pipe_has_no_size() {
        assert_eq!(WindowSize::of(std::io::pipe().unwrap().0), None);
    }
}
