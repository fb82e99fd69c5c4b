use std::fs;

use harness::check::{Case, CheckResult, Stop, list_lines};
use harness::evidence::{Evidence, Lines};
use harness::report::Stream;
use harness::until::secs;

/// What was printed before, during and after a redirection is where it belongs, each by itself.
pub(crate) fn redirect_stdout(case: &mut Case) -> CheckResult {
    case.matters(
        "what waits in a buffer goes to where its descriptor leads when it is written, not when it was \
         printed: a file that a program reads begins with words for people, and lacks its end",
    );
    case.step("have three reports made, of which the second fails");
    let names = [case.word(), case.word(), case.word()];
    let sales = [case.number(100..=999), 0, case.number(100..=999)];
    let bad = case.word();
    let figures = [sales[0].to_string(), bad, sales[2].to_string()];
    let path = case.folder().join("report");
    let entries = names.iter().zip(&figures).map(|(name, figure)| format!("{name}={figure}"));
    let program = case.program().args(entries).env("REPORT", &path).start()?;
    program.ends(secs(3))?;

    let file = Text { what: "the report", text: fs::read_to_string(&path).unwrap_or_default() };
    let screen = Text { what: "standard output", text: program.text(Stream::Stdout) };
    let failed = "failed (invalid digit found in string)";
    let tail = |at: usize| format!("sales {}, tax {}", sales[at], sales[at] / 5);
    let [first, second, last] = &names;
    let in_file =
        format!("\n== {first} ==\n{}\n== {second} ==\n\n== {last} ==\n{}", tail(0), tail(2));
    let on_screen = format!("{first}: written\n{second}: {failed}\n{last}: written\n");

    let belongs = format!("`{first}: ` is on standard output, and nothing of it in the report");
    let observed = format!("the report begins with `{first}: `, which belongs on the screen");
    file.expect(case, &in_file, !file.has(&format!("{first}: ")), &belongs, observed)?;
    let belongs = "what the library printed last is in the report";
    let observed = format!("its end, `{}`, stood on standard output", tail(0));
    screen.expect(case, &on_screen, !screen.has(&tail(0)), belongs, observed)?;
    let belongs = "standard output is back when the library returns, also when it has failed";
    let observed =
        format!("after the report of {second} had failed, stdout still led into the file");
    file.expect(case, &in_file, !file.has(failed), belongs, observed)?;
    let belongs = "standard output has the name of each branch and, in the same line, how it went";
    let observed = match (screen.has(&format!("{first}:")), screen.has("written")) {
        (true, true) => format!("`{first}: ` and how it went were not in one line"),
        (false, true) => format!("it said `written`, and `{first}: ` was not before it"),
        _ => format!("it was {:?}", screen.text),
    };
    screen.expect(case, &on_screen, screen.text == on_screen, belongs, observed)?;
    let observed = format!("it was {:?}", file.text);
    file.expect(case, &in_file, file.text == in_file, "the report is what was printed", observed)?;
    program.exits_with(1, secs(1))?;

    case.passed(
        "of three reports, one of which failed, everything was in the file, and nothing else; and \
         what came before and after each was on standard output",
    )
}

/// What was found in one of the two places.
struct Text {
    what: &'static str,
    text: String,
}

impl Text {
    fn has(&self, words: &str) -> bool {
        self.text.contains(words)
    }

    /// Goes on if `holds`; else the failure, with the text as it should be beside it.
    fn expect(
        &self,
        case: &Case,
        wanted: &str,
        holds: bool,
        expected: &str,
        observed: String,
    ) -> Result<(), Stop> {
        let lines = Lines {
            what: self.what.to_owned(),
            expected: list_lines(wanted),
            observed: list_lines(&self.text),
        };
        case.expect(holds, expected, observed).map_err(|stop| stop.with(Evidence::Lines(lines)))
    }
}
