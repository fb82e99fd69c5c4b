use harness::check::{Case, CheckResult, Running};
use harness::process;
use harness::until::{ms, secs, until};
use nix::sys::signal::Signal;

use super::idle::timed_sleep;

const EXPECTED: &str = "it sends its worker SIGTERM, and lives on until that has ended";

/// Asked to stop, the runner hands it on at once and waits; left alone, it costs nothing.
pub(crate) fn wait_cannot_be_interrupted(case: &mut Case) -> CheckResult {
    case.matters(
        "who looks again and again whether there is something to do hears of it late, and keeps a \
         processor awake that could sleep, on each machine that it runs on",
    );
    let teller = case.teller_path()?;
    let status = case.number(3..=99);

    case.step("start a runner, and wait until its worker is ready and both are asleep");
    let runner = case.program().env("CHILD", &teller).args(["--exit", &status.to_string()]);
    let runner = runner.start()?;
    let worker = runner.prints_like("that its worker is ready", secs(3), |line| {
        line.strip_prefix("ready ")?.parse::<i32>().ok()
    })?;
    if let Some(call) = timed_sleep(&runner)? {
        let observed = format!("it sleeps in {call} for a time, and then looks again");
        return Err(case.failure("while nothing happens it does not wake up", observed));
    }

    case.matters(
        "a service manager gives a service some time to stop, and then ends it and all that is \
         below it by SIGKILL: who does not react loses the work in hand, at each update",
    );
    case.step("send the runner SIGTERM");
    runner.signal(Signal::SIGTERM)?;
    let told = |runner: &Running| runner.stdout_lines().iter().any(|line| line == "got SIGTERM");
    let is_over = || process::status(worker).is_none_or(|status| status.is_zombie());
    let has_effect = |it: &Running| (told(it) || is_over() || it.ended().is_some()).then_some(());
    runner.answers(EXPECTED, secs(3), has_effect)?;
    // Where one of them has ended, what the worker said of it may still be on its way to us.
    let both_live = || runner.ended().is_none() && !is_over();
    until(ms(500), || (told(&runner) || both_live()).then_some(()));
    if !told(&runner) {
        let observed = match runner.ended() {
            _ if is_over() => "its worker was ended without having been asked".to_owned(),
            Some(ended) => format!("it {ended}, and its worker, pid {worker}, was left alone"),
            None => format!("the worker has not heard of it: {}", sleeps(&runner)),
        };
        let tree = runner.snapshot("after SIGTERM");
        return Err(case.failure(EXPECTED, observed).with(tree));
    }

    case.step("wait for the end of both");
    let stopped = format!("stopped, worker ended with status {status}");
    let said = runner.prints_like(&stopped, secs(3), |line| {
        line.starts_with("stopped").then_some(line.to_owned())
    })?;
    let observed = format!("it said {said:?}, and its worker ended with status {status}");
    case.expect(said == stopped, EXPECTED, observed)?;
    runner.exits_with(0, secs(3))?;
    runner.leaves_nothing()?;

    case.step("start another, whose worker ends by itself");
    case.matters("whoever started the runner learns from its status how the work went");
    let script = format!("exit {status}");
    let runner = case.program().env("CHILD", "sh").args(["-c", &script]).start()?;
    runner.prints(&format!("worker ended with status {status}"), secs(3))?;
    runner.exits_with(i32::try_from(status).unwrap_or(0), secs(3))?;
    runner.leaves_nothing()?;
    case.passed(format!(
        "asleep without a timer, it handed SIGTERM on at once, waited for its worker and said its \
         status {status}; of the other worker it had the same status"
    ))
}

/// What its main thread sleeps in.
fn sleeps(runner: &Running) -> String {
    let main = process::threads(runner.pid()).into_iter().next();
    let call = main.and_then(|main| main.call).map(|call| call.describe());
    call.map_or("the runner is busy".to_owned(), |call| format!("the runner sleeps in {call}"))
}
