use harness::check::{Case, CheckResult, Reworded, Running, Stop};
use harness::process;
use harness::until::{ms, secs};

use super::ready_file::ReadyFile;

/// A cancelled job is over with everything it started; a job that is waited for is let be.
pub(crate) fn kill_the_tree(case: &mut Case) -> CheckResult {
    case.matters(
        "what goes on after a job was cancelled delivers what nobody wants any more, writes into \
         the files of the job that took its place, and keeps its memory",
    );
    let decoy = case.decoy_path()?;

    case.step("start a job: a shell, a second shell below it, and three processes at work");
    let [compiler, linker, upload] = [
        Worker::new(case, "the compiler, started by the second shell"),
        Worker::new(case, "the linker, started by the first shell"),
        Worker::new(case, "the upload, which ignores SIGTERM"),
    ];
    let script = format!(
        "sh -c '{}; echo compiled' & {} --ignore-term & {}; echo delivered",
        compiler.command(),
        upload.command(),
        linker.command(),
    );
    let mut runner = case.program().arg(script).env("CHILD", &decoy).with_stdin().start()?;
    let workers = [compiler, linker, upload];
    for worker in &workers {
        let started = format!("the job starts {}", worker.name);
        runner.until(&started, secs(5), |_| worker.ready.pid())?;
    }

    case.step("cancel it and look for what is left");
    let before = runner.snapshot("before the job was cancelled");
    runner.write_line("cancel")?;
    let cancelled = runner.prints("job cancelled", secs(2));
    cancelled
        .expecting("the job is cancelled, and the program says so")
        .map_err(|stop| stop.with(before))?;
    nothing_is_left(&runner, &workers)?;
    runner.exits_with(0, secs(2))?;
    runner.leaves_nothing()?;

    case.step("start another job and wait for its end");
    case.matters("whoever waits for a job wants its result, and the job wants its time");
    let status = case.number(1..=99);
    let script = format!("\"$CHILD\" --linger-ms 20 --exit {status}");
    let mut runner = case.program().arg(script).env("CHILD", &decoy).with_stdin().start()?;
    runner.write_line("wait")?;
    runner.prints(&format!("job ended with status {status}"), secs(2))?;
    runner.exits_with(i32::try_from(status).unwrap_or(0), secs(2))?;
    runner.leaves_nothing()?;

    case.passed(format!(
        "the cancelled job's two shells and three processes were gone at once, one of them deaf to \
         SIGTERM; the other job ran to its end and its status {status} was handed on"
    ))
}

/// A process of the job that stays at work until somebody ends it.
struct Worker {
    name: &'static str,
    ready: ReadyFile,
}

impl Worker {
    fn new(case: &Case, name: &'static str) -> Self {
        Self { name, ready: ReadyFile::new(case) }
    }

    fn command(&self) -> String {
        format!("\"$CHILD\" --ready-file {} --linger 60", self.ready.name())
    }

    fn is_at_work(&self) -> bool {
        let status = self.ready.pid().ok().and_then(process::status);
        status.is_some_and(|status| !status.is_zombie())
    }
}

/// SIGKILL takes effect a moment after it was sent, so this one is given a moment.
fn nothing_is_left(runner: &Running, workers: &[Worker]) -> Result<(), Stop> {
    runner.until("after `job cancelled` no process of the job is at work", ms(200), |_| {
        let left: Vec<_> = workers.iter().filter(|worker| worker.is_at_work()).collect();
        let names: Vec<_> = left.iter().map(|worker| worker.name).collect();
        match left.len() {
            0 => Ok(()),
            count => Err(format!("{count} of 3 were still at work: {}", names.join("; "))),
        }
    })
}
