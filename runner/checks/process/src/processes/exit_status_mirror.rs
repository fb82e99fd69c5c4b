use harness::check::{Case, CheckResult, Stop};
use harness::supervise::Ended;
use harness::until::secs;
use nix::sys::signal::Signal;

/// However the suite ends, the gate says so and ends with the status that tells it.
pub(crate) fn exit_status_mirror(case: &mut Case) -> CheckResult {
    case.matters(
        "an exit status is all that the next program hears: a gate that says 0 for a suite that was \
         killed lets through what nobody has tested",
    );
    let suite = case.probe_path()?;
    let exits = |code: u64| [suite.clone(), "--exit".to_owned(), code.to_string()];
    let raises = |signal: Signal| [suite.clone(), "--raise".to_owned(), signal.to_string()];
    let code = case.number(2..=99);
    let high = case.number(150..=254);
    let signals = [Signal::SIGSEGV, Signal::SIGABRT, Signal::SIGTERM, Signal::SIGBUS];
    let signal = signals[case.number(0..=3) as usize];
    let by = |signal: Signal| format!("signal {}", signal as i32);

    case.step("run suites that come to their end");
    mirrors(case, &exits(0), "the suite ended with status 0", "open", 0)?;
    for code in [code, high] {
        let ended = format!("the suite ended with status {code}");
        mirrors(case, &exits(code), &ended, &format!("closed, status {code}"), code)?;
    }

    case.step("run suites that are ended by a signal");
    for signal in [Signal::SIGKILL, signal] {
        let ended = format!("the suite was ended by {signal}");
        let status = 128 + signal as u64;
        mirrors(case, &raises(signal), &ended, &format!("closed, {}", by(signal)), status)?;
    }

    case.step("run suites that cannot be started");
    let file = case.word();
    case.file(&file, "not a program")?;
    // By its path: a folder of PATH that may not be searched would make EACCES of it (exec(3)).
    let missing = format!("./{}", case.word());
    mirrors(case, &[missing], "there is no such suite", "closed, not started", 127)?;
    let ended = "the suite cannot be executed";
    mirrors(case, &[format!("./{file}")], ended, "closed, not started", 126)?;

    case.passed(format!(
        "status 0, {code} and {high} were handed on; SIGKILL and {signal} became 137 and {}; a \
         missing suite 127, and one that cannot be executed 126",
        128 + signal as i32
    ))
}

fn mirrors(
    case: &Case,
    suite: &[String],
    ended: &str,
    wanted: &str,
    status: u64,
) -> Result<(), Stop> {
    let gate = case.program().args(suite).start()?;
    let own = gate.ends(secs(3))?;
    let wanted = format!("gate: {wanted}");
    let said = gate.stdout_lines().into_iter().rfind(|line| line.starts_with("gate: "));
    let said = said.map_or("nothing".to_owned(), |line| format!("{line:?}"));
    let right = own == Ended::Exited(status as i32) && said == format!("{wanted:?}");
    let expected = format!("{ended}: the gate says {wanted:?} and exits with status {status}");
    let observed = format!("{ended}, and the gate said {said}; it {own}");
    case.expect(right, &expected, observed)?;
    gate.leaves_nothing()
}
