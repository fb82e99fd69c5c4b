//! The copy that was never written: solved
//!
//! fork copies all of the memory and one of the threads, the caller. The others are not in the child,
//! but what they held is: a lock that was taken at that moment is taken in the child for ever, as
//! nobody is there to give it back. The log thread is inside `println!` most of the time when its
//! reader is slow, so the child's first `println!` waited for a thread that does not exist.
//!
//! What may be done in a child of a program with threads, until it executes another program, are the
//! functions in signal-safety(7). All else is done before the fork, or by the parent.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::fd::AsFd;
use std::time::Duration;
use std::{env, io, thread};

use nix::errno::Errno;
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, fork, write};

fn main() -> io::Result<()> {
    let pause = env::var("LOG_MS").ok().and_then(|ms| ms.parse().ok()).unwrap_or(1000);
    let log = move || log(Duration::from_millis(pause));
    thread::Builder::new().name("log".to_string()).spawn(log)?;

    let mut records = BTreeMap::new();
    for line in io::stdin().lines() {
        let line = line?;
        match line.split_once(' ') {
            Some(("put", record)) => {
                let (key, value) = record.split_once('=').unwrap_or((record, ""));
                records.insert(key.to_string(), value.to_string());
            }
            Some(("save", path)) => save(&records, path.to_string())?,
            _ => println!("no such order: {line}"),
        }
    }
    Ok(())
}

/// Has a child write the records as they are now, and goes on.
fn save(records: &BTreeMap<String, String>, path: String) -> nix::Result<()> {
    let count = records.len();
    // Formatting allocates, and malloc has locks of its own. glibc sees to it that its malloc works
    // after a fork; POSIX does not promise it, and other allocators (jemalloc, a `#[global_allocator]`)
    // have to be asked one by one. So the text is made here.
    let lines: String = records.iter().map(|(key, value)| format!("{key}={value}\n")).collect();

    // SAFETY: this program has several threads, so the child may call async-signal-safe functions
    // alone (signal-safety(7)): it calls open(2), write(2) and _exit(2), takes no lock and allocates
    // nothing. (`File::create` keeps a short path on its stack; a long one it would allocate.)
    match unsafe { fork() }? {
        ForkResult::Child => {
            let status = if write_all(&path, lines.as_bytes()).is_ok() { 0 } else { 1 };
            // Not `process::exit`, which would run functions of atexit(3) and flush stdout.
            //
            // SAFETY: _exit never returns and touches no memory of this process.
            unsafe { libc::_exit(status) }
        }
        ForkResult::Parent { child } => {
            // This one may wait for stdout; the copy is on the disk by then.
            thread::spawn(move || println!("{path}: {}", in_words(waitpid(child, None), count)));
            Ok(())
        }
    }
}

/// What the child does. There is no lock in here: a `File` has no buffer.
///
/// Not eprintln! either: stderr has no buffer, but a lock. Nor a Mutex, a channel, a log crate, an
/// allocation, a panic (which prints). A child that has to do more executes another program (exec
/// throws away the memory and with it the locks), as `std::process::Command` does; or it is forked
/// before the first thread is started, and waits for work on a pipe.
///
/// What does not help: to flush before the fork (the lock is taken again in the next moment), or to
/// end children that take too long (then there is no copy). To take stdout's lock in the parent and
/// hold it during the fork is what pthread_atfork(3) is for: it has to be done for each lock that the
/// child may need, in every library, and here the service would wait for whoever reads its log.
fn write_all(path: &str, mut bytes: &[u8]) -> io::Result<()> {
    let file = File::create(path)?;
    while !bytes.is_empty() {
        let count = write(file.as_fd(), bytes)?;
        bytes = &bytes[count..];
    }
    Ok(())
}

/// How a save ended.
fn in_words(ended: Result<WaitStatus, Errno>, count: usize) -> String {
    match ended {
        Ok(WaitStatus::Exited(_, 0)) => format!("saved, {count} records"),
        Ok(WaitStatus::Exited(_, status)) => format!("not saved, status {status}"),
        Ok(WaitStatus::Signaled(_, signal, _)) => format!("not saved, killed by {signal}"),
        other => format!("not saved, no child: {other:?}"),
    }
}

/// Tells how the service is, for as long as it runs.
fn log(pause: Duration) {
    for turn in 0_u64.. {
        let details = format!("{:0>150x}", turn.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        println!("info: turn {turn}, all is well, details={details}");
        eprintln!("note: turn {turn}, nothing to complain of, details={details}");
        thread::sleep(pause);
    }
}
