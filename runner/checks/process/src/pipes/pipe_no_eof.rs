use std::fs;

use harness::check::{Case, CheckResult, Rest, Reworded, Running, Stop};
use harness::evidence::{Evidence, OpenFiles};
use harness::process;
use harness::until::{ms, secs};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// The pipe is read to its end, which is the end of the last export: not later and not earlier.
pub(crate) fn pipe_no_eof(case: &mut Case) -> CheckResult {
    case.step("start three exports that end at once, and wait for the sum");
    case.matters(
        "a reader waits for the end of a pipe as long as anybody could still write into it; if that \
         is the reader itself, it waits for ever, and so does whoever waits for the reader",
    );
    let exports =
        [Export::new(case, 0..=900), Export::new(case, 0..=900), Export::new(case, 0..=0)];
    let receipts = is_added_up(case, &exports, "three exports that have ended")?;

    case.step(
        "start an export that prints more than a pipe holds, one that prints nothing and fails",
    );
    case.matters("receipts that are not counted are money that nobody misses");
    let exports = [
        Export::new(case, 150_000..=250_000),
        Export { status: case.number(1..=99), ..Export::silent() },
    ];
    is_added_up(case, &exports, "an export longer than a pipe")?;

    case.step("start an export that stays at work, beside one that ends");
    case.matters("an export that takes long on a busy evening has the receipts of that evening");
    let quick = Export::new(case, 0..=900);
    let ready = case.folder().join(case.word());
    let slow = format!("--ready-file {} --linger 60", ready.display());
    let program = start(case, &[quick.arguments(), slow])?;
    let slow: i32 = program.until("both exports are started", secs(5), |_| {
        let pid = fs::read_to_string(&ready).ok().and_then(|text| text.parse().ok());
        pid.ok_or_else(|| "one was not".to_owned())
    })?;
    program.until("the other one ends", secs(5), |program| {
        let at_work = program.children().iter().filter(|(_, status)| !status.is_zombie()).count();
        if at_work <= 1 { Ok(()) } else { Err("it was at work".to_owned()) }
    })?;
    waits_for(case, &program, slow)?;

    case.step("end that export by a signal");
    // ESRCH: the program has ended it already, as its own words are going to tell.
    let _ = kill(Pid::from_raw(slow), Signal::SIGTERM);
    says(&program, &[&quick], [1, 2], "an export that took long")?;

    case.passed(format!(
        "{receipts} bytes of receipts were added up when the last of three exports had ended; one \
         that filled the pipe was read meanwhile, and one that took long was waited for",
    ))
}

/// What one export prints, and how it ends.
struct Export {
    first: Option<String>,
    bytes: u64,
    status: u64,
}

impl Export {
    fn new(case: &Case, bytes: std::ops::RangeInclusive<u64>) -> Self {
        Self { first: Some(case.word()), bytes: case.number(bytes), status: 0 }
    }

    fn silent() -> Self {
        Self { first: None, bytes: 0, status: 0 }
    }

    fn arguments(&self) -> String {
        let first = self.first.as_ref().map_or(String::new(), |word| format!("--say {word} "));
        format!("{first}--print-bytes {} --exit {}", self.bytes, self.status)
    }

    /// Lines and bytes; the decoy's lines are 64 bytes long, the last may be shorter.
    fn receipts(&self) -> (u64, u64) {
        let first = self.first.as_ref().map_or(0, |word| word.len() as u64 + 1);
        (u64::from(self.first.is_some()) + self.bytes.div_ceil(64), first + self.bytes)
    }
}

fn start(case: &Case, arguments: &[String]) -> Result<Running, Stop> {
    case.program().env("CHILD", case.decoy_path()?).args(arguments).start()
}

/// All of them end by themselves. Says how many bytes they printed.
fn is_added_up(case: &Case, exports: &[Export], what: &str) -> Result<u64, Stop> {
    let arguments: Vec<_> = exports.iter().map(Export::arguments).collect();
    let program = start(case, &arguments)?;
    let expected = "the program ends when its exports have ended and all is read";
    if let Err(stop) = program.ends(secs(3)).expecting(expected).observing(&format!("with {what}"))
    {
        return Err(own_ends(case, &program, expected).unwrap_or(stop));
    }
    let well = exports.iter().filter(|export| export.status == 0).count();
    says(&program, &exports.iter().collect::<Vec<_>>(), [well, exports.len()], what)?;
    Ok(exports.iter().map(|export| export.receipts().1).sum())
}

/// It sleeps in read(2) at a pipe whose write ends are all its own.
fn own_ends(case: &Case, program: &Running, expected: &str) -> Option<Stop> {
    let call = process::threads(program.pid()).into_iter().next()?.call?;
    let fd = Some(call.fd()).filter(|&fd| call.is_read_from(fd))?;
    let file = process::open_files(program.pid()).into_iter().find(|file| file.fd == fd)?;
    let pipe = file.target.split(' ').next()?;
    let holders = process::holders(pipe, &program.everybody()).into_iter();
    let (own, others): (Vec<_>, Vec<_>) =
        holders.filter(|holder| holder.writes).partition(|holder| holder.pid == program.pid());
    if own.is_empty() || !others.is_empty() {
        return None;
    }
    let numbers: Vec<_> = own.iter().map(|holder| holder.fd.to_string()).collect();
    let ends = match numbers.as_slice() {
        [one] => format!("its one write end is open in the program itself, as descriptor {one}"),
        [few @ .., last] => format!(
            "its {} write ends are open in the program itself, as descriptors {} and {last}",
            numbers.len(),
            few.join(", "),
        ),
        [] => return None,
    };
    let observed = format!("the exports were gone, and it slept in read({fd}), at a pipe: {ends}");
    let mut rows = process::open_files(program.pid());
    for row in rows.iter_mut().filter(|row| own.iter().any(|end| end.fd == row.fd)) {
        row.note = Some("a write end of the pipe that it reads".to_owned());
    }
    let table = OpenFiles { when: "of the program".to_owned(), rows };
    let stop = case.failure(expected, observed).with(Evidence::OpenFiles(table));
    Some(stop.with(program.snapshot("which all sleep")))
}

/// It says nothing for as long as the export is at work. If it sleeps with a timer, we see what it
/// does when that is over.
fn waits_for(case: &Case, program: &Running, export: i32) -> Result<(), Stop> {
    let patience = match program.sleeps_or_ends(secs(3))? {
        Rest::Asleep(asleep) => asleep.wakes_in().map_or(ms(0), |time| time + ms(500)),
        Rest::Ended(_) => ms(0),
    };
    let says = || program.stdout_lines().first().cloned();
    let line = program.until("", patience, |_| says().ok_or_else(String::new)).ok();
    // The line first: an export that is at work after it was also at work when it was printed.
    let is_at_work = process::status(export).is_some_and(|status| !status.is_zombie());
    let expected = "the sum is told when the last export has ended";
    match line {
        Some(line) if is_at_work => {
            let observed = format!("it said {line:?} while an export, pid {export}, was at work");
            Err(case.failure(expected, observed).with(program.snapshot("after it said that")))
        }
        _ => Ok(()),
    }
}

/// Receipts of these exports, and how many of how many ended well.
fn says(
    program: &Running,
    exports: &[&Export],
    [well, all]: [usize; 2],
    what: &str,
) -> Result<(), Stop> {
    program.ends(secs(3))?;
    let sum =
        |part: fn((u64, u64)) -> u64| exports.iter().map(|it| part(it.receipts())).sum::<u64>();
    let (lines, bytes) = (sum(|it| it.0), sum(|it| it.1));
    let wanted = [
        format!("receipts: {lines} lines, {bytes} bytes"),
        format!("exports:  {well} of {all} ended well"),
    ];
    let expected = "the program says how much was printed, and how many exports ended well";
    program.printed(&wanted, expected, |seen| {
        let wrong = (0..2).find(|&number| seen.get(number) != wanted.get(number)).unwrap_or(0);
        let fact = match wrong {
            0 => format!("{lines} lines and {bytes} bytes were printed"),
            _ => format!("{well} of {all} exports ended with status 0"),
        };
        match seen.get(wrong) {
            Some(line) => format!("with {what}: {fact}, and the program says {line:?}"),
            None => format!("with {what}: {fact}, and the program does not say so"),
        }
    })?;
    program.exits_with(if well == all { 0 } else { 1 }, secs(1))?;
    program.leaves_nothing()
}
