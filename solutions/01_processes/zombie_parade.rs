//! The virus scanner that nobody listened to: solved
//!
//! A child that has ended keeps its number and its exit status until its parent asks for them: that
//! remainder is the zombie. Asking is `wait`. One call removes the zombie and brings the verdict;
//! leaving it out costs both.

use std::ffi::OsString;
use std::os::unix::process::ExitStatusExt;
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
            // Not waited for here: the next upload would have to wait as well. `Command::status`
            // and `Command::output` wait too; they are for one child at a time.
            scans.push(Scan { upload: uploads, scanner: start(&scanner, &line) });
            println!("upload {uploads} taken");
        }
    }
    report(&mut scans);
    Ok(())
}

/// Starts the scanner on one upload; it runs beside this service.
fn start(scanner: &OsString, upload: &str) -> io::Result<Child> {
    // That this succeeds says that the scanner was started. It says nothing about the upload.
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
        // One wait per child. It returns at once if the child has ended, and otherwise when it
        // does. The order does not matter: a zombie keeps its status for as long as it takes.
        //
        // `Child` has no destructor that waits. Dropping it forgets the number, and then nobody can
        // ask any more. Killing a zombie does nothing either: it is dead, what is missing is the
        // question. `try_wait` asks without waiting, and must be asked again until it has an answer.
        //
        // signal(SIGCHLD, SIG_IGN) makes the kernel throw every status away at once: no zombies,
        // and no verdicts (wait then fails with ECHILD). A second fork, so that init reaps, throws
        // them away as well. waitpid(-1) waits for any child: in a program that has one owner of
        // all children that is fine; beside std's or tokio's Child it takes what they wait for.
        //
        // wait(2) under "NOTES"; std::process::Child under "Warning"
        match scanner.and_then(|mut child| child.wait()) {
            Ok(status) if status.success() => println!("upload {upload}: clean"),
            Ok(status) => match (status.code(), status.signal()) {
                (Some(code), _) => println!("upload {upload}: refused, status {code}"),
                // `code()` is None then. Who writes `unwrap_or(0)` lets an upload through because
                // the scanner crashed on it.
                (None, Some(signal)) => println!("upload {upload}: refused, signal {signal}"),
                (None, None) => println!("upload {upload}: refused, {status}"),
            },
            Err(error) => println!("upload {upload}: refused, no scanner ({error})"),
        }
    }
    println!("report: {count} uploads");
}
