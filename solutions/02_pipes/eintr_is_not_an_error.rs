//! The stocktaking that ended when somebody asked how far it was: solved
//!
//! A signal that has a handler takes the process out of read(2). The handler runs, and then the call
//! either begins anew, if the handler was installed with SA_RESTART, or returns the error EINTR: "I
//! was interrupted before there was anything to read". Nothing is wrong, nothing is lost; the bytes
//! that come later are there for the next read. So EINTR means "do what the signal is about, and
//! call again".
//!
//! One line becomes four.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use nix::errno::Errno;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};
use nix::unistd::read;

/// Somebody asked, and was not answered yet.
static ASKED: AtomicBool = AtomicBool::new(false);

extern "C" fn note(_signal: i32) {
    ASKED.store(true, Ordering::Relaxed);
}

fn main() -> io::Result<()> {
    // Without SA_RESTART: the question is to wake us when we sleep in read.
    //
    // With it, the error never comes, and neither does the answer before the next line does: the
    // kernel goes back to sleep on our behalf. That is right where a signal has nothing to say to
    // whoever is in read. `signal_hook` and glibc's signal(3) install their handlers so.
    let action = SigAction::new(SigHandler::Handler(note), SaFlags::empty(), SigSet::empty());
    // SAFETY: the handler stores to an atomic and does nothing else.
    unsafe { sigaction(Signal::SIGUSR1, &action) }?;
    println!("ready");

    let mut counted = Counted::default();
    // What has come of a line whose end has not. It outlives an interruption.
    let mut begun = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        match read(io::stdin(), &mut buffer) {
            // The end of the input, and nothing else is.
            Ok(0) => break,
            Ok(count) => {
                begun.extend_from_slice(&buffer[..count]);
                while let Some(end) = begun.iter().position(|&byte| byte == b'\n') {
                    let line: Vec<u8> = begun.drain(..=end).collect();
                    counted.add(&line);
                }
            }
            // Not an error and not the end. To call again at once would be a loop without an answer;
            // the answer is given below, and then the loop calls again, as often as it takes.
            Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno.into()),
        }
        // A signal that came while we were adding up has interrupted no read: hence in each turn.
        //
        // There is a gap left. A signal between this line and the read finds no call to interrupt,
        // and is answered when the next line comes. Where that is too late, the signal has to become
        // something that can be waited for together with the input: ppoll(2), which unblocks it for
        // the time of the wait and not a moment longer, or a pipe that the handler writes into, as
        // `signal_hook` and tokio do it. See the chapter on signals.
        if ASKED.swap(false, Ordering::Relaxed) {
            println!("so far: {}", counted.in_words());
        }
    }
    println!("stocktaking: {}", counted.in_words());
    Ok(())

    // Who calls again by itself: `read_exact`, `read_to_end`, `read_until`, `read_line`, `lines`,
    // `write_all` and `io::copy` of std, `Child::wait`, `thread::sleep`. Who does not, and returns
    // ErrorKind::Interrupted: `Read::read`, `Write::write`, and nix and libc throughout. So in most
    // programs EINTR is met late, in the first line that was written closer to the kernel.
    //
    // signal(7) under "Interruption of system calls and library functions", read(2) under EINTR
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
