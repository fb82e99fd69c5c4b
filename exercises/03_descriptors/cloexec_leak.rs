//! The deployment that waited for a cache
//!
//! At a deployment this program starts the services of a machine, one after the other, and keeps a
//! journal of it; when all is started and the journal is complete, it ends and the deployment is
//! finished. Since a cache server was added to the services, no deployment has been finished. Three
//! weeks later somebody restarted the cache, and a deployment of three weeks ago was reported as
//! complete.
//!
//! What it does: starts a service for each argument (the words in it are the service's own
//! arguments); what a service prints goes into the file LOG_DIR/service-N.log. The lines of the
//! journal go through a pipe to a thread that numbers and prints them. The journal is complete when
//! nobody can add a line any more, that is, at the end of the pipe.
//!
//! What it should do: just that. A service that stays is what a service is for, and it is nobody
//! else's business: it should be given its arguments, its log, and nothing of this program.
//!
//! ```text
//! 1 service 1: started
//! 2 service 2: not started (entity not found)
//! journal complete: 2 lines
//! ```
//!
//! By hand (the service is `sleep`, the arguments below are the default), and then, while it waits,
//! in another terminal:
//!
//! ```text
//! cargo run -q -p descriptors --bin cloexec_leak -- 20 30
//! lsof -a -d 0-99 -c cloexec_leak -c sleep
//! ```
//!
//! CHILD is the service to start instead of `sleep`, LOG_DIR a folder instead of the one for
//! temporary files.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, Stdio};
use std::{env, thread};

use nix::unistd::pipe;

fn main() -> io::Result<ExitCode> {
    let folder = env::var_os("LOG_DIR").map_or_else(env::temp_dir, PathBuf::from);
    let mut services: Vec<String> = env::args().skip(1).collect();
    if services.is_empty() {
        services = ["20", "30"].map(String::from).to_vec();
    }
    // All logs before the first service: with no room for a log, nothing is to be started.
    let log = |number| File::create(folder.join(format!("service-{number}.log")));
    let logs = (1..=services.len()).map(log).collect::<io::Result<Vec<_>>>()?;

    // TODO: who has these two descriptors, and from when to when?
    let (to_read, to_write) = pipe()?;
    let keeper = thread::spawn(move || keep(File::from(to_read)));
    let mut journal = File::from(to_write);

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
    drop(journal);
    let lines = keeper.join().map_err(|_| io::Error::other("the journal's keeper panicked"))?;
    println!("journal complete: {lines} lines");
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
fn keep(journal: File) -> usize {
    let lines = BufReader::new(journal).lines().map_while(Result::ok);
    lines.zip(1..).inspect(|(line, number)| println!("{number} {line}")).count()
}
