use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use harness::check::{Case, CheckResult, Rest, Reworded, Running, Stop, list_lines};
use harness::evidence::{Evidence, Lines};
use harness::report::Stream;
use harness::supervise::Ended;
use harness::until::secs;
use nix::sys::signal::Signal;

use super::acts::stops;

/// However it ends, each sale that was called booked is in the journal, and the marker is gone.
pub(crate) fn drop_is_skipped(case: &mut Case) -> CheckResult {
    let till = case.folder().join(case.word());

    case.step("open the till, book three sales, and close it by SIGTERM");
    case.matters(
        "what a program does in its destructors is left undone at every stop: locks and temporary \
         files stay, and the end of each log and each journal is missing, where nobody looks",
    );
    let mut program = open(case, &till)?;
    for _ in 0..3 {
        book(case, &mut program)?;
    }
    program.signal(Signal::SIGTERM)?;
    stops(case, &program, "at SIGTERM it ends")?;
    program.ends(secs(1))?;
    is_left_in_order(case, &program, &till, 0)?;
    program.exits_with(0, secs(1)).expecting("at SIGTERM it ends with status 0")?;
    program.prints("closed after 3 sales", secs(1))?;

    case.step("open it again, book a sale, and type a line that is no amount");
    let mut program = open(case, &till)?;
    book(case, &mut program)?;
    program.write_line(&case.word())?;
    stops(case, &program, "at a line that is no amount it ends")?;
    let expected = "after a line that is no amount";
    is_left_in_order(case, &program, &till, 3).observing(expected)?;
    program
        .exits_with(2, secs(1))
        .expecting("at a line that is no amount it ends with status 2")?;

    case.step("open it again, book a sale, and end its input");
    let mut program = open(case, &till)?;
    book(case, &mut program)?;
    program.close_stdin();
    stops(case, &program, "at the end of its input it ends")?;
    is_left_in_order(case, &program, &till, 4).observing("after the end of its input")?;
    program.exits_with(0, secs(1)).expecting("at the end of its input it ends with status 0")?;
    program.leaves_nothing()?;

    case.step("open it again, and send SIGTERM while main is held in the middle of its work");
    case.matters("an end from beside main comes between any two lines of it");
    let mut program =
        case.program().env("TILL_DIR", &till).with_stdin().hold(Stream::Stdout).start()?;
    program.types(&sales(case, 400))?;
    program.is_held_in_write(Stream::Stdout, secs(3))?;
    program.signal(Signal::SIGTERM)?;
    if let Rest::Ended(ended) = program.sleeps_or_ends(secs(2))? {
        let expected = "at SIGTERM main comes to the end of what it is doing, and then it ends";
        let observed = format!("in the middle of main's work the program {ended}");
        return Err(case.failure(expected, observed));
    }
    program.release(Stream::Stdout);
    program.exits_with(0, secs(2)).expecting("when main is let go on it ends with status 0")?;
    is_left_in_order(case, &program, &till, 5)?;
    program.leaves_nothing()?;

    says_when_the_disk_is_full(case)?;

    case.passed(
        "SIGTERM, a line that is no amount and the end of the input: after each of them the journal \
         had every sale that was called booked, and the marker was gone; nothing ended beside main; \
         and where the disk was full the status said so",
    )
}

/// What waits in a buffer has been called booked by now, and cannot be written.
fn says_when_the_disk_is_full(case: &Case) -> Result<(), Stop> {
    case.step("open a till whose journal is on a full disk, book two sales, and send SIGTERM");
    case.matters(
        "the sales of a day are not in the journal, and the script that closes the till takes its \
         status for an orderly end",
    );
    let till = case.folder().join(case.word());
    fs::create_dir(&till)?;
    symlink("/dev/full", till.join("journal"))?;
    let mut program = open(case, &till)?;
    let sales = [case.number(100..=99_999), case.number(100..=99_999)];
    program.types(&sales.map(|cents| format!("{cents}\n")).concat())?;
    // It may have said so and wait, or have ended by an error.
    let is_told = |line: &str| line.ends_with("booked").then_some(());
    let booked = program.prints_nth(2, "two sales as booked", secs(2), is_told).is_ok();
    program.signal(Signal::SIGTERM)?;
    let ended = program.ends(secs(2))?;
    let words =
        if booked { "two sales were called booked" } else { "no two sales were called booked" };
    let observed = format!("{words}, none could be written, and the program {ended}");
    let expected = "where the journal cannot be written it does not end with status 0";
    case.expect(ended != Ended::Exited(0), expected, observed)?;
    let observed = "after that the marker was still there";
    case.expect(!till.join("in_use").exists(), "the marker is gone, however it ends", observed)
}

fn open(case: &Case, till: &Path) -> Result<Running, Stop> {
    let program = case.program().env("TILL_DIR", till).with_stdin().start()?;
    program.prints("ready", secs(3))?;
    Ok(program)
}

fn book(case: &Case, program: &mut Running) -> Result<(), Stop> {
    let cents = case.number(100..=99_999);
    program.write_line(&cents.to_string())?;
    program.prints(&format!("sale of {cents} booked"), secs(2))
}

fn sales(case: &Case, count: usize) -> String {
    (0..count).map(|_| format!("{}\n", case.number(100..=99_999))).collect()
}

/// What it said against what is in the folder, of which `older` lines are of earlier days.
fn is_left_in_order(case: &Case, program: &Running, till: &Path, older: usize) -> Result<(), Stop> {
    let booked: Vec<_> = program.stdout_lines().iter().filter_map(|line| booked(line)).collect();
    let journal = list_lines(&fs::read_to_string(till.join("journal")).unwrap_or_default());
    let journal: Vec<_> = journal.into_iter().skip(older).collect();
    let marker: PathBuf = till.join("in_use");
    let (is_up, is_complete) = (marker.exists(), journal == booked);
    let marker = match is_up {
        true => format!("the marker of pid {} is still there", program.pid()),
        false => "the marker is gone".to_owned(),
    };
    let observed = match is_complete {
        true => format!("{marker}, and the journal is complete"),
        false => {
            let kept = booked.iter().filter(|sale| journal.contains(sale)).count();
            match booked.len() {
                1 if kept == 0 => {
                    format!("{marker}, and the one booked sale is not in the journal")
                }
                count => format!("{marker}, and of {count} booked sales {kept} are in the journal"),
            }
        }
    };
    if is_complete && !is_up {
        return Ok(());
    }
    let lines = Lines { what: "the journal".to_owned(), expected: booked, observed: journal };
    let expected = "after its end each booked sale is in the journal, and the marker is gone";
    Err(case.failure(expected, observed).with(Evidence::Lines(lines)))
}

fn booked(line: &str) -> Option<String> {
    line.strip_prefix("sale of ")?.strip_suffix(" booked").map(str::to_owned)
}
