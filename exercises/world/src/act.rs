//! Acting, for a thread that can wait.

use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

use crate::by_hand;
use crate::refused::Refused;

/// The variable that names the socket of whoever plays the world.
pub(crate) const LEDGER: &str = "FAULTLINGS_LEDGER";

/// Does `what` to `id`, as in `act("charge", 4711)`, and returns when it is done. `what` is one
/// word.
///
/// By hand it takes `WORLD_MS` milliseconds (200 unless set) and prints `charge 4711: done`.
///
/// # Errors
/// [`Refused`] when the world said no, or could not be asked. Without an answer nobody knows whether
/// it was done, as with every call over a wire: see [`Refused::code`].
pub fn act(what: &str, id: u64) -> Result<(), Refused> {
    match std::env::var_os(LEDGER) {
        Some(address) => {
            let answer = ask(address.as_ref(), what, id).map_err(|error| Refused::lost(&error))?;
            Refused::read(&answer)
        }
        None => {
            by_hand::pause();
            by_hand::say(what, id);
            Ok(())
        }
    }
}

/// The answer's line, empty at end of file.
fn ask(address: &Path, what: &str, id: u64) -> io::Result<String> {
    let mut stream = UnixStream::connect(address)?;
    stream.write_all(line(what, id).as_bytes())?;
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer)?;
    Ok(answer)
}

pub(crate) fn line(what: &str, id: u64) -> String {
    format!("act {what} {id}\n")
}
