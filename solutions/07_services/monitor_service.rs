//! The log that was empty in the morning: solved
//!
//! A log is for the moment at which things go wrong, and so nothing about it may wait for things to
//! go right: not for a buffer to be full, not for a destructor, not for the last owner to be gone.

use std::error::Error;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};
use std::{env, thread};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

fn main() -> Result<(), Box<dyn Error>> {
    let path = match env::var_os("LOG") {
        Some(path) => PathBuf::from(path),
        None => env::temp_dir().join("monitor.log"),
    };
    let interval = env::var("INTERVAL_MS").ok().and_then(|text| text.parse().ok());
    let interval = Duration::from_millis(interval.unwrap_or(60_000));
    let pid = match env::args().nth(1) {
        Some(pid) => pid.parse()?,
        None => Pid::from_u32(process::id()),
    };

    let signals = listen()?;
    let mut log = open(&path)?;
    // One System for the whole life: it keeps what the next look needs, open files included.
    let mut system = System::new()?;
    println!("ready");

    let mut number = 1;
    let mut due = Instant::now();
    loop {
        match signals.recv_timeout(due.saturating_duration_since(Instant::now())) {
            Ok(SIGHUP) => {
                // The old descriptor is the renamed file, whatever its name is by now; a rename is
                // nothing that a writer notices. It is closed by this assignment, with nothing in
                // a buffer, and only then we say so: whoever packs the old file waits for that.
                log = open(&path)?;
                println!("reopened");
            }
            Ok(_) | Err(RecvTimeoutError::Disconnected) => {
                write(&mut log, number, "stopped")?;
                // Back to the caller, not `process::exit`: that runs no destructor, and whatever
                // relied on one (a BufWriter, a lock file, a terminal) is left as it is.
                return Ok(());
            }
            Err(RecvTimeoutError::Timeout) => {
                let Some(line) = look(&mut system, pid) else {
                    return Ok(write(&mut log, number, "gone")?);
                };
                write(&mut log, number, &line)?;
                number += 1;
                // From the time that was due, not from now: what a look takes would add up.
                due += interval;
            }
        }
    }
}

/// Opens the log to write to its end, and keeps what is in it.
///
/// `File::create` makes an empty file of one that is there: at the start it takes away the log of the
/// run before, which is the one that somebody needs after a crash, and at a SIGHUP without a rename
/// (another program's rotation, a second SIGHUP) that of this run. With O_APPEND the kernel puts each
/// write at the end, also where another process writes there too, or has shortened the file.
fn open(path: &Path) -> io::Result<File> {
    File::options().append(true).create(true).open(path)
}

/// Writes one line in one piece: it is in the file when this returns.
///
/// A BufWriter hands on 8 KiB at a time. At forty bytes a minute that is one write in three hours, so
/// a buffer here saves nothing, and costs the hours that everybody asks about. It flushes when it is
/// dropped, and ignores errors then; `process::exit`, a panic with `panic = "abort"` and SIGKILL do
/// not drop it. Where there are many lines a second, a buffer is right, with a flush for each batch.
///
/// `write_all` of a whole line rather than `writeln!` to the file: the latter makes a write(2) of each
/// piece between the braces, and who follows the file reads half a line now and then. In the page
/// cache it survives our end, however we end; to survive the machine's it takes `sync_data`.
fn write(log: &mut File, number: u64, what: &str) -> io::Result<()> {
    log.write_all(format!("{number} {what}\n").as_bytes())
}

/// What is to be said of the process; `None` if there is no such process.
fn look(system: &mut System, pid: Pid) -> Option<String> {
    // One process, and of it what is printed: about ten reads. `refresh_all` opens half a dozen files
    // of each process there is, and of each of its threads; a monitor that does so is soon the
    // busiest process of a large machine, at the very moment when it is needed.
    //
    // `true` removes a process that is gone. With `false` it stays, with its last values, for ever.
    let what = ProcessRefreshKind::nothing().with_memory().with_cpu().without_tasks();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), true, what);
    let process = system.process(pid)?;
    let memory = process.memory() / 1024 / 1024;
    // The whole time so far, not percent of the time since the last look: who has two lines, any
    // two, can work out the percentage in between.
    let cpu = process.accumulated_cpu_time();
    Some(format!("memory={memory} MiB cpu={cpu} ms"))
}

/// The signals that concern us, as messages: one for each time that the signal was seen.
///
/// open(2) under O_APPEND, write(2), logrotate(8) under `postrotate` and `copytruncate`;
/// std::io::BufWriter, sysinfo::System::refresh_processes_specifics
fn listen() -> io::Result<Receiver<i32>> {
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM])?;
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        for signal in signals.forever() {
            if tell.send(signal).is_err() {
                break;
            }
        }
    });
    Ok(told)
}
