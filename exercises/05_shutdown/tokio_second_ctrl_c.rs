//! The upload that could not be given up
//!
//! A photographer's program uploads one picture after the other. Ctrl-C ends it properly: the
//! picture that is under way arrives, no other is begun. One evening, with a train to catch, the
//! connection hung. She pressed Ctrl-C, and the program said that it was draining; she pressed it
//! again, and again, and nothing happened. She pulled the battery, and lost what another program
//! was writing. The manual says: once to finish, twice to give up. Its author had nothing to write
//! for the second half, as Ctrl-C ends a program anyway.
//!
//! What it does: uploads the pictures FIRST, FIRST + 1 and so on. At Ctrl-C (SIGINT) it says so,
//! finishes the upload in hand, says how many arrived, and ends with status 0:
//!
//! ```text
//! draining, Ctrl-C again to give up
//! stopped after 7 uploads
//! ```
//!
//! What it should do: just that; and at the second Ctrl-C, however soon or late it comes, it should
//! give up and end at once, with the status of a program that was interrupted: 130.
//!
//! By hand, with uploads that take a minute, pressing Ctrl-C twice (Ctrl-\ ends it anyway):
//!
//! ```text
//! WORLD_MS=60000 cargo run -q -p shutdown --bin tokio_second_ctrl_c -- 7; echo "status $?"
//! ```
//!
//! FIRST is 1 unless you give it.

use std::process::ExitCode;
use std::{env, io};

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<ExitCode> {
    let first = env::args().nth(1).and_then(|first| first.parse().ok()).unwrap_or(1);

    // From here on SIGINT does not end this process any more: it is an item of this stream.
    let mut interrupts = signal(SignalKind::interrupt())?;
    let (stop, is_stopping) = watch::channel(false);
    let uploads = tokio::spawn(upload_from(first, is_stopping));
    println!("ready");

    interrupts.recv().await;
    println!("draining, Ctrl-C again to give up");
    stop.send_replace(true);
    // TODO: who hears the second Ctrl-C?
    let count = uploads.await?;
    println!("stopped after {count} uploads");
    Ok(ExitCode::SUCCESS)
}

/// Uploads one picture after the other, looks between two of them whether to stop, and counts.
async fn upload_from(first: u64, is_stopping: watch::Receiver<bool>) -> u64 {
    let mut count = 0;
    for picture in first.. {
        if *is_stopping.borrow() {
            break;
        }
        match world::act_async("upload", picture).await {
            Ok(()) => count += 1,
            Err(refused) => println!("picture {picture}: {refused}"),
        }
    }
    count
}
