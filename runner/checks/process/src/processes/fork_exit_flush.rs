use std::fs;

use harness::check::{Case, CheckResult, Running, Stop};
use harness::until::secs;

/// The report says everything once, and says of every child how it ended.
pub(crate) fn fork_exit_flush(case: &mut Case) -> CheckResult {
    case.matters(
        "what waits in a buffer at the moment of a fork is written by each of the two processes: \
         reports, invoices and log lines double, and their readers count twice",
    );
    let branches: Vec<_> = (0..3).map(|_| (case.word(), case.number(2..=99))).collect();
    let report = Report {
        entries: branches.iter().map(|(name, sales)| format!("{name}={sales}")).collect(),
        total: branches.iter().map(|(_, sales)| sales).sum(),
    };

    case.step("report three branches whose figures can all be filed");
    let archive = case.folder().join("archive");
    let program = case.program().args(&report.entries).env("ARCHIVE_DIR", &archive).start()?;
    program.ends(secs(5))?;
    report.is_printed_by(&program, ["filed"; 3])?;
    for (name, sales) in &branches {
        let figure = fs::read_to_string(archive.join(name));
        let filed = figure.is_ok_and(|text| text == format!("{sales}\n"));
        let observed = format!("`{name}` was called filed, and its figure is not there");
        case.expect(filed, "the archive has a file with the figure of each branch", observed)?;
    }
    program.exits_with(0, secs(1))?;
    program.leaves_nothing()?;

    case.step("report them again, with a folder in the place of the second file");
    case.matters(
        "its exit status is all that a parent learns of a child's work: a 0 that is always there \
         says nothing, and a full disk is noticed when the figures are needed",
    );
    let archive = case.folder().join("archive-with-an-obstacle");
    fs::create_dir_all(archive.join(&branches[1].0))?;
    let program = case.program().args(&report.entries).env("ARCHIVE_DIR", &archive).start()?;
    program.ends(secs(5))?;
    report.is_printed_by(&program, ["filed", "status 1", "filed"])?;
    program.exits_with(1, secs(1))?;
    program.leaves_nothing()?;

    case.passed(
        "each part of the report was printed once, though four processes had it in memory; and a \
         child that could not write its file was reported with status 1",
    )
}

struct Report {
    entries: Vec<String>,
    total: u64,
}

impl Report {
    fn is_printed_by(&self, program: &Running, ended: [&str; 3]) -> Result<(), Stop> {
        let parts = self.entries.iter().zip(ended).map(|(entry, how)| format!("{entry} ({how})"));
        let parts = parts.collect::<Vec<_>>().join(" ");
        let wanted = format!("[report] {parts} total={}", self.total);
        let expected = "each part of the report is printed once, and says how its child ended";
        program.printed(&[wanted], expected, |seen| {
            let text = seen.join("\n");
            let repeated = self.repeated_in(&text);
            let lies = |(entry, how): &(&String, &str)| {
                *how != "filed" && text.contains(&format!("{entry} (filed)"))
            };
            if !repeated.is_empty() {
                format!("in the output {}", repeated.join(", "))
            } else if let Some((entry, _)) = self.entries.iter().zip(ended).find(lies) {
                format!("`{entry}` was called filed, and its file could not be written")
            } else {
                format!("the report was {text:?}")
            }
        })
    }

    /// A copy of the buffer begins with `[report]`, or with an entry if that was flushed before.
    fn repeated_in(&self, text: &str) -> Vec<String> {
        let parts = std::iter::once("[report]").chain(self.entries.iter().map(String::as_str));
        let counted = parts.map(|part| (part, text.matches(part).count()));
        let repeated = counted.filter(|&(_, count)| count > 1);
        repeated.map(|(part, count)| format!("`{part}` stands {count} times")).collect()
    }
}
