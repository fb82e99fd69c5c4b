//! The log that was empty in the morning
//!
//! A monitor writes down once a minute how much memory a payment process uses. One night that
//! process was killed for want of memory. In the morning three people looked at the log:
//!
//! - It had nothing in it of the last two hours. The monitor had been told to stop at dawn, and had
//!   done so without a word.
//! - It had nothing of the days before either. The monitor had been started again at midnight, after
//!   an update, and by noon somebody sent it the SIGHUP that the manual asks for: gone again.
//! - What the machine had been busy with that night was, for a good part, the monitor.
//!
//! What it does: writes a line to the file LOG (`monitor.log` in the folder for temporary files
//! unless set) every INTERVAL_MS (60 000 unless set) on process PID; without PID, on itself.
//!
//! ```text
//! 1 memory=43 MiB cpu=1200 ms
//! 2 memory=44 MiB cpu=1210 ms
//! 3 stopped                        at SIGTERM or SIGINT; then its status is 0
//! 3 gone                           in its place, when PID has ended and been waited for; status 0
//! ```
//!
//! SIGHUP means: open LOG anew. Who rotates logs renames the file, sends SIGHUP, and may pack the
//! renamed one as soon as the monitor has printed `reopened`. It prints `ready` when it is ready.
//!
//! What it should do: just that. Each line is in the file at once and in one piece, for whoever follows
//! it, and its number is by one greater than that of the line before. What stands in LOG already, at a
//! start or at SIGHUP, is kept. And a line about one process costs the same, however many others there
//! are.
//!
//! By hand, and what to type in two other terminals:
//!
//! ```text
//! INTERVAL_MS=1000 cargo run -q -p services --bin monitor_service -- "$$"
//! tail -F /tmp/monitor.log
//! pkill -HUP -x monitor_service; pkill -TERM -x monitor_service
//! ```

use std::error::Error;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};
use std::{env, thread};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use sysinfo::{Pid, System};

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
    let mut system = System::new()?;
    println!("ready");

    // TODO: three faults, one for each who looked. The verdict lists the rules that do not hold.
    let mut number = 1;
    let mut due = Instant::now();
    loop {
        match signals.recv_timeout(due.saturating_duration_since(Instant::now())) {
            Ok(SIGHUP) => {
                log = open(&path)?;
                println!("reopened");
            }
            Ok(_) | Err(RecvTimeoutError::Disconnected) => {
                writeln!(log, "{number} stopped")?;
                process::exit(0);
            }
            Err(RecvTimeoutError::Timeout) => {
                let Some(line) = look(&mut system, pid) else {
                    writeln!(log, "{number} gone")?;
                    return Ok(());
                };
                writeln!(log, "{number} {line}")?;
                number += 1;
                due += interval;
            }
        }
    }
}

/// Opens the log to write to it.
fn open(path: &Path) -> io::Result<BufWriter<File>> {
    Ok(BufWriter::new(File::create(path)?))
}

/// What is to be said of the process; `None` if there is no such process.
fn look(system: &mut System, pid: Pid) -> Option<String> {
    system.refresh_all();
    let process = system.process(pid)?;
    let memory = process.memory() / 1024 / 1024;
    // The whole time so far, not percent of the time since the last look: who has two lines, any
    // two, can work out the percentage in between.
    let cpu = process.accumulated_cpu_time();
    Some(format!("memory={memory} MiB cpu={cpu} ms"))
}

/// The signals that concern us, as messages: one for each time that the signal was seen.
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
