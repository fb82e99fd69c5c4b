//! The letters that left a day late
//!
//! A mail gateway has a spool: a folder into which other programs put letters, one file each. Who
//! has put one in sends the gateway SIGUSR1, and the gateway sends the letter. That went well for a
//! year. When a newsletter went out, 400 letters were put in within a second; some thirty were sent,
//! and 370 lay in the spool. They were not stuck: with every later letter one of them left, the
//! oldest, and so each letter from then on waited for the next 370.
//!
//! What it does: says `ready`, and then, when it is sent SIGUSR1, sends the oldest letter and
//! removes its file. A letter's file has a number as its name, and older letters have smaller ones.
//! SIGTERM (or SIGINT) ends it: it says `bye`, with status 0.
//!
//! What it should do: leave no letter in the spool once it has been told of it, however many come
//! at a time, and also if one comes while another is being sent. Each is sent once. As long as
//! nobody sends it a signal it sleeps, and leaves the spool alone: the disk has to sleep as well.
//!
//! By hand, and then from another terminal:
//!
//! ```text
//! mkdir -p /tmp/spool; SPOOL=/tmp/spool cargo run -q -p signals --bin signals_do_not_queue
//! for n in $(seq 20); do touch /tmp/spool/$n; pkill -USR1 -x signals_do_not_; done
//! ls /tmp/spool
//! ```
//!
//! SPOOL is the folder. A letter takes WORLD_MS milliseconds, 200 unless set.

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
        // TODO: one signal, one letter?
        if let Some(letter) = oldest(&spool)? {
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
        // What is not called by a number is no letter (yet).
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
