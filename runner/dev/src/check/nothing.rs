//! Programs that do no work: every check has to refuse them, and not to hang.

use std::path::Path;

use faultlings::engine::Workbench;
use harness::report::{Report, Stream};

use super::variant::{Text, Wanted};

const IDLE: [(&str, &str); 3] = [
    ("does nothing", "fn main() {}\n"),
    ("loops for ever", "fn main() {\n    loop {\n        std::hint::spin_loop();\n    }\n}\n"),
    ("panics at once", "fn main() {\n    panic!(\"at once\");\n}\n"),
];

/// An empty program, an endless one, one that panics, and one that prints what the solution printed
/// and does nothing else.
pub(super) fn texts(bench: &Workbench, solution: &Path) -> Vec<Text> {
    let idle = IDLE.map(|(name, text)| (name, text.to_owned()));
    let all = idle.into_iter().chain([("prints the words", parrot(bench, solution))]);
    all.map(|(name, text)| Text { name: name.to_owned(), text, wanted: Wanted::Refused }).collect()
}

/// A program that says what the solution said when it was judged.
fn parrot(bench: &Workbench, solution: &Path) -> String {
    let judged = bench.judge(solution);
    let said = |wanted| {
        let of_stream = judged.reports.iter().filter_map(move |report| match report {
            Report::Output(output) if output.stream == wanted => Some(output.text.as_str()),
            _ => None,
        });
        of_stream.collect::<String>()
    };
    let (stdout, stderr) = (said(Stream::Stdout), said(Stream::Stderr));
    format!(
        "fn main() {{\n    print!(\"{{}}\", {stdout:?});\n    eprint!(\"{{}}\", {stderr:?});\n}}\n"
    )
}
