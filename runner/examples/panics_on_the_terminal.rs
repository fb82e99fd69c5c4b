//! Takes the terminal over as the watch does, and panics in another thread: for a test that looks at
//! what is left of the terminal.

use std::process::ExitCode;
use std::sync::mpsc;
use std::thread;

use faultlings::draw::Line;
use faultlings::watch::terminal::Terminal;

fn main() -> ExitCode {
    let (send, broken) = mpsc::channel();
    let told = move || {
        // The receiver is there until the end.
        let _ = send.send(());
    };
    let Ok(mut terminal) = Terminal::take(told) else { return ExitCode::from(2) };
    let drawn = terminal.draw(&[Line::plain("a screen")]);
    let panics = thread::spawn(|| panic!("a thread has panicked")).join();
    let heard = broken.recv();
    let refused = terminal.draw(&[Line::plain("nothing can be shown any more")]);
    let as_wanted = drawn.is_ok() && panics.is_err() && heard.is_ok() && refused.is_err();
    ExitCode::from(u8::from(!as_wanted))
}
