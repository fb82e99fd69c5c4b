//! Acting, for a task that must not keep its thread.

use std::io;
use std::path::Path;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;

use crate::act::{LEDGER, line};
use crate::by_hand;
use crate::refused::Refused;

/// [`act`](crate::act) for async programs. The runtime needs its I/O and time drivers
/// (`enable_all`, which `#[tokio::main]` does).
///
/// Dropping the future in the middle hangs up. Whether it was done is then unknown.
///
/// # Errors
/// As [`act`](crate::act).
pub async fn act_async(what: &str, id: u64) -> Result<(), Refused> {
    match std::env::var_os(LEDGER) {
        Some(address) => {
            let answer = ask(address.as_ref(), what, id).await;
            Refused::read(&answer.map_err(|error| Refused::lost(&error))?)
        }
        None => {
            tokio::time::sleep(by_hand::duration()).await;
            by_hand::say(what, id);
            Ok(())
        }
    }
}

async fn ask(address: &Path, what: &str, id: u64) -> io::Result<String> {
    let mut stream = UnixStream::connect(address).await?;
    stream.write_all(line(what, id).as_bytes()).await?;
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer).await?;
    Ok(answer)
}
