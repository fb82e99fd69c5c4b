use harness::check::{Case, CheckResult, Reworded, Stop};
use harness::until::secs;

/// However much the report prints and complains, all of it is summed up, and both processes end.
pub(crate) fn wait_before_read(case: &mut Case) -> CheckResult {
    case.matters(
        "two processes that wait for each other use no time, log nothing and never end; it begins \
         on the day on which the data outgrow the pipe, far from any change to the program",
    );

    case.step("run a short report with a few warnings");
    let short = Report::new(case, 500..=900, 100..=300);
    short.is_summed_up(case, "a short report")?;

    case.step("run a report of some 200,000 bytes");
    let long = Report::new(case, 150_000..=250_000, 0..=100);
    long.is_summed_up(case, "a report longer than a pipe")?;

    case.step("run a report of some 3,000,000 bytes");
    let longer = Report::new(case, 2_500_000..=3_500_000, 0..=100);
    longer.is_summed_up(case, "a report longer than the longest pipe")?;

    case.step("run a report with some 200,000 bytes of warnings");
    let angry = Report::new(case, 500..=100_000, 150_000..=250_000);
    angry.is_summed_up(case, "a report with warnings longer than a pipe")?;

    case.passed(format!(
        "reports of {}, {} and {} bytes, and {} bytes of warnings, were summed up to the last byte",
        short.printed, long.printed, longer.printed, angry.complained,
    ))
}

/// What one report prints.
struct Report {
    title: String,
    printed: u64,
    complained: u64,
    status: u64,
}

impl Report {
    fn new(
        case: &Case,
        printed: std::ops::RangeInclusive<u64>,
        complained: std::ops::RangeInclusive<u64>,
    ) -> Self {
        let (printed, complained) = (case.number(printed), case.number(complained));
        Self { title: case.word(), printed, complained, status: case.number(1..=99) }
    }

    fn is_summed_up(&self, case: &Case, what: &str) -> Result<(), Stop> {
        let expected = &format!("{what} is summed up, and the program ends");
        let program = case.program().env("CHILD", case.decoy_path()?);
        let program = program.args(["--say", &self.title, "--exit", &self.status.to_string()]);
        let program = program.args(["--print-bytes", &self.printed.to_string()]);
        let program = program.args(["--stderr-bytes", &self.complained.to_string()]).start()?;
        program.ends(secs(3)).expecting(expected).observing(&format!("with {what}"))?;

        let summary = self.summary();
        program.printed(&summary, expected, |seen| self.observed(&summary, seen))?;
        program.exits_with(0, secs(1))?;
        program.leaves_nothing()
    }

    /// The decoy's lines are 64 bytes long; what is left over is no line.
    fn summary(&self) -> [String; 3] {
        let title = format!("{}\n", self.title).len() as u64;
        [
            format!(
                "report:   {} lines, {} bytes, the first is {:?}",
                1 + self.printed.div_ceil(64),
                title + self.printed,
                self.title,
            ),
            format!("warnings: {} lines, {} bytes", self.complained.div_ceil(64), self.complained),
            format!("ended:    exit status: {}", self.status),
        ]
    }

    fn observed(&self, summary: &[String; 3], seen: &[String]) -> String {
        let is_wrong = |number: &usize| seen.get(*number) != Some(&summary[*number]);
        // How it ended explains what is missing.
        let fact = match [2, 0, 1].into_iter().find(is_wrong) {
            Some(0) => format!("the report printed its title and {} bytes", self.printed),
            Some(1) => format!("the report complained in {} bytes", self.complained),
            Some(_) => format!("left alone, the report exits with status {}", self.status),
            None => "more was printed than the summary".to_owned(),
        };
        let said = [2, 0, 1].into_iter().find(is_wrong).and_then(|number| seen.get(number));
        match said {
            Some(line) => format!("{fact}, and the summary says {line:?}"),
            None => format!("{fact}, and the summary does not say so"),
        }
    }
}
