//! The takings that were never added up
//!
//! When a shop closes, this program has each till export its receipts, and adds up what it gets. On
//! the first evening all exports had ended after a second, and every receipt had arrived. The sum
//! had not: at midnight the program was still waiting for more receipts, though nobody was there any
//! more who could have sent one. So it seemed.
//!
//! What it does: starts an export for each argument (the words in it are the export's own
//! arguments), all at the same moment. They print into one pipe. What comes out of it is counted,
//! until its end, and in the end the program says
//!
//! ```text
//! receipts: 10 lines, 20 bytes
//! exports:  3 of 3 ended well
//! ```
//!
//! with status 0; or with status 1 if an export did not end well.
//!
//! What it should do: just that, however long one of them takes and however much it prints.
//!
//! By hand (the export is `seq`, the arguments below are the default), and then, while it waits, in
//! another terminal:
//!
//! ```text
//! cargo run -q -p pipes --bin pipe_no_eof -- 3 5 2
//! lsof +E -a -d 3-99 -c pipe_no_eof
//! ```
//!
//! CHILD is the export to start instead of `seq`.

use std::env;
use std::io::{self, PipeReader, PipeWriter, Read};
use std::process::{Command, ExitCode, Stdio};

fn main() -> io::Result<ExitCode> {
    let mut tills: Vec<String> = env::args().skip(1).collect();
    if tills.is_empty() {
        tills = ["3", "5", "2"].map(String::from).to_vec();
    }
    let (receipts, to_us) = io::pipe()?;

    // All are prepared before the first is started: the tills close at the same moment.
    let prepared = tills.iter().map(|till| export(till, &to_us));
    let mut exports = prepared.collect::<io::Result<Vec<Command>>>()?;
    let started = exports.iter_mut().map(Command::spawn).collect::<io::Result<Vec<_>>>()?;

    // TODO: when is a pipe at its end?
    let (lines, bytes) = count(receipts)?;

    let mut well = 0;
    for mut export in started {
        well += usize::from(export.wait()?.success());
    }
    println!("receipts: {lines} lines, {bytes} bytes");
    println!("exports:  {well} of {} ended well", tills.len());
    Ok(if well == tills.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The export of one till, which is going to print its receipts into our pipe.
fn export(till: &str, to_us: &PipeWriter) -> io::Result<Command> {
    let mut command = Command::new(env::var_os("CHILD").unwrap_or_else(|| "seq".into()));
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
