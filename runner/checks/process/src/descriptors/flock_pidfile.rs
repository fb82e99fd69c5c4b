use std::fs::{self, File};
use std::path::Path;

use harness::check::{Case, CheckResult, Reworded, Running, Stop};
use harness::until::secs;

use super::locks;

const NOT_FOUND: &str = "a service that is stopped, reloaded and watched by a pid file cannot be found \
                         without it, and a pid that is not its own is somebody else's process";
const TWO_AT_ONCE: &str = "two at once is what the lock is there to prevent: each does the work of the \
                           other again";

/// One courier at a time, and its pid in the file for as long as it is there.
pub(crate) fn flock_pidfile(case: &mut Case) -> CheckResult {
    case.matters(NOT_FOUND);
    let path = case.folder().join(case.word());

    case.step("start one with our own pid in the file, and more behind it, but no lock");
    let stale = format!("{}\nleft by {}\n", std::process::id(), case.word());
    fs::write(&path, &stale)?;
    let mut first = start(case, &path)?;
    let on_duty = "is on duty, as nobody has the lock";
    is_on_duty(&first).expecting(on_duty).observing("with an old file and no lock on it")?;
    has_pid(case, &path, &first, "when the first one was on duty")?;

    case.step("start a second one");
    let second = start(case, &path)?;
    locks::waits_or_speaks(&second)?;
    case.matters(TWO_AT_ONCE);
    is_alone(case, &second, &first)?;
    case.matters(NOT_FOUND);
    has_pid(case, &path, &first, "after a second one had come")?;
    says_who(case, &second, &first)?;

    case.step("open the file as the next one would, end the first, and take the lock");
    case.matters(TWO_AT_ONCE);
    let early = File::options().read(true).write(true).open(&path)?;
    let word = case.word();
    first.write_line(&word)?;
    first.prints(&format!("courier {}: fetched {word}", first.pid()), secs(3))?;
    first.close_stdin();
    first.exits_with(0, secs(3))?;
    let ours = locks::take_of(early)?;
    let free = "the lock is free when its holder has ended";
    case.expect(ours.is_some(), free, "somebody still had it")?;

    case.step("start a third one while we have that lock");
    let third = start(case, &path)?;
    locks::waits_or_speaks(&third)?;
    let both = third.stdout_lines().iter().any(|line| line.ends_with(": on duty"));
    let gone = "we had opened the file before the first ended, and locked it after; a third one is on \
                duty all the same, with a lock on another file of that name";
    case.expect(!both, "nobody is on duty while another has the lock", gone)?;
    third.exits_with(3, secs(3))?;
    drop(ours);

    case.step("start a fourth one when all of that is over");
    let mut fourth = start(case, &path)?;
    is_on_duty(&fourth).observing("nobody had the lock any more")?;
    has_pid(case, &path, &fourth, "when a fourth one was on duty")?;
    fourth.close_stdin();
    fourth.exits_with(0, secs(3))?;

    case.passed(format!(
        "the file held pid {} and nothing else while it was on duty, also after a second one had \
         come; and a lock on the file that was there before kept a third one away",
        first.pid(),
    ))
}

fn start(case: &Case, path: &Path) -> Result<Running, Stop> {
    case.program().env("PIDFILE", path).with_stdin().start()
}

fn is_on_duty(courier: &Running) -> Result<(), Stop> {
    courier.prints(&format!("courier {}: on duty", courier.pid()), secs(3))
}

/// The file has the pid of this one, and a newline.
fn has_pid(case: &Case, path: &Path, courier: &Running, when: &str) -> Result<(), Stop> {
    let wanted = format!("{}\n", courier.pid());
    let text = fs::read_to_string(path).unwrap_or_default();
    let observed = match text.strip_prefix(&wanted) {
        _ if text.is_empty() => format!("{when}, the file was empty"),
        Some(rest) => format!("{when}, the file had {rest:?} behind the pid"),
        None => format!("{when}, the file held {text:?}"),
    };
    let expected = format!("the file holds pid {} and a newline", courier.pid());
    case.expect(text == wanted, &expected, observed)
}

fn is_alone(case: &Case, second: &Running, first: &Running) -> Result<(), Stop> {
    let both = second.stdout_lines().iter().any(|line| line.ends_with(": on duty"));
    let observed = format!("two were on duty at once, pids {} and {}", first.pid(), second.pid());
    case.expect(!both, "of two that were started, one is on duty", observed)
}

/// It finds the lock taken, and goes.
fn says_who(case: &Case, second: &Running, first: &Running) -> Result<(), Stop> {
    let expected = format!("a second one says that courier {} is on duty, and goes", first.pid());
    let seen = second.stdout_lines();
    let observed = format!("it printed {:?}", seen.join("\n"));
    let wanted = format!("courier {} is on duty", first.pid());
    case.expect(seen == [wanted], &expected, observed)?;
    second.exits_with(3, secs(3)).expecting(&expected)
}
