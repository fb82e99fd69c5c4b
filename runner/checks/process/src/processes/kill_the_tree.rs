use harness::check::{Case, CheckResult, Reworded, Running, Stop};
use harness::evidence::Evidence;
use harness::process;
use harness::supervise::sweep;
use harness::until::{ms, secs, until};
use nix::sys::signal::Signal;

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
        Worker::new(case, "the compiler"),
        Worker::new(case, "the linker"),
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
    let before = tree("before it was cancelled", &[runner.pid()], &workers);
    runner.write_line("cancel")?;
    nothing_is_left(case, &runner, &workers).map_err(|stop| stop.with(before))?;
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

    /// One that has been sent SIGKILL may need a moment on a busy machine, but it is as good as dead.
    fn is_at_work(&self) -> bool {
        let status = self.ready.pid().ok().and_then(process::status);
        status
            .is_some_and(|status| !status.is_zombie() && !status.is_pending(Signal::SIGKILL as i32))
    }
}

fn nothing_is_left(case: &Case, runner: &Running, workers: &[Worker]) -> Result<(), Stop> {
    let cancelled = runner.prints("job cancelled", secs(2));
    cancelled.expecting("the job is cancelled, and the program lives to say so")?;

    // After SIGKILL a process has yet to die, so it is given a moment.
    let at_work = || workers.iter().filter(|worker| worker.is_at_work()).collect::<Vec<_>>();
    if until(ms(200), || at_work().is_empty().then_some(())).is_some() {
        return Ok(());
    }
    let left = at_work();
    let names: Vec<_> = left.iter().map(|worker| worker.name).collect();
    let were = if left.len() == 1 { "was" } else { "were" };
    let observed = format!("{} of 3 {were} still at work: {}", left.len(), names.join("; "));
    let after = tree("after it was cancelled", &sweep::living_orphans(), workers);
    Err(case
        .failure("after `job cancelled` no process of the job is at work", observed)
        .with(after))
}

/// What runs below `roots`, the workers by name.
fn tree(when: &str, roots: &[i32], workers: &[Worker]) -> Evidence {
    let mut tree = process::snapshot(when, roots);
    for row in &mut tree.rows {
        let worker = workers.iter().find(|worker| worker.ready.pid() == Ok(row.pid));
        row.note = worker.map(|worker| worker.name.to_owned()).or(row.note.take());
    }
    Evidence::Processes(tree)
}
