//! The page of an exercise: its story, what became of the last run, and the hints asked for.

use std::path::Path;

use harness::report::Verdict;

use super::link;
use crate::draw::{
    self, Line, Span, Style, did_not_build, failure, fill, output, paragraphs, passed, prose,
    story, unknown,
};
use crate::watch::event::Source;
use crate::watch::state::{Attempt, Ending, State};

pub(super) fn exercise(state: &State, width: usize) -> Vec<Line> {
    if let Some(trouble) = trouble(state) {
        return prose(&trouble, width);
    }
    let mut sections = Vec::new();
    let is_unknown = matches!(state.attempt.ending, Some(Ending::Verdict(Verdict::Unknown(_))));
    // What is missing has to be mended before there is any use in the rest.
    if is_unknown {
        sections.push(attempt(state, width));
    }
    if state.telling {
        if state.welcome {
            sections.push(story(&state.course.welcome, width));
        }
        if let Some(Source::Text { story: text, .. }) = &state.source {
            sections.push(story(text, width));
            sections.push(guide(state, width));
            if !is_unknown {
                sections.push(title(&state.attempt));
            }
        }
    }
    if !is_unknown {
        sections.push(attempt(state, width));
    }
    sections.push(output(&state.attempt.output, shown_output(&state.attempt), width));
    sections.push(hints(state, width));
    sections.retain(|section| !section.is_empty());
    sections.join(&Line::blank())
}

/// Why there is nothing to judge, and what to do about it.
fn trouble(state: &State) -> Option<String> {
    let path = state.course.file(state.current);
    let path = path.display();
    let name = state.name();
    let reset =
        format!("press `x`, or type `cargo run -- reset {name}`, to put the shipped text back");
    match state.source.as_ref()? {
        Source::Text { .. } => None,
        Source::Missing => Some(format!("{path} is gone; {reset}")),
        Source::NotUtf8(at) => Some(format!(
            "{path} is not UTF-8 from byte {at} on, so it is no Rust source; save it as UTF-8, or {reset}"
        )),
        Source::Unreadable(why) => {
            Some(format!("{path} cannot be read: {why}; `ls -l {path}` shows whose it is"))
        }
    }
}

/// Lines of the program's output that are shown: more where it may explain something.
fn shown_output(attempt: &Attempt) -> usize {
    match attempt.ending {
        None | Some(Ending::Verdict(Verdict::Passed(_))) => 6,
        Some(_) => 16,
    }
}

/// Where the chapter explains what its stories are about.
fn guide(state: &State, width: usize) -> Vec<Line> {
    let folder = &state.course.chapter_of(state.current).folder;
    let path = link::span(state, Path::new("exercises").join(folder).join("README.md"));
    fill(Line::blank(), 0, &[Span::new("The chapter: ", Style::Dim), path], width)
}

/// Between the story and the verdict, since the status line may be far away.
fn title(attempt: &Attempt) -> Vec<Line> {
    vec![match &attempt.ending {
        Some(Ending::Verdict(verdict)) => draw::title(verdict),
        Some(Ending::DidNotBuild(_)) => Line::new("✗ Does not compile", Style::Bad),
        Some(Ending::Cancelled) => return Vec::new(),
        None => Line::new("As it is now", Style::Strong),
    }]
}

fn attempt(state: &State, width: usize) -> Vec<Line> {
    let solution = state.course.solution(state.current);
    match &state.attempt.ending {
        Some(Ending::DidNotBuild(text)) => did_not_build(text, width),
        Some(Ending::Verdict(Verdict::Failed(it))) => failure(it, width),
        Some(Ending::Verdict(Verdict::Unknown(it))) => unknown(it, width),
        Some(Ending::Verdict(Verdict::Passed(it))) => {
            let mut lines = passed(it, &solution.display().to_string(), width);
            lines.push(Line::blank());
            lines.extend(prose(&after_passing(state), width));
            lines
        }
        Some(Ending::Cancelled) => {
            prose("Nothing was judged. `r` runs it, and so does a save.", width)
        }
        None => steps(&state.attempt.steps, width),
    }
}

fn after_passing(state: &State) -> String {
    let all = state.course.len();
    if state.passed_count() == all {
        format!("All {all} have passed by now: `c` judges them anew, and the course is done.")
    } else {
        "`s` shows the solution, to compare with yours; `n` goes on.".to_owned()
    }
}

fn steps(steps: &[String], width: usize) -> Vec<Line> {
    let last = steps.len().saturating_sub(1);
    let line = |(at, step): (usize, &String)| {
        let sign = if at == last { ("▸ ", Style::Key) } else { ("✓ ", Style::Good) };
        fill(Line::new(sign.0, sign.1), 2, &[Span::new(step, Style::Plain)], width)
    };
    steps.iter().enumerate().flat_map(line).collect()
}

fn hints(state: &State, width: usize) -> Vec<Line> {
    let all = state.course.exercise(state.current).hints.len();
    let shown = state.hints();
    let mut lines = Vec::new();
    for (at, hint) in shown.iter().enumerate() {
        if at > 0 {
            lines.push(Line::blank());
        }
        lines.push(Line::new(format!("Hint {} of {all}", at + 1), Style::Strong));
        lines.extend(
            paragraphs(hint, width.saturating_sub(2))
                .into_iter()
                .map(|line| Line::plain("  ").joined(line)),
        );
    }
    lines
}
