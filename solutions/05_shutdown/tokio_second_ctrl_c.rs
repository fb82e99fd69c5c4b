//! The upload that could not be given up: solved
//!
//! Ctrl-C ends a program as long as the action of SIGINT is the default one. tokio put a handler in
//! its place when the stream was made, and leaves it there until the process ends, whether anybody
//! listens to the stream or not. So the second SIGINT did arrive; it became an item of a stream
//! that nobody read any more.
//!
//! What changes: while the program drains, it listens on.

use std::process::{self, ExitCode};
use std::{env, io};

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<ExitCode> {
    let first = env::args().nth(1).and_then(|first| first.parse().ok()).unwrap_or(1);

    // Before `ready`: a SIGINT that comes earlier still has the default action, and ends a program
    // that has nothing to finish. `tokio::signal::ctrl_c()` would put its handler in place when it
    // is first polled, which is later than it looks.
    let mut interrupts = signal(SignalKind::interrupt())?;
    let (stop, is_stopping) = watch::channel(false);
    let uploads = tokio::spawn(upload_from(first, is_stopping));
    println!("ready");

    interrupts.recv().await;
    println!("draining, Ctrl-C again to give up");
    stop.send_replace(true);
    // The same stream, not a new one: a stream delivers what came since it was made, so with this
    // one there is no gap between the first Ctrl-C and the second, in which one could be lost. (Two
    // that come before the first is read are one; signals do not queue.)
    //
    // The uploads are a task of their own, and here we only wait for it. Had the first `recv` been
    // in one `select!` with the upload, the upload would have been dropped there and then, half done.
    tokio::select! {
        count = uploads => {
            println!("stopped after {} uploads", count?);
            Ok(ExitCode::SUCCESS)
        }
        _ = interrupts.recv() => {
            // 128 + 2: what a shell shows for a program that SIGINT ended, and scripts ask for. Not
            // 0, as not all is done; not 1, as nothing failed: somebody wanted it.
            //
            // `exit` rather than a return from main: returning drops the runtime, and that waits
            // for whatever runs on its blocking pool. Giving up must not wait for anything.
            println!("gave up, the last upload is not complete");
            process::exit(130)
        }
    }
    // There is another way: after the first SIGINT put the default action back (sigaction(2) with
    // SIG_DFL), and the second one ends the process by itself. The shell then even learns that it
    // was a signal, and stops a loop that the program was called in. It leaves no chance for a last
    // word, and none to restore a terminal.
    //
    // For `docker stop` and systemd the same is due at SIGTERM, and a limit for the drain, since
    // they send SIGKILL instead of a second SIGTERM.
    //
    // signal(7), bash(1) under "EXIT STATUS"; tokio::signal::unix::Signal under "Caveats"
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
