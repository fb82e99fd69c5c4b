//! The transfer that took and did not give: solved
//!
//! There is nothing to be handled: SIGTERM does the right thing, at the wrong time. A signal that is
//! blocked is kept by the kernel, and delivered in the moment in which it is unblocked. So it is
//! blocked for the length of a transfer, and then the mask is put back as it was.
//!
//! The putting back is the harder half. It is done by a guard: whatever way the function is left, the
//! guard is dropped.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use nix::sys::signal::{SigSet, SigmaskHow, Signal};
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

    // Up to the end of this function, by whichever `return` or `?`.
    let _section = Uninterrupted::begin()?;

    write(bank, "giver", giver - AMOUNT)?;
    if let Err(refused) = act("audit", id) {
        write(bank, "giver", giver)?;
        return Err(refused.into());
    }
    write(bank, "taker", taker + AMOUNT)?;
    Ok(())
}

/// As long as this lives, SIGTERM waits.
struct Uninterrupted {
    before: SigSet,
}

impl Uninterrupted {
    fn begin() -> nix::Result<Self> {
        // Adds to the mask, and says what it was before. SIGINT and SIGHUP belong here as well if
        // somebody may press Ctrl-C or close the window.
        //
        // A mask is a thread's. In a program with several threads the signal would be delivered to
        // another one that does not block it; there it is blocked in `main`, before the first thread
        // is made, and one thread waits for it (`SigSet::wait`).
        let before = SigSet::from(Signal::SIGTERM).thread_swap_mask(SigmaskHow::SIG_BLOCK)?;
        Ok(Self { before })
    }
}

impl Drop for Uninterrupted {
    fn drop(&mut self) {
        // As it was, not "nothing blocked": the caller keeps SIGUSR1 blocked, and an empty mask
        // would let it in, with its default, the end. And not "SIGTERM unblocked" either: if this
        // section is inside another one, the other is not over.
        //
        // If SIGTERM came meanwhile, this call is the last that the program makes. It fails only
        // for arguments that do not exist.
        let _ = self.before.thread_set_mask();
    }
}

fn read(bank: &Path, account: &str) -> i64 {
    let text = fs::read_to_string(bank.join(account)).unwrap_or_default();
    text.trim().parse().unwrap_or(1000)
}

fn write(bank: &Path, account: &str, balance: i64) -> Result<(), Box<dyn Error>> {
    Ok(fs::write(bank.join(account), format!("{balance}\n"))?)
}

// What people do instead. SIG_IGN for the length of the section: what comes while it is ignored is
// thrown away, and whoever sent it waits until he sends SIGKILL. A handler that sets a flag which is
// asked between two transfers is right too (`signal_hook::flag`), if the program ends by the signal
// then (`low_level::emulate_default_handler`) or with status 143, so that its parent learns why.
//
// SIGKILL and a power cut cannot be blocked. Against those one writes a new file and renames it
// (rename(2) is all or nothing), for two files a journal: that is what a database is for.
//
// sigprocmask(2), pthread_sigmask(3), signal(7) under "Signal mask and pending signals"
