//! `run`: one exercise, judged once.

use std::io;

use anyhow::Result;
use harness::report::{Failure, Output, Report, Verdict};
use serde::Serialize;

use super::judge::{Ending, judge};
use super::page::Page;
use super::session::Session;
use crate::course::{Course, ExerciseId};
use crate::draw::{self, Line, Span, Style};
use crate::engine::Told;
use crate::grid::{self, Mark};

/// How many lines of the program's output are shown.
const OUTPUT: usize = 40;

/// Judges an exercise, draws what happened and returns the exit status: 0 passed, 1 failed, 2 could
/// not tell. The exercise becomes the current one.
///
/// # Errors
/// The page cannot be written.
pub(super) fn run(session: &mut Session, id: ExerciseId, page: &mut Page) -> Result<u8> {
    let file = session.course.file(id);
    page.line(&Line::new(file.display().to_string(), Style::Strong))?;
    let mut output = Vec::new();
    let ending = judge(&session.course, &session.brokers, id, |told| match told {
        Told::Step(step) => {
            let words = [Span::new(step, Style::Dim)];
            page.lines(&draw::fill(Line::plain("  "), 4, &words, page.width))
        }
        Told::Output(piece) => {
            output.push(piece);
            Ok(())
        }
        Told::DidNotBuild(_) | Told::Ended(_) => Ok(()),
    })?;

    record(session, id, &ending);
    page.lines(&lines(session, id, &output, &ending, page.width))?;
    Ok(grid::exit_status(&[ending.mark()]))
}

/// The same for programs: reports as JSON, one a line.
///
/// # Errors
/// As [`run`].
pub(super) fn run_json(session: &mut Session, id: ExerciseId, page: &mut Page) -> Result<u8> {
    let ending = judge(&session.course, &session.brokers, id, |told| match told {
        Told::Step(step) => report(page, &Report::Step(step)),
        Told::Output(output) => report(page, &Report::Output(output)),
        Told::DidNotBuild(_) | Told::Ended(_) => Ok(()),
    })?;

    record(session, id, &ending);
    let mark = ending.mark();
    let verdict = match ending {
        Ending::Judged(verdict) => verdict,
        Ending::DidNotBuild(words) => {
            report(page, &CompilerReport::DidNotBuild(words))?;
            Verdict::Failed(does_not_compile())
        }
    };
    report(page, &Report::Verdict(verdict))?;
    Ok(grid::exit_status(&[mark]))
}

/// A report that no check makes, since no check was started.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum CompilerReport {
    DidNotBuild(String),
}

fn does_not_compile() -> Failure {
    Failure {
        expected: "a program that compiles".to_owned(),
        observed: "the compiler refused it".to_owned(),
        why: "what does not compile cannot be watched at work".to_owned(),
        evidence: Vec::new(),
    }
}

fn report(page: &mut Page, report: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(report)?;
    line.push(b'\n');
    page.raw(&line)
}

fn record(session: &mut Session, id: ExerciseId, ending: &Ending) {
    let name = &session.course.exercise(id).name;
    session.progress.set_current(name);
    if ending.mark() == Mark::Passed {
        session.progress.record_pass(name);
    }
    session.save();
}

/// Everything that is drawn once the run is over.
fn lines(
    session: &Session,
    id: ExerciseId,
    output: &[Output],
    ending: &Ending,
    width: usize,
) -> Vec<Line> {
    let course = &session.course;
    let mut lines = vec![Line::blank()];
    let output = draw::output(output, OUTPUT, width);
    if !output.is_empty() {
        lines.extend(output);
        lines.push(Line::blank());
    }
    match ending {
        Ending::DidNotBuild(words) => {
            lines.extend(draw::did_not_build(words, width));
            lines.push(Line::new("✗ Did not compile", Style::Bad));
        }
        Ending::Judged(verdict) => {
            let solution = course.solution(id).display().to_string();
            lines.extend(draw::verdict(verdict, &solution, width));
        }
    }
    if let Some(next) = next(course, id, ending.mark()) {
        lines.push(Line::blank());
        lines.extend(draw::prose(&next, width));
    }
    lines
}

/// What to type next, where the verdict does not say it.
fn next(course: &Course, id: ExerciseId, mark: Mark) -> Option<String> {
    let name = &course.exercise(id).name;
    match mark {
        Mark::Passed => Some(match course.ids().nth(id.0 + 1) {
            Some(next) => format!("next: `cargo run -- run {}`", course.exercise(next).name),
            None => "that was the last one; `cargo run -- verify` checks all anew".to_owned(),
        }),
        Mark::Failed => Some(format!("`cargo run -- hint {name}` helps on")),
        Mark::DidNotBuild | Mark::Unknown => None,
    }
}
