//! The report that had grown too long
//!
//! Every morning this program ran the sales report and sent its summary to four people. On the 3rd
//! of November the shop sold to its two thousandth customer, and no summary came. Nor did one come
//! on the days after: the run of the 3rd had not ended, so the timer did not start another. Nothing
//! was in the log. Both processes were there, neither used any time, and each seemed to be waiting
//! for something.
//!
//! What it does: runs the report with the arguments that it was given, collects what the report
//! prints and what it complains about, and sums up both.
//!
//! What it should do: just that, however much there is of either.
//!
//! ```text
//! report:   100 lines, 292 bytes, the first is "1"
//! warnings: 0 lines, 0 bytes
//! ended:    exit status: 0
//! ```
//!
//! By hand (the report is `seq`, which counts), first in the good old days and then in November:
//!
//! ```text
//! cargo run -q -p pipes --bin wait_before_read -- 100
//! cargo run -q -p pipes --bin wait_before_read -- 100000
//! ```
//!
//! CHILD is the report to run instead of `seq`.

use std::io::{self, Read};
use std::process::{Command, Stdio};
use std::{env, str};

fn main() -> io::Result<()> {
    let report = env::var_os("CHILD").unwrap_or_else(|| "seq".into());
    let mut child = Command::new(report)
        .args(env::args_os().skip(1))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;

    // TODO: where does what the report prints go, until somebody reads it?
    let status = child.wait()?;
    let report = collect(child.stdout.take())?;
    let warnings = collect(child.stderr.take())?;

    println!("report:   {}, the first is {:?}", size(&report), first_line(&report));
    println!("warnings: {}", size(&warnings));
    println!("ended:    {status}");
    Ok(())
}

/// Reads one of the child's streams until its end.
fn collect(stream: Option<impl Read>) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    if let Some(mut stream) = stream {
        stream.read_to_end(&mut text)?;
    }
    Ok(text)
}

fn size(text: &[u8]) -> String {
    let lines = text.iter().filter(|&&byte| byte == b'\n').count();
    format!("{lines} lines, {} bytes", text.len())
}

fn first_line(text: &[u8]) -> &str {
    let line = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
    str::from_utf8(line).unwrap_or("no text")
}
