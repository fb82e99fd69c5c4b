//! The takings that were never added up: solved
//!
//! Nobody sends an end of file. read(2) returns 0 when the pipe is empty *and* its last write end
//! has been closed, in whichever process that was. The exports had closed theirs by ending. Four
//! more were in this program: the one that `io::pipe` made, and a copy in each `Command`.
//!
//! Two things have to go, therefore. Here both go where they are not needed any more, by the rules
//! of ownership and without a single `drop`.

use std::env;
use std::io::{self, PipeReader, PipeWriter, Read};
use std::process::{Child, Command, ExitCode, Stdio};

fn main() -> io::Result<ExitCode> {
    let mut tills: Vec<String> = env::args().skip(1).collect();
    if tills.is_empty() {
        tills = ["3", "5", "2"].map(String::from).to_vec();
    }
    let (receipts, to_us) = io::pipe()?;

    // By value: from here on `main` has no write end. `drop(to_us)` and `drop(exports)` before the
    // read do the same; but whoever adds a line that uses `to_us` again is told by the compiler only
    // if it was given away.
    let started = start(&tills, to_us)?;

    // Now the exports alone have write ends, and the last of them to end makes this return. Each of
    // them, and whatever it may have started: a process that stays in the background and keeps its
    // stdout is waited for too.
    //
    // The other ways to know that nothing more will come are worse, each in its own way:
    // - as many lines as exports: true until one of them prints two, or none.
    // - wait for the exports, then read what is there: true until one of them prints more than the
    //   pipe holds, and then none of the two sides gets any further (wait_before_read).
    // - a time without receipts: true until one of them takes longer than that.
    let (lines, bytes) = count(receipts)?;

    let mut well = 0;
    for mut export in started {
        well += usize::from(export.wait()?.success());
    }
    println!("receipts: {lines} lines, {bytes} bytes");
    println!("exports:  {well} of {} ended well", tills.len());
    Ok(if well == tills.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Starts all exports, at the same moment, with the pipe as their standard output.
fn start(tills: &[String], to_us: PipeWriter) -> io::Result<Vec<Child>> {
    let prepared = tills.iter().map(|till| export(till, &to_us));
    let mut exports = prepared.collect::<io::Result<Vec<Command>>>()?;
    // `spawn` takes `&mut self`, so that a command can be run twice; for that it keeps what it was
    // given. A `Child` has nothing of the pipe. The usual `Command::new(..).stdout(..).spawn()` in
    // one expression drops its command at the end of the statement, and hides the whole question.
    exports.iter_mut().map(Command::spawn).collect()
}

/// The export of one till, which is going to print its receipts into our pipe.
fn export(till: &str, to_us: &PipeWriter) -> io::Result<Command> {
    let mut command = Command::new(env::var_os("CHILD").unwrap_or_else(|| "seq".into()));
    // try_clone is dup(2) with close-on-exec: a second descriptor for the same end. Every copy
    // counts. That the flag is set matters here, too: without it each export would be born with the
    // write ends of all others (cloexec_leak, in the chapter on descriptors).
    //
    // pipe(7) under "I/O on pipes and FIFOs"; std::io::pipe: "all copies of a PipeWriter"
    command.args(till.split_whitespace()).stdin(Stdio::null()).stdout(to_us.try_clone()?);
    Ok(command)
}

/// Reads until the end of the pipe.
fn count(mut receipts: PipeReader) -> io::Result<(usize, usize)> {
    let (mut lines, mut bytes) = (0, 0);
    let mut buffer = [0; 4096];
    loop {
        match receipts.read(&mut buffer)? {
            0 => return Ok((lines, bytes)),
            count => {
                lines += buffer[..count].iter().filter(|&&byte| byte == b'\n').count();
                bytes += count;
            }
        }
    }
}
