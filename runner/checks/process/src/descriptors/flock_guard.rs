use std::fs;
use std::path::{Path, PathBuf};

use harness::check::{Case, CheckResult, Reworded, Running, Stop};
use harness::evidence::{Evidence, OpenFiles};
use harness::process::open_files;
use harness::until::secs;

use super::locks;

/// From `locked` to its end nobody else has the lock, and so no number is given twice.
pub(crate) fn flock_guard(case: &mut Case) -> CheckResult {
    case.matters(
        "a lock that is not there is noticed on the day on which two run at once: one number for two \
         invoices, one backup written over the other, one payment made twice",
    );
    let office = case.folder().join("office");
    fs::create_dir(&office)?;
    let lock = office.join("lock");
    let last = case.number(1000..=9000);
    fs::write(office.join("invoices"), format!("{last}\n"))?;

    case.step("start it while we have the lock, then let go of it");
    let ours = locks::take(&lock)?;
    let mut first = start(case, &office)?;
    locks::waits_or_speaks(&first)?;
    let expected = "it waits for the lock while somebody else has it";
    let seen = first.stdout_lines();
    let observed = || format!("we had the lock, and it printed {:?}", seen.join("\n"));
    case.expect(seen.is_empty(), expected, observed())?;
    drop(ours);
    first.prints("locked", secs(3)).observing("nobody had the lock any more")?;

    case.step("try to take the lock ourselves");
    is_held(case, &first, &lock, "it had said `locked`")?;

    case.step("start a second one, and hand orders to the first");
    let mut second = start(case, &office)?;
    locks::waits_or_speaks(&second)?;
    let both = second.stdout_lines().iter().any(|line| line == "locked");
    let observed =
        format!("two had said `locked` at once: pid {} and pid {}", first.pid(), second.pid());
    case.expect(!both, "of two that run at once, one has the lock and one waits", observed)?;
    gives(&mut first, last + 1, &case.word())?;
    gives(&mut first, last + 2, &case.word())?;
    is_held(case, &first, &lock, "it had given out two numbers")?;
    first.close_stdin();
    first.prints(&format!("last invoice: {}", last + 2), secs(3))?;
    first.exits_with(0, secs(3))?;

    case.step("hand an order to the second, whose turn it is now");
    second.prints("locked", secs(3)).observing("the first had ended")?;
    is_held(case, &second, &lock, "the second had said `locked`")?;
    let order = case.word();
    second.write_line(&order)?;
    let number = second.prints_like("the number of its first order", secs(3), |line| {
        line.strip_prefix("invoice ")?.strip_suffix(&format!(": {order}"))?.parse::<u64>().ok()
    })?;
    let expected = format!("the number after {} is {}", last + 2, last + 3);
    let twice = if number <= last + 2 { ", which a customer of the first had" } else { "" };
    let observed = format!("the second gave out number {number}{twice}");
    case.expect(number == last + 3, &expected, observed)?;
    second.close_stdin();
    second.exits_with(0, secs(3))?;
    case.expect(locks::take(&lock)?.is_some(), "the lock is free in the end", "it was not")?;

    case.passed(format!(
        "it waited while we had the lock, we could not have it while it was at work, and two that \
         ran at once gave out {}, {} and {}",
        last + 1,
        last + 2,
        last + 3,
    ))
}

fn start(case: &Case, office: &PathBuf) -> Result<Running, Stop> {
    case.program().env("OFFICE", office).with_stdin().start()
}

fn gives(program: &mut Running, number: u64, order: &str) -> Result<(), Stop> {
    program.write_line(order)?;
    program.prints(&format!("invoice {number}: {order}"), secs(3))
}

/// We cannot have the lock. With what the program has open, since a lock lives in an open file.
fn is_held(case: &Case, program: &Running, lock: &Path, when: &str) -> Result<(), Stop> {
    let Some(_ours) = locks::take(lock)? else { return Ok(()) };
    let mut rows = open_files(program.pid());
    let mut is_open = false;
    for row in rows.iter_mut().filter(|row| Path::new(&row.target) == lock) {
        is_open = true;
        row.note = Some("open, and not locked".to_owned());
    }
    let how = if is_open { "though it has the file open" } else { "as it has no file open for it" };
    let observed = format!("{when}, and the lock was free, {how}: we took it");
    let table = OpenFiles { when: format!("of the program when {when}"), rows };
    let failure = case.failure("nobody else can take the lock while it is at work", observed);
    Err(failure.with(Evidence::OpenFiles(table)))
}
