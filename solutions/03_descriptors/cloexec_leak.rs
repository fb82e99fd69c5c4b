//! The deployment that waited for a cache: solved
//!
//! fork(2) gives the child a copy of the whole descriptor table, and exec(2) keeps it, but for
//! descriptors that carry the flag close-on-exec. pipe(2) does not set that flag. So every service
//! had both ends of the journal's pipe, the end of a pipe comes when the last write end is closed,
//! and the last write end was the cache server's, which had never heard of it.
//!
//! One line changes: a pipe whose two ends have the flag from the first moment on.

use std::fs::File;
use std::io::{self, BufRead, BufReader, PipeReader, Write, pipe};
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, Stdio};
use std::{env, thread};

fn main() -> io::Result<ExitCode> {
    let folder = env::var_os("LOG_DIR").map_or_else(env::temp_dir, PathBuf::from);
    let mut services: Vec<String> = env::args().skip(1).collect();
    if services.is_empty() {
        services = ["20", "30"].map(String::from).to_vec();
    }
    // The logs are not inherited either, as whatever std opens has the flag. What a child is meant
    // to get is named in its `Command`: dup2(2) puts a copy on 0, 1 or 2, and copies are made
    // without the flag.
    let log = |number| File::create(folder.join(format!("service-{number}.log")));
    let logs = (1..=services.len()).map(log).collect::<io::Result<Vec<_>>>()?;

    // Now std's pipe, which is pipe2(O_CLOEXEC) where that exists. With nix it is
    // `pipe2(OFlag::O_CLOEXEC)`; macOS has no pipe2, and there it takes pipe(2) and fcntl(2).
    //
    // Both ends: a child that keeps the write end keeps us from seeing the end; a child that keeps
    // the read end keeps writers from noticing that nobody reads any more (no SIGPIPE, no EPIPE),
    // and the pipe fills.
    //
    // In one call: between pipe(2) and fcntl(F_SETFD) another thread may start a child, and that
    // child has the descriptors. This is why open(2), socket(2), accept4(2), dup3(2) and the others
    // each have a flag of this name. (The flag of a descriptor is set by F_SETFD. F_SETFL with
    // O_CLOEXEC does nothing, and returns 0.)
    //
    // Not by closing in the child whatever is above 2: between fork and exec, std tells us through
    // a descriptor of its own that exec failed, and a service that does not exist would count as
    // started.
    let (to_read, mut journal) = pipe()?;
    let keeper = thread::spawn(move || keep(to_read));

    let mut all_started = true;
    for (number, (arguments, log)) in (1..).zip(services.iter().zip(logs)) {
        match start(arguments, log) {
            Ok(_) => writeln!(journal, "service {number}: started")?,
            Err(error) => {
                all_started = false;
                writeln!(journal, "service {number}: not started ({})", error.kind())?;
            }
        }
    }
    // Now this is the last write end, and the keeper sees the end of the pipe.
    drop(journal);
    let lines = keeper.join().map_err(|_| io::Error::other("the journal's keeper panicked"))?;
    println!("journal complete: {lines} lines");
    // open(2) under O_CLOEXEC, pipe(2), execve(2), fcntl(2) under "File descriptor flags";
    // std::io::pipe
    Ok(if all_started { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Starts a service, which then runs for as long as it likes.
fn start(arguments: &str, log: File) -> io::Result<Child> {
    let service = env::var_os("CHILD").unwrap_or_else(|| "sleep".into());
    Command::new(service)
        .args(arguments.split_whitespace())
        .stdin(Stdio::null())
        .stderr(log.try_clone()?)
        .stdout(log)
        .spawn()
}

/// Prints the lines of the journal as they come, until its end, and counts them.
fn keep(journal: PipeReader) -> usize {
    let lines = BufReader::new(journal).lines().map_while(Result::ok);
    lines.zip(1..).inspect(|(line, number)| println!("{number} {line}")).count()
}
