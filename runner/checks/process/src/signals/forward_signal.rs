use harness::check::{Case, CheckResult, Running, Stop};
use harness::process;
use harness::report::Stream;
use harness::until::{secs, until};
use nix::sys::signal::Signal;

/// What a terminal makes SIGINT of.
const CTRL_C: &str = "\u{3}";
const ONCE: &str = "of each Ctrl-C the job gets one SIGINT, and the wrapper lives on";
const READS: &str =
    "the job may read from the terminal, as if it had been started without the wrapper";
const HANDED_ON: &str = "what somebody sends to the wrapper, the job gets once";

/// Every signal reaches the job once, whoever sent it.
pub(crate) fn forward_signal(case: &mut Case) -> CheckResult {
    case.matters("programs take a second Ctrl-C for impatience, and stop without tidying up");
    let status = case.number(3..=99);
    case.step("start a job on a terminal, and press Ctrl-C");
    let wrapper = case.program().env("CHILD", case.teller_path()?).args(["--exit"]);
    let mut wrapper = wrapper.arg(status.to_string()).on_terminal(24, 80).start()?;
    let job = wrapper.prints_like("that its job is ready", secs(3), |line| {
        line.trim_end().strip_prefix("ready ")?.parse::<i32>().ok()
    })?;
    presses_ctrl_c(case, &mut wrapper, job)?;

    case.step("type a line for the job");
    case.matters(
        "a job that cannot ask for a password, or read an answer, works under the wrapper in every \
         script and fails for everybody who starts it by hand",
    );
    let word = case.word();
    wrapper.types(&format!("{word}\n"))?;
    let read = format!("read {word}");
    let is_read = |it: &Running| it.text(Stream::Stdout).contains(&read).then_some(());
    let has_read = wrapper.answers(READS, secs(3), is_read)?.is_some();
    let has_none = wrapper.text(Stream::Stdout).contains("no terminal");
    let observed = match has_none {
        true => "the job has no terminal: it cannot open /dev/tty",
        false => "what was typed has not reached the job",
    };
    let tree = wrapper.snapshot("after a line was typed");
    case.expect(has_read, READS, observed).map_err(|stop| stop.with(tree))?;

    case.matters(
        "whoever stops or reloads a wrapper means what it runs, and knows no other number to send to",
    );
    case.step("send the wrapper SIGHUP, SIGUSR1, SIGUSR2 and SIGINT by kill(2)");
    let others = [Signal::SIGHUP, Signal::SIGUSR1, Signal::SIGUSR2].map(|signal| (signal, 1));
    for (signal, times) in others.into_iter().chain([(Signal::SIGINT, 2)]) {
        wrapper.signal(signal)?;
        let is_told = |it: &Running| (told(it, signal) >= times).then_some(());
        let is_told = wrapper.answers(HANDED_ON, secs(3), is_told)?.is_some();
        let observed = format!("{signal}, sent to the wrapper by kill(2), has not reached the job");
        case.expect(is_told, HANDED_ON, observed)?;
    }

    case.step("send it SIGTERM, which ends the job");
    wrapper.signal(Signal::SIGTERM)?;
    wrapper.exits_with(i32::try_from(status).unwrap_or(0), secs(3))?;
    wrapper.leaves_nothing()?;
    for (signal, times) in others.into_iter().chain([(Signal::SIGINT, 2), (Signal::SIGTERM, 1)]) {
        let seen = told(&wrapper, signal);
        let observed = format!("the job got {signal} {seen} times instead of {times}");
        case.expect(seen == times, HANDED_ON, observed)?;
    }

    case.matters(
        "whoever started the wrapper learns from its status how the job went, and from nothing else",
    );
    case.step("start another, without a terminal, whose job is ended by SIGKILL");
    let wrapper = case.program().env("CHILD", "sh").args(["-c", "kill -KILL $$"]).start()?;
    wrapper.exits_with(128 + Signal::SIGKILL as i32, secs(3))?;
    wrapper.leaves_nothing()?;
    case.passed(format!(
        "of one Ctrl-C the job got one SIGINT; five signals that were sent to the wrapper reached \
         it once each; it read from the terminal, and its status {status} was the wrapper's"
    ))
}

/// How often the job has said that it got this signal.
fn told(wrapper: &Running, signal: Signal) -> usize {
    wrapper.text(Stream::Stdout).matches(&format!("got {signal}")).count()
}

fn presses_ctrl_c(case: &Case, wrapper: &mut Running, job: i32) -> Result<(), Stop> {
    // The wrapper stands still while the job takes its SIGINT: of two that come together only one
    // would be left.
    wrapper.signal(Signal::SIGSTOP)?;
    until(secs(2), || is_stopped(wrapper.pid()).then_some(()));
    wrapper.types(CTRL_C)?;
    until(secs(1), || (told(wrapper, Signal::SIGINT) > 0).then_some(()));
    wrapper.signal(Signal::SIGCONT)?;
    wrapper.answers(ONCE, secs(3), |_| is_stopped(job).then_some(()))?;
    let expected = if is_stopped(job) { READS } else { ONCE };
    let observed = match (wrapper.ended(), told(wrapper, Signal::SIGINT)) {
        (Some(ended), _) => format!("the wrapper {ended}, and its job, pid {job}, was left alone"),
        (None, _) if is_stopped(job) => format!(
            "the job, pid {job}, was stopped when it read from the terminal (SIGTTIN): its group \
             has not the foreground"
        ),
        (None, 0) => deaf(job),
        (None, 1) => return Ok(()),
        (None, times) => format!("for one Ctrl-C the job got SIGINT {times} times"),
    };
    Err(case.failure(expected, observed).with(wrapper.snapshot("after Ctrl-C")))
}

fn is_stopped(pid: i32) -> bool {
    process::status(pid).is_some_and(|status| status.state == 'T')
}

/// Why the job got nothing.
fn deaf(job: i32) -> String {
    let has = |set: u64| set >> (Signal::SIGINT as i32 - 1) & 1 == 1;
    match process::status(job) {
        Some(status) if has(status.ignored) => "the job ignores SIGINT, as it was started so",
        Some(status) if has(status.blocked) => "the job has SIGINT blocked, as it was started so",
        _ => "the job got no SIGINT",
    }
    .to_owned()
}
