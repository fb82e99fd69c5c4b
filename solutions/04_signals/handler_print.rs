//! The import that must not be asked: solved
//!
//! A signal handler runs on the stack of a thread that was doing something else, between any two of
//! its instructions. If that thread was inside `println!`, it had stdout's buffer half changed, and
//! a `println!` in the handler found it so. (The lock does not help: it is re-entrant, and it is
//! the same thread. Behind it is a `RefCell`, which says "already borrowed" and panics, and a panic
//! cannot leave a function that C called: abort.) If it was not inside `println!`, all went well,
//! and that is what had been tried a hundred times.
//!
//! What changes: the handler notes that somebody asked. The answer is given where nothing is
//! half done.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use std::{env, thread};

use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};

/// Somebody asked how far the import is, and has not been answered yet.
static ASKED: AtomicBool = AtomicBool::new(false);

fn main() -> nix::Result<()> {
    let mut arguments = env::args().skip(1);
    let table = arguments.next().unwrap_or_else(|| "customers".to_string());
    let count = arguments.next().and_then(|count| count.parse().ok()).unwrap_or(3000);
    let step = env::var("STEP_MS").ok().and_then(|step| step.parse().ok()).unwrap_or(10);

    // SA_RESTART: a write(2) that the signal interrupts goes on afterwards.
    let action = SigAction::new(SigHandler::Handler(note), SaFlags::SA_RESTART, SigSet::empty());
    // SAFETY: `note` calls only async-signal-safe functions: none. It stores to an atomic.
    unsafe { sigaction(Signal::SIGUSR1, &action) }?;
    println!("importing {count} records of {table}");

    for record in 1..=count {
        thread::sleep(Duration::from_millis(step));
        import(&table, record);
        // Between two records anything may be done. `swap` takes the question and clears it in one
        // step; to load and then to store would lose a question that comes in between. Two questions
        // in one record get one answer, as two pending signals of a kind are one anyway.
        if ASKED.swap(false, Ordering::Relaxed) {
            println!("status: {record} records");
        }
    }
    println!("imported {count} records of {table}");
    Ok(())
}

/// Notes the question. What is allowed here are the functions listed in signal-safety(7), write(2)
/// and _exit(2) among them, and lock-free atomics. What is not: println!, eprintln!, format!, Vec,
/// String, Mutex, thread::spawn, panics; all of them lock or allocate, and what they need may be in
/// the hands of the very thread that cannot go on before the handler returns.
///
/// With a Mutex of one's own there is no panic but silence: the handler waits for its own thread.
/// With `try_lock` there is neither, and no answer just when the program is busy. To hand it to a
/// new thread allocates. Blocking the signal while printing (sigprocmask(2)) is right, if it is
/// never forgotten.
///
/// signal-hook has this handler ready: `signal_hook::flag::register(SIGUSR1, flag)`. Its
/// `iterator::Signals` goes further: the handler writes one byte into a pipe, and a thread that
/// reads the other end may do whatever threads may. tokio does the same. Programs in C have done so for
/// thirty years and call it the self-pipe trick.
extern "C" fn note(_signal: i32) {
    ASKED.store(true, Ordering::Relaxed);
}

/// Imports one record and says so, with all that an auditor wants to see in a line.
fn import(table: &str, record: u64) {
    let trace = format!("{:0>130x}", record.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    if record.is_multiple_of(2) {
        eprintln!("refused  {table}/{record:06} (a duplicate of an earlier one) trace={trace}");
    } else {
        println!("imported {table}/{record:06} (checked against its index) trace={trace}");
    }
}
