//! The mailing that stopped after the filter was improved: solved
//!
//! There are two pipes between the program and the filter, and each can be full. The program wrote
//! and did not read until all was written. The filter reads a little and prints a little; when its
//! stdout was full it slept in write(2), read no more, and so its stdin filled up as well, and the
//! program slept in write(2) too. `sort` never did that, as it prints nothing before it has read
//! everything: it had the patience that the program counted on.
//!
//! Nobody can know how much a filter wants to print before it reads on. So whoever writes to a child
//! and reads from it has to do both at the same time.

use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output, Stdio};
use std::{env, fs, thread};

fn main() -> io::Result<ExitCode> {
    let mut args = env::args_os().skip(1);
    let list = args.next().map_or_else(|| PathBuf::from("/tmp/list"), PathBuf::from);
    let mut filter = Command::new(env::var_os("CHILD").unwrap_or_else(|| "tr".into()));
    match args.len() {
        0 => filter.args(["a-z", "A-Z"]),
        _ => filter.args(args),
    };

    let addresses = fs::read(&list)?;
    let output = send_through(filter, &addresses)?;

    println!("list:     {}", size(&addresses));
    println!("tidy:     {}", size(&output.stdout));
    println!("warnings: {} lines", lines(&output.stderr));
    println!("filter:   {}", output.status);
    if !output.status.success() {
        return Ok(ExitCode::FAILURE);
    }
    fs::write(tidy(&list), &output.stdout)?;
    Ok(ExitCode::SUCCESS)
}

/// What the filter prints, and how it ends, when it is given `addresses` on its standard input.
fn send_through(mut filter: Command, addresses: &[u8]) -> io::Result<Output> {
    filter.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut filter = filter.spawn()?;
    let to_filter = filter.stdin.take();

    // One thread writes; this one reads, and reads both streams: `wait_with_output` polls them, so
    // that a filter with many warnings cannot stop at the third pipe. A scope lets the thread borrow
    // the list, and joins it.
    //
    // One thread can do all of it with non-blocking ends and poll(2). That is what Python's
    // `communicate` does, and tokio for you: `tokio::join!` of a write and a read.
    thread::scope(|scope| {
        let writer = scope.spawn(move || match to_filter {
            // `to_filter` is moved in and dropped at the end of this closure. That is the end of
            // file for the filter. Borrowed instead, it would stay open, and a filter such as
            // `sort` would wait for more, for ever.
            Some(mut to_filter) => to_filter.write_all(addresses),
            None => Ok(()),
        });
        let output = filter.wait_with_output();

        match writer.join() {
            // The filter had enough and closed its stdin, or ended. In C this write would have ended
            // us, by SIGPIPE; Rust ignores that signal, and we get an error that we may look at. It
            // says nothing about the result: the filter's status does, and it is in `output`.
            Ok(Err(error)) if error.kind() == ErrorKind::BrokenPipe => output,
            Ok(Err(error)) => Err(error),
            Ok(Ok(())) => output,
            Err(_) => Err(io::Error::other("the thread that writes panicked")),
        }
    })

    // What does not mend it: larger pipes (the list grows), a line written and a line read in turn
    // (a filter need not answer line by line: through a pipe even `tr` collects 4096 bytes before it
    // prints), or to read stdout in a thread and stderr afterwards (the third pipe).
    //
    // What does, with no thread at all: a file in the place of one of the pipes, `Stdio::from(File)`.
    //
    // pipe(7) under "Pipe capacity"; std::process under "Handling I/O"; poll(2)
}

fn tidy(list: &Path) -> PathBuf {
    let mut name = list.as_os_str().to_owned();
    name.push(".tidy");
    name.into()
}

fn size(text: &[u8]) -> String {
    format!("{} lines, {} bytes", lines(text), text.len())
}

fn lines(text: &[u8]) -> usize {
    text.iter().filter(|&&byte| byte == b'\n').count()
}
