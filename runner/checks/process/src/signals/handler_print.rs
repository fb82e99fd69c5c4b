use harness::check::{Case, CheckResult, Reworded, Running, Stop};
use harness::process;
use harness::report::Stream;
use harness::until::secs;
use nix::sys::signal::Signal;

/// More than a pipe of one page holds of either kind: 22 lines of some 190 bytes.
const RECORDS: u64 = 80;

/// A question that comes in the middle of a line is answered, and the import goes on.
pub(crate) fn handler_print(case: &mut Case) -> CheckResult {
    case.matters(
        "a handler interrupts its own thread anywhere, in the middle of println! and malloc too; \
         what goes well a thousand times in a test ends the program on a busy day",
    );
    let held_at_stdout = ask_in_the_middle(case, Stream::Stdout)?;
    let held_at_stderr = ask_in_the_middle(case, Stream::Stderr)?;
    case.passed(format!(
        "asked in the middle of a line to stdout it answered {held_at_stdout}, in the middle of a \
         line to stderr {held_at_stderr}, and imported all {RECORDS} records each time",
    ))
}

/// One import that is asked while it is inside write(2), and its answer.
fn ask_in_the_middle(case: &Case, stream: Stream) -> Result<String, Stop> {
    let name = match stream {
        Stream::Stdout => "stdout",
        Stream::Stderr => "stderr",
    };
    case.step(&format!("start an import and do not read its {name}, until it waits for that"));
    let table = case.word();
    let program = case.program().args([&table, &RECORDS.to_string()]).env("STEP_MS", "1");
    let import = program.hold(stream).start()?;
    import.is_held_in_write(stream, secs(3))?;
    let through = records(&import, &table).into_iter().max().unwrap_or(0);
    let threads = process::threads(import.pid()).len();

    case.step("send SIGUSR1 in the middle of that line");
    import.signal(Signal::SIGUSR1)?;
    let goes_on = "the import goes on when it was asked in the middle of a line";
    let line = format!("asked in the middle of a line to {name}");
    import.settles(secs(2)).expecting(goes_on)?;
    // The main thread is inside write(2), so whoever is new was started by the handler.
    let new = process::threads(import.pid()).len().saturating_sub(threads);
    let observed =
        format!("{line}: the handler started {new} thread, which takes memory and locks");
    case.expect(new == 0, "a handler does only what signal-safety(7) allows", observed)?;

    case.step(&format!("read its {name} to the end"));
    import.release(stream);
    let ended = import.exits_with(0, secs(3)).expecting(goes_on).observing(&line);
    ended.map_err(|stop| with_the_panic(stop, &import))?;
    import.leaves_nothing()?;

    let answer = answer_of(&import);
    let expected = format!("the question is answered: `status: N records`, N at least {through}");
    let observed = match answer {
        Some(count) => format!("the answer was {count} records, when {through} had been printed"),
        None => format!("{line}: the question was never answered"),
    };
    let holds = answer.is_some_and(|count| (through..=RECORDS).contains(&count));
    case.expect(holds, &expected, observed)?;
    has_all(case, &import, &table)?;
    Ok(format!("{} records", answer.unwrap_or(0)))
}

/// The words of a panic say which lock it was, better than the signal that came of it.
fn with_the_panic(mut stop: Stop, import: &Running) -> Stop {
    let text = import.text(Stream::Stderr);
    let words = text.lines().skip_while(|line| !line.contains("panicked at")).nth(1);
    if let (Stop::Failed(failure), Some(words)) = (&mut stop, words) {
        failure.observed += &format!(", and had said {words:?}");
    }
    stop
}

/// The N of `status: N records`, wherever it stands.
fn answer_of(import: &Running) -> Option<u64> {
    let texts = [import.text(Stream::Stdout), import.text(Stream::Stderr)];
    texts.iter().find_map(|text| cut_out_answer(text).1)
}

/// What is left of a text, and the answer's number. An answer that goes straight to write(2) may
/// stand in the middle of a line.
fn cut_out_answer(text: &str) -> (String, Option<u64>) {
    let parts = text.split_once("status: ");
    let parts = parts.and_then(|(before, rest)| Some((before, rest.split_once(" records\n")?)));
    match parts {
        Some((before, (number, after))) => (format!("{before}{after}"), number.parse().ok()),
        None => (text.to_owned(), None),
    }
}

/// The numbers of the records that it has spoken of, first those on stdout, then those on stderr.
fn records(import: &Running, table: &str) -> Vec<u64> {
    let number = |text: &str| text.split_once(' ')?.0.parse().ok();
    let of = |stream, verb: &str| -> Vec<u64> {
        let (text, _) = cut_out_answer(&import.text(stream));
        text.split(&format!("{verb} {table}/")).skip(1).filter_map(number).collect()
    };
    [of(Stream::Stdout, "imported"), of(Stream::Stderr, "refused ")].concat()
}

/// Every record once, the odd ones as imported and the even ones as refused.
fn has_all(case: &Case, import: &Running, table: &str) -> Result<(), Stop> {
    let wanted: Vec<_> = (1..=RECORDS).step_by(2).chain((2..=RECORDS).step_by(2)).collect();
    let seen = records(import, table);
    let missing = wanted.iter().filter(|record| !seen.contains(record)).count();
    let observed = match missing {
        0 => "a record was printed twice, or out of its order".to_owned(),
        _ => format!("{missing} of {RECORDS} records were not imported"),
    };
    case.expect(seen == wanted, "each record is imported once, in order", observed)?;
    import.prints(&format!("imported {RECORDS} records of {table}"), secs(1))
}
