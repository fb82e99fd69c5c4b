//! Signals, brought to the main loop, which is where they are acted on.

use std::io;
use std::process;
use std::thread;

use nix::sys::signal::{SigSet, Signal};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGWINCH};
use signal_hook::iterator::Signals;

use super::mode::give_back;

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signalled {
    /// End, by this signal.
    End(i32),
    /// Stop until SIGCONT.
    Stop,
    /// We go on after a stop, which may have been by SIGSTOP: that cannot be noticed.
    Continued,
    /// The terminal has another size.
    Resized,
}

/// Holds SIGTSTP back in this thread and in those that it starts, so that Ctrl-Z stops us only
/// after the terminal was given back. To be called before any thread is started; children are not
/// concerned, since the supervisor lets them begin with nothing held back.
///
/// # Errors
/// As pthread_sigmask(3), which has no reason to fail here.
pub fn hold_back_ctrl_z() -> io::Result<()> {
    Ok(SigSet::from(Signal::SIGTSTP).thread_block()?)
}

/// Tells of signals from threads of their own, for as long as the process lives. The second signal
/// that asks for the end gets it, whatever the main loop is waiting for: the wardens end what we
/// had started.
///
/// # Errors
/// No handler can be set, or no pipe made for them.
pub fn forward(tell: impl Fn(Signalled) + Send + Clone + 'static) -> io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGCONT])?;
    let tell_of_stops = tell.clone();
    thread::spawn(move || {
        let mut asked = false;
        for signal in signals.forever() {
            tell(match signal {
                SIGWINCH => Signalled::Resized,
                SIGCONT => Signalled::Continued,
                ending if asked => {
                    give_back();
                    process::exit(128 + ending);
                }
                ending => {
                    asked = true;
                    Signalled::End(ending)
                }
            });
        }
    });
    // sigwait(3) takes what is held back. Unlike a handler it leaves the default action in place,
    // which is what stops us in the end, see `Terminal::suspend`.
    thread::spawn(move || {
        let ctrl_z = SigSet::from(Signal::SIGTSTP);
        while ctrl_z.wait().is_ok() {
            tell_of_stops(Signalled::Stop);
        }
    });
    Ok(())
}
