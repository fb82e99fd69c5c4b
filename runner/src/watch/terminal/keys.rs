//! A thread that waits for keys.

use std::io::stdin;
use std::os::fd::AsFd;
use std::thread;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::unistd::read;

use super::parse::{Parser, Pressed};

/// How long the rest of a key's sequence may be under way, over a slow line too. A lone Esc is
/// known after this; at no other time is anything waited for but a key.
const REST_OF_A_SEQUENCE: u8 = 40;

/// Reads keys from standard input in a thread of its own, until the process ends or the terminal is
/// gone; that is told as `None`.
///
/// SIGTTIN keeps its default action: whoever reads from the background is stopped until the shell
/// calls it back.
pub fn read_keys(tell: impl Fn(Option<Pressed>) + Send + 'static) {
    thread::spawn(move || {
        let mut parser = Parser::default();
        let mut bytes = [0; 256];
        loop {
            let pressed = if parser.is_waiting() && !more_within(REST_OF_A_SEQUENCE) {
                parser.give_up_waiting()
            } else {
                match read(stdin(), &mut bytes) {
                    Ok(0) => break,
                    Ok(count) => parser.feed(bytes.get(..count).unwrap_or_default()),
                    Err(Errno::EINTR) => Vec::new(),
                    // Another program may have made our common terminal non-blocking.
                    Err(Errno::EAGAIN) => {
                        wait(PollTimeout::NONE);
                        Vec::new()
                    }
                    Err(_) => break,
                }
            };
            pressed.into_iter().for_each(|key| tell(Some(key)));
        }
        tell(None);
    });
}

fn more_within(milliseconds: u8) -> bool {
    wait(PollTimeout::from(milliseconds))
}

fn wait(timeout: PollTimeout) -> bool {
    let input = stdin();
    let mut readable = [PollFd::new(input.as_fd(), PollFlags::POLLIN)];
    // An error is met again by the read.
    poll(&mut readable, timeout).map_or(true, |ready| ready > 0)
}
