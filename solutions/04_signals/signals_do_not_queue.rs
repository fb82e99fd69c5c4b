//! The letters that left a day late: solved
//!
//! A signal is not a message. The kernel keeps one bit for each standard signal of a process: sent
//! or not. Whoever sends SIGUSR1 a second time sets a bit that is set, and the receiver is
//! interrupted once. So a signal can say "look", and never "one more". How many there are, the spool
//! says.
//!
//! One word changes: `if let` becomes `while let`.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use signal_hook::consts::{SIGINT, SIGTERM, SIGUSR1};
use signal_hook::iterator::Signals;
use world::act;

fn main() -> Result<(), Box<dyn Error>> {
    let spool = match env::var_os("SPOOL") {
        Some(folder) => PathBuf::from(folder),
        None => env::temp_dir().join("spool"),
    };
    fs::create_dir_all(&spool)?;

    let mut signals = Signals::new([SIGUSR1, SIGTERM, SIGINT])?;
    println!("ready");
    for signal in signals.forever() {
        if signal != SIGUSR1 {
            break;
        }
        // Until the spool is empty, and looking again after each letter. A letter that is put in
        // meanwhile is found by the next look; one that comes just after the last look has its
        // signal, which was taken by `forever` or will be, and that means another round. There is
        // no gap, because the order is always the same: first the signal is taken, then one looks.
        // The other way round (look, then clear the flag) loses what came in between.
        //
        // Counting does not help, wherever it is done: `flag::register_usize`, a handler that adds
        // one, an iterator that brings each signal with its sender (`WithOrigin`). Two that are
        // pending are one before any of these gets to see them. What does queue are the realtime
        // signals (SIGRTMIN and up, sigqueue(3)), up to RLIMIT_SIGPENDING, and the senders would
        // have to send those. Who wants messages takes a pipe or a socket.
        //
        // Being told once too often costs one look at an empty folder.
        while let Some(letter) = oldest(&spool)? {
            send(&spool, letter)?;
        }
    }
    println!("bye");
    Ok(())
}

/// The letter with the smallest number, if there is any.
fn oldest(spool: &Path) -> io::Result<Option<u64>> {
    let mut oldest = None;
    for entry in fs::read_dir(spool)? {
        // What is not called by a number is no letter (yet). Whoever puts one in writes it under
        // another name first and renames it, so that nobody sends half a letter.
        let number = entry?.file_name().to_str().and_then(|name| name.parse().ok());
        oldest = [oldest, number].into_iter().flatten().min();
    }
    Ok(oldest)
}

/// Sends a letter and removes it from the spool.
fn send(spool: &Path, letter: u64) -> Result<(), Box<dyn Error>> {
    act("send", letter)?;
    fs::remove_file(spool.join(letter.to_string()))?;
    println!("sent letter {letter}");
    Ok(())
}

// What lies in the spool when the program starts had its signal while nobody was there to get it. A
// daemon that is to survive its own restarts looks once before the loop, and a careful one looks
// every few minutes too. This one was asked to leave the disk alone.
//
// signal(7) under "Queueing and delivery semantics for standard signals"; sigqueue(3)
