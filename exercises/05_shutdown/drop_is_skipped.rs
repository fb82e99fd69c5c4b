//! The till that did not open in the morning
//!
//! A till books each sale in a journal, and puts up a marker file for as long as it is in use, so
//! that nobody opens it twice. It is closed at night, by SIGTERM. In the morning it does not open: it
//! is in use, says the marker, by a process that ended the evening before. Somebody deletes the
//! marker each day; nobody has noticed yet that the last sales of each day are not in the journal.
//! Both are taken care of when `Till` is dropped; the source shows that clearly.
//!
//! What it does: reads one amount a line and books it. At SIGTERM, and at the end of the input, it
//! says how many there were, and ends with status 0. At a line that is no amount, it ends with status
//! 2, as somebody has to look at it:
//!
//! ```text
//! sale of 1250 booked
//! closed after 7 sales
//! ```
//!
//! What it should do: just that; and after each of these ends every sale that it called booked is in
//! the journal, and the marker is gone. Where the journal cannot be written, as the disk is full, the
//! status is not 0.
//!
//! By hand, typing some amounts, then Ctrl-D, and then once more:
//!
//! ```text
//! cargo run -q -p shutdown --bin drop_is_skipped
//! cat /tmp/till/journal
//! ```
//!
//! The journal and the marker are in TILL_DIR, or in `till` in the folder for temporary files.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::{env, process, thread};

use signal_hook::consts::SIGTERM;
use signal_hook::iterator::Signals;

fn main() -> io::Result<()> {
    let folder = env::var_os("TILL_DIR").map(PathBuf::from);
    let mut till = Till::open(&folder.unwrap_or_else(|| env::temp_dir().join("till")))?;
    let events = events()?;
    println!("ready");

    for event in events {
        let Event::Line(line) = event else { close(&till, 0) };
        let Ok(cents) = line.trim().parse() else {
            println!("{line:?} is no amount");
            close(&till, 2)
        };
        till.book(cents)?;
        println!("sale of {cents} booked");
    }
    close(&till, 0)
}

/// Says how many sales there were, and ends the program.
fn close(till: &Till, status: i32) -> ! {
    println!("closed after {} sales", till.sales);
    // TODO: who drops the till?
    process::exit(status)
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
