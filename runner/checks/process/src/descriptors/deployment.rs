//! One run of the program of `cloexec_leak`, and what it may wait for.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::{fs, iter};

use harness::check::{Case, Running, Stop};
use harness::process::{self, Thread};
use harness::until::secs;

/// The program, and the folder in which its services have their logs.
pub(super) struct Deployment {
    pub(super) program: Running,
    logs: PathBuf,
    services: usize,
}

impl Deployment {
    /// Starts `service` once for each argument.
    pub(super) fn start(
        case: &Case,
        service: impl AsRef<OsStr>,
        arguments: &[String],
    ) -> Result<Self, Stop> {
        let logs = case.folder().join(case.word());
        fs::create_dir(&logs)?;
        let program = case.program().env("CHILD", service).env("LOG_DIR", &logs).args(arguments);
        Ok(Self { program: program.start()?, logs, services: arguments.len() })
    }

    /// Where a service prints to.
    pub(super) fn log(&self, number: u64) -> PathBuf {
        self.logs.join(format!("service-{number}.log"))
    }

    /// The journal says this of each service, and the program ends with this status.
    pub(super) fn ends_with(&self, status: i32, each: &str) -> Result<(), Stop> {
        let count = self.services;
        self.program.ends(secs(3))?;
        let lines = (1..=count).map(|number| format!("{number} service {number}: {each}"));
        let wanted: Vec<_> =
            lines.chain(iter::once(format!("journal complete: {count} lines"))).collect();
        let expected = format!("the journal says of each of {count} services: {each}");
        self.program.printed(&wanted, &expected, |seen| match seen {
            [] => "it printed nothing".to_owned(),
            [first, ..] => format!("it printed {} lines, the first {first:?}", seen.len()),
        })?;
        self.program.exits_with(status, secs(1))
    }
}

/// The program ends although its services run.
///
/// All of them do, so every thread of the program that is to end has something to do. If all of
/// them sleep without a timer, they wait for a service.
pub(super) fn ends_before(case: &Case, program: &Running, services: &[i32]) -> Result<(), Stop> {
    let expected = "the program ends when its services are started, while they run on";
    let mut before = Vec::new();
    let waiting = program.until(expected, secs(3), |program| {
        let threads = process::threads(program.pid());
        let asleep = !threads.is_empty() && threads.iter().all(Thread::sleeps_without_timer);
        // One that is being killed is waited for, and not for long.
        let run = services.iter().all(|&service| process::is_alive(service));
        let still = asleep && threads == before && run;
        before = threads;
        match program.ended() {
            Some(_) => Ok(None),
            None if still => Ok(Some(before.clone())),
            None => Err("it was busy".to_owned()),
        }
    })?;
    let Some(threads) = waiting else { return Ok(()) };
    let observed = reading(program.pid(), &threads, services)
        .unwrap_or_else(|| "all its threads slept, and the services ran".to_owned());
    Err(case.failure(expected, observed).with(program.snapshot("while the services run")))
}

/// The pipe whose end a thread waits for, and which services keep it from coming.
fn reading(pid: i32, threads: &[Thread], services: &[i32]) -> Option<String> {
    let calls = threads.iter().filter_map(|thread| thread.call.as_ref());
    let fd = calls.map(|call| (call.fd(), call)).find(|(fd, call)| call.is_read_from(*fd))?.0;
    let file = process::open_files(pid).into_iter().find(|file| file.fd == fd)?;
    let holders = process::holders(file.target.split(' ').next()?, services);
    let writers = holders.iter().filter(|holder| holder.writes);
    let writers: Vec<_> =
        writers.map(|holder| format!("pid {} (descriptor {})", holder.pid, holder.fd)).collect();
    let pipe = format!("it sleeps in read({fd}), at a pipe whose write end");
    match writers.len() {
        0 => None,
        1 => Some(format!("{pipe} one service has too: {}", writers[0])),
        count => Some(format!("{pipe} {count} services have too: {}", writers.join(", "))),
    }
}
