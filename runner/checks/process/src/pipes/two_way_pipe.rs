use std::fs;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use harness::check::{Case, CheckResult, Reworded, Running, Stop};
use harness::until::secs;

/// Whatever the list and the filter do, what the filter makes of the list is kept, and no more waits
/// than the filter takes.
pub(crate) fn two_way_pipe(case: &mut Case) -> CheckResult {
    case.matters(
        "two processes that write to each other and do not read sleep for ever, without a word in \
         any log; it begins with the first input that both pipes together cannot hold",
    );
    case.step("send a short list through a filter that prints each block as it comes");
    let short = List::new(case, 1000..=2000)?;
    short.is_tidied(case, "a short list", &["--copy"], 0)?;
    case.step("send it through a filter that prints at the end, as sort does");
    short.is_tidied(case, "a filter that reads everything first", &["--copy-last"], 0)?;

    case.step("send a list of some 250,000 bytes through the first filter");
    let long = List::new(case, 220_000..=280_000)?;
    long.is_tidied(case, "a list longer than two pipes", &["--copy"], 0)?;

    case.step("send it through a filter that first complains in some 200,000 bytes");
    let complaint = case.number(150_000..=250_000);
    let bytes = complaint.to_string();
    let complains = ["--stderr-bytes", &bytes, "--copy"];
    long.is_tidied(case, "warnings longer than a pipe", &complains, complaint.div_ceil(64))?;

    case.step("send a list of some 2,400,000 bytes through the first filter");
    let longer = List::new(case, 2_300_000..=2_500_000)?;
    longer.is_tidied(case, "a list longer than the longest pipes", &["--copy"], 0)?;

    case.step("send a list through a filter that has enough after some lines");
    case.matters("a result that is there and good is thrown away, and the mailing is not sent");
    let enough = case.number(2..=9);
    long.is_cut(case, usize::try_from(enough).unwrap_or(2))?;

    case.step("send a list through a filter that prints something and fails");
    case.matters(
        "half a list that is taken for a whole one leaves customers out, and nobody knows",
    );
    long.is_refused(case, case.number(1..=99))?;

    case.passed(format!(
        "lists of {}, {} and {} bytes came back whole, one of them beside {complaint} bytes of \
         warnings; a filter that had enough after {enough} lines was believed, one that failed was not",
        short.text.len(),
        long.text.len(),
        longer.text.len(),
    ))
}

/// A list of addresses in a file.
struct List {
    text: String,
    file: PathBuf,
}

impl List {
    fn new(case: &Case, bytes: RangeInclusive<u64>) -> Result<Self, Stop> {
        let bytes = usize::try_from(case.number(bytes)).unwrap_or(0);
        let towns: Vec<_> = (0..50).map(|_| case.word()).collect();
        let line = |number: usize| {
            format!("{number:06} {} {:>233}\n", towns[number % 50], towns[number % 49])
        };
        // Lines of 250 bytes, and a last one that takes what is left.
        let mut text: String = (0..bytes / 250 - 1).map(line).collect();
        text += &format!("{:x>1$}\n", case.word(), bytes - text.len() - 1);
        let file = case.file(&case.word(), &text)?;
        Ok(Self { text, file })
    }

    fn start(&self, case: &Case, filter: &[&str]) -> Result<Running, Stop> {
        // Each result has to be one of its own run.
        fs::remove_file(self.tidy()).or_else(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Ok(()),
            _ => Err(error),
        })?;
        case.program().env("CHILD", case.decoy_path()?).arg(&self.file).args(filter).start()
    }

    fn tidy(&self) -> PathBuf {
        self.file.with_extension("tidy")
    }

    /// What the filter makes of the first lines, or of all.
    fn wanted(&self, lines: Option<usize>) -> String {
        let lines = self.text.split_inclusive('\n').take(lines.unwrap_or(usize::MAX));
        lines.collect::<String>().to_ascii_uppercase()
    }

    /// All of it came back.
    fn is_tidied(
        &self,
        case: &Case,
        what: &str,
        filter: &[&str],
        warnings: u64,
    ) -> Result<(), Stop> {
        let program = self.start(case, filter)?;
        let expected = &format!("with {what} the program comes to its end");
        program.ends(secs(3)).expecting(expected).observing(&format!("with {what}"))?;
        self.is_told(&program, what, &self.wanted(None), warnings, 0)?;
        self.is_kept(case, what, &self.wanted(None))?;
        program.exits_with(0, secs(1))?;
        program.leaves_nothing()
    }

    /// The filter ends well before it has read everything, while we are still writing.
    fn is_cut(&self, case: &Case, lines: usize) -> Result<(), Stop> {
        let program = self.start(case, &["--copy-lines", &lines.to_string()])?;
        let expected = "a filter that has enough and exits with status 0 has done its work";
        let what = "a filter that had enough";
        let observing = format!("with {what} after {lines} lines");
        program.exits_with(0, secs(3)).expecting(expected).observing(&observing)?;
        self.is_told(&program, what, &self.wanted(Some(lines)), 0, 0)?;
        self.is_kept(case, what, &self.wanted(Some(lines)))?;
        program.leaves_nothing()
    }

    /// The filter prints some lines and fails.
    fn is_refused(&self, case: &Case, status: u64) -> Result<(), Stop> {
        let program = self.start(case, &["--copy-lines", "3", "--exit", &status.to_string()])?;
        let what = "a filter that fails";
        program.ends(secs(3)).observing(&format!("with {what}"))?;
        self.is_told(&program, what, &self.wanted(Some(3)), 0, status)?;
        let observed = format!("the filter exited with status {status}, and the result was kept");
        case.expect(
            !self.tidy().exists(),
            "the result of a filter that fails is not kept",
            observed,
        )?;
        program.exits_with(1, secs(1))?;
        program.leaves_nothing()
    }

    fn is_told(
        &self,
        program: &Running,
        what: &str,
        tidy: &str,
        warnings: u64,
        status: u64,
    ) -> Result<(), Stop> {
        let size = |text: &str| format!("{} lines, {} bytes", text.lines().count(), text.len());
        let wanted = [
            format!("list:     {}", size(&self.text)),
            format!("tidy:     {}", size(tidy)),
            format!("warnings: {warnings} lines"),
            format!("filter:   exit status: {status}"),
        ];
        let expected = "the program says what it sent, what came back, and how the filter ended";
        program.printed(&wanted, expected, |seen| {
            let wrong = wanted.iter().enumerate().find(|(at, line)| seen.get(*at) != Some(line));
            match wrong {
                Some((at, line)) => format!(
                    "with {what}: where it should say {line:?}, it says {:?}",
                    seen.get(at).map_or("nothing", String::as_str),
                ),
                None => format!("with {what}: it says more than that"),
            }
        })
    }

    fn is_kept(&self, case: &Case, what: &str, tidy: &str) -> Result<(), Stop> {
        let kept = fs::read_to_string(self.tidy());
        let expected = "the file LIST.tidy holds what the filter printed";
        let observed = match &kept {
            Ok(kept) => format!(
                "with {what}: it holds {} bytes, and the filter printed {}",
                kept.len(),
                tidy.len()
            ),
            Err(error) => format!("with {what}: there is none ({})", error.kind()),
        };
        case.expect(kept.is_ok_and(|kept| kept == tidy), expected, observed)
    }
}
