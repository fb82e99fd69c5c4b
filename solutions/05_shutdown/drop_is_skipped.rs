//! The till that did not open in the morning: solved
//!
//! A destructor runs when a value goes out of scope, and `process::exit` never comes to the end of a
//! scope: it ends the process where it is called, so that whatever is alive on the stack of main, or
//! of any other thread, is never dropped. Its page says so near the top.
//!
//! What changes: every end is a return. What main owns is dropped on the way out, and the status is
//! what main returns.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver};
use std::{env, process, thread};

use signal_hook::consts::SIGTERM;
use signal_hook::iterator::Signals;

fn main() -> io::Result<ExitCode> {
    let folder = env::var_os("TILL_DIR").map(PathBuf::from);
    let mut till = Till::open(&folder.unwrap_or_else(|| env::temp_dir().join("till")))?;
    let events = events()?;
    println!("ready");

    // An error that `?` returns ends main by a return as well, and a panic unwinds: both drop the
    // till. What does not: `process::exit`, `abort`, a panic where the profile says
    // `panic = "abort"`, a signal that nobody handles, SIGKILL, a power cut.
    let mut status = ExitCode::SUCCESS;
    for event in events {
        let Event::Line(line) = event else { break };
        let Ok(cents) = line.trim().parse() else {
            println!("{line:?} is no amount");
            status = ExitCode::from(2);
            break;
        };
        till.book(cents)?;
        println!("sale of {cents} booked");
    }
    till.close()?;
    Ok(status)
    // The threads of `events` are in a read and in a wait for signals, and are not joined: they own
    // nothing that would have to be dropped. A thread that does, such as a writer with a buffer of
    // its own, has to be joined first, as the end of main ends it without a word. Statics are not
    // dropped at all.
    //
    // std::process::exit, std::io::BufWriter, std::mem::forget (on what may be leaked)
}

/// Dropped, the journal writes what waits in its buffer, and the marker removes its file.
struct Till {
    journal: BufWriter<File>,
    _marker: Marker,
    sales: u64,
}

impl Till {
    fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let _marker = Marker::put_up(folder.join("in_use"))?;
        let journal = File::options().append(true).create(true).open(folder.join("journal"))?;
        Ok(Self { journal: BufWriter::new(journal), _marker, sales: 0 })
    }

    fn book(&mut self, cents: u64) -> io::Result<()> {
        self.sales += 1;
        writeln!(self.journal, "{cents}")
    }

    /// Ends the day. That the till is taken by value is what drops it, here, on every path.
    fn close(mut self) -> io::Result<()> {
        println!("closed after {} sales", self.sales);
        // The destructor of a BufWriter flushes too, and has nobody to tell when the disk is full.
        // A sale that must survive a power cut is flushed and synced (`File::sync_data`) before it
        // is called booked; here an orderly end is all that is promised.
        self.journal.flush()
    }
}

/// A file that is there while the till is in use, with the process id of the one who uses it.
struct Marker(PathBuf);

impl Marker {
    fn put_up(path: PathBuf) -> io::Result<Self> {
        let mut file =
            File::create_new(&path).map_err(|error| match fs::read_to_string(&path) {
                Ok(pid) => io::Error::other(format!("the till is in use by process {pid}")),
                Err(_) => error,
            })?;
        write!(file, "{}", process::id())?;
        Ok(Self(path))
    }
}

impl Drop for Marker {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.0) {
            eprintln!("{}: {error}", self.0.display());
        }
    }
}

enum Event {
    Line(String),
    Stop,
}

/// The lines of the input and the order to stop, in the order in which they come.
fn events() -> io::Result<Receiver<Event>> {
    let mut signals = Signals::new([SIGTERM])?;
    let (line, events) = mpsc::channel();
    let stop = line.clone();
    thread::spawn(move || signals.forever().try_for_each(|_| stop.send(Event::Stop)));
    thread::spawn(move || {
        let lines = io::stdin().lines().map_while(Result::ok);
        let all = lines.map(Event::Line).chain([Event::Stop]);
        all.into_iter().try_for_each(|event| line.send(event))
    });
    Ok(events)
}
