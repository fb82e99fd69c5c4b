//! The copy that was never written
//!
//! A service keeps its records in memory. At the order `save FILE` it writes them to a file, and it
//! does so in a child process: fork copies the memory, so the child has the records as they were at
//! that moment, however long the disk takes, and the service goes on meanwhile. In its second year
//! the service lost its memory together with its machine. The newest copy was five weeks old. Beside
//! it there were 34 child processes, all asleep, of which none had got as far as opening its file.
//!
//! What it does: takes orders on its standard input, `put KEY=VALUE` and `save FILE`, and says how
//! each save ended:
//!
//! ```text
//! /tmp/copy: saved, 2 records
//! /tmp/copy: not saved, status 1            or killed by SIGKILL, and the like
//! ```
//!
//! Another thread logs how the service is, every LOG_MS (1000 unless set), on stdout and on stderr.
//!
//! What it should do: just that, at whatever moment a save is ordered. The copy has to be written
//! also while nobody reads the log; what there is to say about it can wait until somebody does. Of
//! what it says about saves, others rely on the lines above.
//!
//! By hand, typing `put a=1`, `put b=2`, `save /tmp/copy`:
//!
//! ```text
//! cargo run -q -p processes --bin fork_with_threads
//! ```

use std::collections::BTreeMap;
use std::time::Duration;
use std::{env, fs, io, process, thread};

use nix::errno::Errno;
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, fork};

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
    // TODO: `fork` is unsafe, since it asks for a promise on what the child does. Is it kept?
    match unsafe { fork() }? {
        ForkResult::Child => {
            println!("process {} saves {count} records in {path}", process::id());
            let lines: String =
                records.iter().map(|(key, value)| format!("{key}={value}\n")).collect();
            let status = if fs::write(&path, lines).is_ok() { 0 } else { 1 };
            // SAFETY: _exit never returns and touches no memory of this process.
            unsafe { libc::_exit(status) }
        }
        ForkResult::Parent { child } => {
            thread::spawn(move || println!("{path}: {}", in_words(waitpid(child, None), count)));
            Ok(())
        }
    }
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
