//! A supervisor under a check, and the command that it looks after.

use std::fs;
use std::time::{Duration, Instant};

use harness::check::{Case, Running, Stop};
use harness::until::secs;
use nix::sys::signal::Signal;
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;

/// Writes down the start, and counts all so far in `n`, without another process.
const COUNTED: &str = "echo $$ >> starts; n=0; while read -r line; do n=$((n+1)); done < starts;";

/// A supervisor, and a command that writes down each of its starts.
pub(super) struct Watched<'a> {
    pub(super) case: &'a Case,
    pub(super) supervisor: Running,
}

impl<'a> Watched<'a> {
    pub(super) fn start(
        case: &'a Case,
        run: &str,
        fast: Duration,
        pause: Duration,
        grace: Duration,
    ) -> Result<Self, Stop> {
        case.file("starts", "")?;
        // A pipe by which a helper says that it is ready, and which is its process id.
        let ready = case.folder().join("ready");
        if !ready.exists() {
            mkfifo(&ready, Mode::S_IRWXU)?;
        }
        let program = case.program().args(["sh", "-c", &format!("{COUNTED} {run}")]);
        let program = program.env("CHILD", case.decoy_path()?);
        let times = [("FAST_MS", fast), ("PAUSE_MS", pause), ("GRACE_MS", grace)];
        let program = times
            .into_iter()
            .fold(program, |program, (name, time)| program.env(name, time.as_millis().to_string()));
        let supervisor = program.start()?;
        supervisor.prints("ready", secs(3))?;
        Ok(Self { case, supervisor })
    }

    /// Pids of the command, one for each start.
    pub(super) fn starts(&self) -> Vec<i32> {
        let text = fs::read_to_string(self.case.folder().join("starts")).unwrap_or_default();
        text.lines().filter_map(|line| line.parse().ok()).collect()
    }

    pub(super) fn pid_in(&self, file: &str) -> i32 {
        let text = fs::read_to_string(self.case.folder().join(file));
        text.ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0)
    }

    /// Sends SIGTERM, and says how long it took to end, with status 0.
    pub(super) fn is_stopped(&self, within: Duration) -> Result<Duration, Stop> {
        let asked = Instant::now();
        self.supervisor.signal(Signal::SIGTERM)?;
        self.supervisor.exits_with(0, within)?;
        Ok(asked.elapsed())
    }
}
