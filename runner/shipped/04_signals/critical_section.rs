//! The transfer that took and did not give
//!
//! A bank moves its day's transfers at night. A transfer changes two accounts, each a file, and in
//! between the auditor's office is asked. One night the machine was shut down for a new kernel.
//! SIGTERM was sent to every process, as it should be, and in the morning one account was short of
//! its money, and no other had it.
//!
//! What it does: makes COUNT transfers, numbered from FIRST on, of 100 from the account `giver` to
//! the account `taker`, and says of each that it is `done`, or `not done` when the auditors refuse
//! it: then both accounts are as before. When it is sent SIGUSR1 it says how many were done, as soon
//! as none is in hand:
//!
//! ```text
//! status: 2 done
//! ```
//!
//! What it should do when it is sent SIGTERM: end, as any program does (a shell shows status 143),
//! before it begins another transfer, but never in the middle of one. One that is in hand is done
//! first, or given up and taken back if the auditors refuse it. In everything else it stays as it is.
//!
//! By hand, and then from another terminal, in the middle of a transfer:
//!
//! ```text
//! WORLD_MS=3000 cargo run -q -p signals --bin critical_section -- 5 1
//! pkill -TERM -x critical_sectio; head /tmp/bank/*
//! ```
//!
//! BANK is the folder of the accounts, `bank` in the folder for temporary files unless set. An
//! account that is not there is opened with 1000. The auditors take WORLD_MS milliseconds.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use world::act;

/// What one transfer moves.
const AMOUNT: i64 = 100;

fn main() -> Result<(), Box<dyn Error>> {
    let bank = match env::var_os("BANK") {
        Some(folder) => PathBuf::from(folder),
        None => env::temp_dir().join("bank"),
    };
    fs::create_dir_all(&bank)?;
    let mut numbers = env::args().skip(1).map_while(|number| number.parse::<u64>().ok());
    let (count, first) = (numbers.next().unwrap_or(5), numbers.next().unwrap_or(1));

    // SIGUSR1 is blocked: it waits until we come to read it. Unblocked it would end the program.
    let questions = SigSet::from(Signal::SIGUSR1);
    questions.thread_block()?;
    let questions = SignalFd::with_flags(&questions, SfdFlags::SFD_NONBLOCK)?;
    println!("ready");

    let mut done = 0;
    for id in first..first + count {
        match transfer(&bank, id) {
            Ok(()) => {
                done += 1;
                println!("transfer {id} done");
            }
            Err(error) => println!("transfer {id} not done: {error}"),
        }
        if questions.read_signal()?.is_some() {
            println!("status: {done} done");
        }
    }
    Ok(())
}

/// Moves money from one account to the other.
fn transfer(bank: &Path, id: u64) -> Result<(), Box<dyn Error>> {
    let (giver, taker) = (read(bank, "giver"), read(bank, "taker"));

    // TODO: between the first write and the second no account is right.
    write(bank, "giver", giver - AMOUNT)?;
    if let Err(refused) = act("audit", id) {
        write(bank, "giver", giver)?;
        return Err(refused.into());
    }
    write(bank, "taker", taker + AMOUNT)?;
    Ok(())
}

fn read(bank: &Path, account: &str) -> i64 {
    let text = fs::read_to_string(bank.join(account)).unwrap_or_default();
    text.trim().parse().unwrap_or(1000)
}

fn write(bank: &Path, account: &str, balance: i64) -> Result<(), Box<dyn Error>> {
    Ok(fs::write(bank.join(account), format!("{balance}\n"))?)
}
