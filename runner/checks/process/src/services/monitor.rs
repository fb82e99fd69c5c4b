//! The monitor under a check, with its log.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use harness::check::{Case, Running, Stop};
use harness::process;
use harness::until::{ms, secs};
use nix::sys::signal::Signal;

/// The monitor, its log, and the process that it watches.
pub(super) struct Monitor<'a> {
    pub(super) case: &'a Case,
    pub(super) service: Running,
    /// Dropping it ends the process.
    pub(super) watched: Option<Running>,
    mib: u64,
    /// What it had used of a processor before it was watched.
    pub(super) used: Duration,
    /// What stood in the log before.
    pub(super) old: String,
}

impl<'a> Monitor<'a> {
    pub(super) fn start(case: &'a Case, interval: u64, decoy: &[&str]) -> Result<Self, Stop> {
        let old = format!("{}\n", case.word());
        case.file("monitor.log", &old)?;
        let mib = case.number(8..=24);
        let size = mib.to_string();
        let args = ["--mib", &size, "--say", "here", "--linger", "60"];
        let watched = case.decoy()?.args(args).args(decoy).start()?;
        watched.prints("here", secs(5))?;
        let used = has_worked(&watched, decoy.contains(&"--spin"))?;
        let program = case.program().env("LOG", case.folder().join("monitor.log"));
        let program = program.env("INTERVAL_MS", interval.to_string());
        let service = program.arg(watched.pid().to_string()).start()?;
        service.prints("ready", secs(3))?;
        Ok(Self { case, service, watched: Some(watched), mib, used, old })
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.case.folder().join(name)
    }

    pub(super) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// The complete lines: a writer may be in the middle of one.
    pub(super) fn lines(&self, name: &str) -> Vec<String> {
        let text = self.text(name);
        text.split_inclusive('\n')
            .filter_map(|line| line.strip_suffix('\n'))
            .map(str::to_owned)
            .collect()
    }

    pub(super) fn numbers(&self, name: &str) -> Vec<u64> {
        let lines = self.lines(name);
        lines.iter().filter_map(|line| line.split(' ').next()?.parse().ok()).collect()
    }

    /// Waits until the file has the lines with these numbers, and no other in between.
    pub(super) fn has_lines(&self, name: &str, first: u64, last: u64) -> Result<(), Stop> {
        let wanted: Vec<_> = (first..=last).collect();
        let count = wanted.len();
        self.service.until("each line is in the log at once", secs(1), |service| {
            let seen = self.numbers(name);
            if seen.len() >= count || service.ended().is_some() {
                return Ok(());
            }
            Err(format!("with INTERVAL_MS=10 there were {} lines after a second", seen.len()))
        })?;
        let seen = self.numbers(name);
        let observed = format!("the numbers were {seen:?}");
        self.case.expect(seen.starts_with(&wanted), "there is no gap in the numbers", observed)?;
        let about =
            |line: &str| line.split_once(" memory=").is_some_and(|(_, rest)| self.is_true(rest));
        let lines = self.lines(name);
        let wrong = lines.iter().filter(|line| line.contains(' ')).find(|line| !about(line));
        let observed = format!("of a process with {} MiB it said {wrong:?}", self.mib);
        self.case.expect(wrong.is_none(), "each line says what is so", observed)
    }

    /// The decoy has touched that much, and needs a little for itself.
    pub(super) fn is_true(&self, rest: &str) -> bool {
        let mib = rest.split_once(" MiB cpu=").and_then(|(mib, _)| mib.parse::<u64>().ok());
        mib.is_some_and(|mib| (self.mib..self.mib + 5).contains(&mib))
    }

    pub(super) fn reopens(&self, times: usize) -> Result<(), Stop> {
        self.service.signal(Signal::SIGHUP)?;
        let count = self.service.until("it prints `reopened`", secs(1), |service| {
            let lines = service.stdout_lines();
            let count = lines.iter().filter(|line| *line == "reopened").count();
            let over = count >= times || service.ended().is_some();
            if over { Ok(count) } else { Err(format!("it had printed it {count} times")) }
        })?;
        let observed = format!("it ended after it had printed it {count} times");
        self.case.expect(count >= times, "it prints `reopened`", observed)
    }

    /// Waits until it has written to the log twice more, wherever in it.
    pub(super) fn writes_on(&self) -> Result<(), Stop> {
        let written =
            || fs::metadata(self.path("monitor.log")).and_then(|file| file.modified()).ok();
        let (mut last, mut changes) = (written(), 0);
        self.service.until("it goes on writing lines", secs(1), |service| {
            let now = written();
            changes += usize::from(now != last);
            last = now;
            let over = changes >= 2 || service.ended().is_some();
            if over { Ok(()) } else { Err("it did not".to_owned()) }
        })
    }
}

/// How much of a processor a process has used, which is 60 ms or more if it is a busy one.
fn has_worked(watched: &Running, is_busy: bool) -> Result<Duration, Stop> {
    watched.until("the process works", secs(5), |watched| {
        let used = process::cpu_time(watched.pid()).unwrap_or_default();
        let enough = !is_busy || used >= ms(60);
        if enough { Ok(used) } else { Err(format!("it had used {} ms", used.as_millis())) }
    })
}
