//! The report that had grown too long: solved
//!
//! A pipe is a piece of memory in the kernel, on Linux 64 KiB of it. While it is full, write(2)
//! sleeps. The program waited for the report to end before it read; the report waited for somebody
//! to read before it could end. Nothing was wrong with either, and neither would ever wake.
//!
//! One line changes: read while the child runs, wait afterwards.

use std::process::{Command, Stdio};
use std::{env, io, str};

fn main() -> io::Result<()> {
    let report = env::var_os("CHILD").unwrap_or_else(|| "seq".into());
    let child = Command::new(report)
        .args(env::args_os().skip(1))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;

    // Despite its name it reads first. It polls both streams, takes from whichever has something
    // until both have ended, and only then asks for the exit status.
    //
    // To read one after the other by hand would move the problem, not mend it: a child that fills
    // stderr while we wait for the end of stdout does not get there. With two pipes it takes poll(2)
    // or a second thread.
    //
    // What does not mend it:
    // - a larger pipe. fcntl(2) with F_SETPIPE_SZ gives up to 1 MiB, if the user's pipes have not
    //   used up their share; the report grows on.
    // - a time limit. It turns a report that stands still into one that is cut off after 64 KiB,
    //   every morning at the same place.
    // - sending stderr to /dev/null, which mends half of it and loses the warnings.
    //
    // What does: stdout into a file, which takes as much as the disk does and is read afterwards;
    // `Command::output`, which is this and `spawn` in one; tokio's `wait_with_output`.
    let output = child.wait_with_output()?;

    // All of it is in memory now. If there can be more of it than there is memory, read in parts
    // and drop what is not needed; but do read.
    //
    // The streams ended because nobody had their other ends open any more: neither the report nor
    // anything that it had started. A report that leaves a process behind which kept stdout would
    // keep us waiting here, although it has ended itself.
    //
    // pipe(7) under "Pipe capacity"; std::process::Child::wait_with_output
    println!("report:   {}, the first is {:?}", size(&output.stdout), first_line(&output.stdout));
    println!("warnings: {}", size(&output.stderr));
    println!("ended:    {}", output.status);
    Ok(())
}

fn size(text: &[u8]) -> String {
    let lines = text.iter().filter(|&&byte| byte == b'\n').count();
    format!("{lines} lines, {} bytes", text.len())
}

fn first_line(text: &[u8]) -> &str {
    let line = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
    str::from_utf8(line).unwrap_or("no text")
}
