//! Taking the terminal over and giving it back.

use std::io::{self, IsTerminal, stdin, stdout};
use std::panic;
use std::sync::{Mutex, PoisonError};

use harness::supervise::WindowSize;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, Signal, raise};
use nix::sys::termios::{
    FlushArg, InputFlags, LocalFlags, SetArg, SpecialCharacterIndices, Termios, tcflush, tcgetattr,
    tcsetattr,
};
use nix::unistd::write;
use std::os::fd::AsFd;

use super::paint::Painter;
use crate::draw::Line;
use crate::watch::event::Size;

/// How the terminal was before we took it. In a static, since a panic in any thread gives it back.
static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

/// The alternate screen, cursor hidden, no wrapping at the right edge (so that a character whose
/// width the terminal knows better cannot push the screen up), pasted text between marks.
const TAKE: &[u8] = b"\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2004h\x1b[2J";
/// All of that undone, and a synchronized update ended that may have been cut off.
const GIVE_BACK: &[u8] = b"\x1b[?2026l\x1b[0m\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[?1049l";

/// The terminal, taken over until this is dropped.
#[derive(Debug)]
pub struct Terminal {
    painter: Painter,
}

impl Terminal {
    /// Whether standard input and output are a terminal whose cursor can be moved.
    #[must_use]
    pub fn is_there() -> bool {
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        stdin().is_terminal() && stdout().is_terminal() && !dumb
    }

    /// Whether it is known what to do with a link (OSC 8). The console of Linux prints it.
    #[must_use]
    pub fn knows_links() -> bool {
        std::env::var_os("TERM").is_some_and(|term| term != "linux")
    }

    /// Takes the terminal over. `broken` is called, from whichever thread it was, after a panic has
    /// given it back: nothing can be shown any more.
    ///
    /// # Errors
    /// Standard input or output is no terminal, or it is gone.
    pub fn take(broken: impl Fn() + Send + Sync + 'static) -> io::Result<Self> {
        take()?;
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            give_back();
            previous(info);
            broken();
        }));
        Ok(Self { painter: Painter::default() })
    }

    /// Shows these lines from the top of the screen.
    ///
    /// # Errors
    /// The terminal is gone, or a panic has given it back.
    pub fn draw(&mut self, lines: &[Line]) -> io::Result<()> {
        if BEFORE.lock().unwrap_or_else(PoisonError::into_inner).is_none() {
            return Err(io::ErrorKind::NotConnected.into());
        }
        write_all(&self.painter.paint(lines))
    }

    /// Its size; 80 by 24 where it does not know.
    #[must_use]
    pub fn size() -> Size {
        match WindowSize::of(stdout()) {
            Some(WindowSize { rows, columns }) => {
                Size { columns: columns.into(), rows: rows.into() }
            }
            None => Size { columns: 80, rows: 24 },
        }
    }

    /// Gives the terminal back and stops this process as Ctrl-Z does. Returns when it goes on, with
    /// the terminal taken over again.
    ///
    /// The stop is the default action of SIGTSTP, which the kernel leaves out where no shell would
    /// ever let us go on (an orphaned process group, see setpgid(2)). It is raised while it is held
    /// back and then let through, so that it strikes here and not a moment later, in raw mode.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn suspend(&mut self) -> io::Result<()> {
        give_back();
        let tstp = SigSet::from(Signal::SIGTSTP);
        raise(Signal::SIGTSTP)?;
        tstp.thread_unblock()?;
        tstp.thread_block()?;
        self.resume()
    }

    /// Takes the terminal over again: after a stop, whoever had it meanwhile may have changed it.
    /// In the background this stops once more, until the shell puts us in the foreground.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn resume(&mut self) -> io::Result<()> {
        take()?;
        self.painter.forget();
        Ok(())
    }

    /// Paints the next screen whole, since something else has written over the last one.
    pub fn forget(&mut self) {
        self.painter.forget();
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        give_back();
    }
}

fn take() -> io::Result<()> {
    let mut before = BEFORE.lock().unwrap_or_else(PoisonError::into_inner);
    let saved = match &*before {
        Some(saved) => saved.clone(),
        None => tcgetattr(stdin())?,
    };
    let mut ours = saved.clone();
    // Keys come one by one and are not echoed. The signal keys stay signals: Ctrl-C and Ctrl-Z are
    // for the whole foreground group, a shell script around us included. Ctrl-S is what people
    // press to save, in the wrong window too: it must not freeze the screen.
    ours.local_flags.remove(LocalFlags::ICANON | LocalFlags::ECHO | LocalFlags::IEXTEN);
    ours.input_flags.remove(InputFlags::IXON);
    ours.control_chars[SpecialCharacterIndices::VMIN as usize] = 1;
    ours.control_chars[SpecialCharacterIndices::VTIME as usize] = 0;
    tcsetattr(stdin(), SetArg::TCSANOW, &ours)?;
    *before = Some(saved);
    // From here on we own the terminal, and setting it back must work even if a program has made
    // itself the foreground meanwhile: held back, SIGTTOU counts as ignored, see tcsetattr(3).
    SigSet::from(Signal::SIGTTOU).thread_block()?;
    write_all(TAKE)
}

/// Gives the terminal back, once. Errors are of no interest: then it is gone.
pub(super) fn give_back() {
    let Ok(mut before) = BEFORE.try_lock() else { return };
    let Some(saved) = before.take() else { return };
    let _ = write_all(GIVE_BACK);
    // Keys that nobody has read are not for the shell.
    let _ = tcflush(stdin(), FlushArg::TCIFLUSH);
    let _ = tcsetattr(stdin(), SetArg::TCSANOW, &saved);
    let _ = SigSet::from(Signal::SIGTTOU).thread_unblock();
}

/// Writes past std's buffer and its lock, which a thread that panics may hold.
fn write_all(mut bytes: &[u8]) -> io::Result<()> {
    let out = stdout();
    while !bytes.is_empty() {
        match write(out.as_fd(), bytes) {
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
            Err(Errno::EINTR) => {}
            // Another program may have made our common terminal non-blocking.
            Err(Errno::EAGAIN) => {
                let mut room = [PollFd::new(out.as_fd(), PollFlags::POLLOUT)];
                poll(&mut room, PollTimeout::NONE)?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
