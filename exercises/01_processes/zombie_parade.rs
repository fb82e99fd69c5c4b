//! The virus scanner that nobody listened to
//!
//! A service hands every upload to a virus scanner, a program of its own whose exit status is the
//! verdict: 0 for clean, anything else for not clean. It started scanners for five weeks. Then the
//! machine could start no process any more: `ps` listed 32,000 scanners, all of them `<defunct>`.
//! While they were being counted somebody asked what the scanners had found, and nobody could say.
//! Every upload had been let through.
//!
//! What it does: every line of the standard input is one upload, and its words are the scanner's
//! arguments. The scanner is started at once, the answer is `upload N taken`, and the next line is
//! read while the scanner runs. At the line `report`, and when the input ends, the service says
//! what became of the uploads since the last report, in order, and counts them.
//!
//! What it should say, once per upload, when its scanner has come to an end:
//!
//! ```text
//! upload 1: clean                     the scanner ended with status 0
//! upload 2: refused, status 3         it ended with another status
//! upload 3: refused, signal 9         it was ended by a signal, which is no verdict
//! report: 3 uploads
//! ```
//!
//! By hand (the scanner is `ls`, which is content with any file that is there), in one terminal,
//! typing `/etc/passwd`, `/no/such/file`, `report`; and then in another terminal:
//!
//! ```text
//! cargo run -q -p processes --bin zombie_parade
//! ps -o pid,stat,args --ppid "$(pgrep -x zombie_parade)"
//! ```
//!
//! CHILD is the scanner to use instead of `ls`.

use std::ffi::OsString;
use std::process::{Child, Command, Stdio};
use std::{env, io};

/// An upload and the process that looks at it.
struct Scan {
    upload: usize,
    scanner: io::Result<Child>,
}

fn main() -> io::Result<()> {
    let scanner = env::var_os("CHILD").unwrap_or_else(|| "ls".into());
    let mut scans = Vec::new();
    let mut uploads = 0;

    println!("ready");
    for line in io::stdin().lines() {
        let line = line?;
        if line == "report" {
            report(&mut scans);
        } else {
            uploads += 1;
            scans.push(Scan { upload: uploads, scanner: start(&scanner, &line) });
            println!("upload {uploads} taken");
        }
    }
    report(&mut scans);
    Ok(())
}

/// Starts the scanner on one upload; it runs beside this service.
fn start(scanner: &OsString, upload: &str) -> io::Result<Child> {
    Command::new(scanner)
        .args(upload.split_whitespace())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
}

/// Says what became of each upload since the last report.
fn report(scans: &mut Vec<Scan>) {
    let count = scans.len();
    for Scan { upload, scanner } in scans.drain(..) {
        match scanner {
            // TODO: what is known here, and what is not?
            Ok(_) => println!("upload {upload}: clean"),
            Err(error) => println!("upload {upload}: refused, no scanner ({error})"),
        }
    }
    println!("report: {count} uploads");
}
