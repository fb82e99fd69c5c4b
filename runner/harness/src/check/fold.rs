//! Keeping a flood of output from hiding what happened around it.

use std::time::Instant;

/// When, who, what.
pub(super) type Row = (Instant, String, String);

/// Lines of output in a row that are shown in full.
const RUN: usize = 4;

/// Of more than [`RUN`] lines that one program printed in a row, the first two and the last stay.
pub(super) fn fold(rows: Vec<Row>) -> Vec<Row> {
    let mut folded = Vec::new();
    for run in rows.chunk_by(|one, next| is_output(one) && is_output(next) && one.1 == next.1) {
        if let [first, second, hidden @ .., last] = run
            && run.len() > RUN
        {
            let count = hidden.len();
            let gap = (second.0, first.1.clone(), format!("... {count} more lines"));
            folded.extend([first.clone(), second.clone(), gap, last.clone()]);
        } else {
            folded.extend_from_slice(run);
        }
    }
    folded
}

/// Quoted text, as `story` writes it; what a program did, such as ending, is not quoted.
fn is_output((_, _, what): &Row) -> bool {
    what.starts_with('"') || what.starts_with("on stderr: ")
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::fold;

    fn folded(rows: &[(&str, &str)]) -> Vec<String> {
        let at = Instant::now();
        let rows = rows.iter().map(|(who, what)| (at, (*who).to_owned(), (*what).to_owned()));
        fold(rows.collect()).into_iter().map(|(_, _, what)| what).collect()
    }

    #[test]
    fn a_flood_is_told_by_its_ends() {
        let lines = ["\"1\"", "on stderr: \"2\"", "\"3\"", "\"4\"", "\"5\""];
        let mut rows: Vec<_> = lines.iter().map(|line| ("program 7", *line)).collect();
        rows.insert(0, ("check", "sent SIGTERM to pid 7"));
        rows.push(("program 7", "exited with status 0"));
        let wanted = [
            "sent SIGTERM to pid 7",
            "\"1\"",
            "on stderr: \"2\"",
            "... 2 more lines",
            "\"5\"",
            "exited with status 0",
        ];
        assert_eq!(folded(&rows), wanted);
    }

    #[test]
    fn what_the_check_did_in_between_ends_a_run() {
        let rows = [
            ("program 7", "\"1\""),
            ("program 7", "\"2\""),
            ("check", "let upload through"),
            ("program 7", "\"3\""),
            ("program 7", "\"4\""),
            ("program 8", "\"5\""),
        ];
        assert_eq!(folded(&rows).len(), rows.len());
    }
}
