//! The stocktaking that ended when somebody asked how far it was
//!
//! Once a year the whole warehouse is counted. The scanners send a line for each shelf, and this
//! program adds them up until the last scanner is switched off. It takes a day, and so last year it
//! was taught to answer a question: whoever sends it SIGUSR1 is told how far it is. Somebody asked
//! at noon. The answer was `Interrupted system call (os error 4)`, and there was nothing left to ask
//! again.
//!
//! What it does: reads lines from its standard input, a number in each, and adds them up. At the end
//! of the input it says so, and ends:
//!
//! ```text
//! stocktaking: 3 shelves, 1310 pieces
//! ```
//!
//! What it should do: just that, and answer each SIGUSR1 at once, also while no scanner sends
//! anything, and however often it is asked:
//!
//! ```text
//! so far: 2 shelves, 1300 pieces
//! ```
//!
//! By hand, typing some numbers, and then in another terminal; then some more, and Ctrl-D:
//!
//! ```text
//! cargo run -q -p pipes --bin eintr_is_not_an_error
//! kill -USR1 "$(pgrep -x eintr_is_not_an)"
//! ```

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};
use nix::unistd::read;

/// Somebody asked, and was not answered yet.
static ASKED: AtomicBool = AtomicBool::new(false);

extern "C" fn note(_signal: i32) {
    ASKED.store(true, Ordering::Relaxed);
}

fn main() -> io::Result<()> {
    // Without SA_RESTART: the question is to wake us when we sleep in read.
    let action = SigAction::new(SigHandler::Handler(note), SaFlags::empty(), SigSet::empty());
    // SAFETY: the handler stores to an atomic and does nothing else.
    unsafe { sigaction(Signal::SIGUSR1, &action) }?;
    println!("ready");

    let mut counted = Counted::default();
    // What has come of a line whose end has not.
    let mut begun = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        // TODO: by which of its two ways does read come back when a signal came?
        let count = read(io::stdin(), &mut buffer)?;
        if count == 0 {
            break;
        }
        begun.extend_from_slice(&buffer[..count]);
        while let Some(end) = begun.iter().position(|&byte| byte == b'\n') {
            let line: Vec<u8> = begun.drain(..=end).collect();
            counted.add(&line);
        }
        if ASKED.swap(false, Ordering::Relaxed) {
            println!("so far: {}", counted.in_words());
        }
    }
    println!("stocktaking: {}", counted.in_words());
    Ok(())
}

#[derive(Default)]
struct Counted {
    shelves: u64,
    pieces: u64,
}

impl Counted {
    fn add(&mut self, line: &[u8]) {
        self.shelves += 1;
        self.pieces += String::from_utf8_lossy(line).trim().parse::<u64>().unwrap_or(0);
    }

    fn in_words(&self) -> String {
        format!("{} shelves, {} pieces", self.shelves, self.pieces)
    }
}
