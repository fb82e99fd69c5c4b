//! A question or a sentence, if there is one, and the keys.

use std::slice;

use crate::draw::{Line, Span, Style, fill};
use crate::grid::Mark;
use crate::watch::state::{Page, Prompt, State, list::List, verify::Verify};

/// Lines that a sentence may take from the page.
const MOST: usize = 4;

pub(super) fn footer(state: &State, width: usize) -> Vec<Line> {
    let (sentence, style) = match (state.prompt, state.notices.front()) {
        (Some(prompt), _) => (Some(question(state, prompt)), Style::Doubt),
        (None, notice) => (notice.cloned(), Style::Strong),
    };
    let mut lines = sentence.map_or_else(Vec::new, |text| {
        fill(Line::blank(), 0, slice::from_ref(&Span::new(text, style)), width)
    });
    if lines.len() > MOST {
        lines.truncate(MOST);
        if let Some(last) = lines.last_mut() {
            *last = std::mem::take(last).with(" …", Style::Dim);
        }
    }
    lines.push(keys(state, width));
    lines
}

fn question(state: &State, prompt: Prompt) -> String {
    let name = state.name();
    match prompt {
        Prompt::Switch(id) => {
            format!("{} was saved. Go there?", state.course.exercise(id).name)
        }
        Prompt::GiveUp => {
            format!("Give up on {name} and read its solution? That will be recorded.")
        }
        Prompt::Reset => {
            format!("Put the shipped text of {name} back? Yours is kept beside it.")
        }
    }
}

/// The keys that mean something now, the ones that matter least left out where there is no room.
fn keys(state: &State, width: usize) -> Line {
    let mut keys = wanted(state);
    while total(&keys) > width && keys.len() > 1 {
        let least = keys.iter().enumerate().max_by_key(|(_, key)| key.rank).map(|(at, _)| at);
        keys.remove(least.unwrap_or(0));
    }
    let mut line = Line::blank();
    for key in keys {
        if line.width() > 0 {
            line = line.and(" ");
        }
        line = line.with(key.key, Style::Key).with(":", Style::Dim).and(key.does);
    }
    line
}

#[derive(Clone, Copy)]
struct Hint {
    key: &'static str,
    does: &'static str,
    /// The higher, the sooner it is left out.
    rank: u8,
}

const fn key(key: &'static str, does: &'static str, rank: u8) -> Hint {
    Hint { key, does, rank }
}

fn total(keys: &[Hint]) -> usize {
    keys.iter().map(|hint| hint.key.chars().count() + hint.does.len() + 2).sum::<usize>() - 1
}

fn wanted(state: &State) -> Vec<Hint> {
    if state.prompt.is_some() {
        return vec![key("y", "yes", 0), key("n", "no", 0)];
    }
    match &state.page {
        Page::List(List { typing: true, .. }) => {
            vec![key("Enter", "go", 0), key("↑↓", "move", 1), key("Esc", "clear", 0)]
        }
        Page::List(_) => vec![
            key("Enter", "go", 0),
            key("↑↓", "move", 3),
            key("/", "search", 1),
            key("f", "filter", 2),
            key("Esc", "back", 0),
        ],
        Page::Verify(verify) => verify_keys(state, verify),
        Page::Exercise if state.is_judging() => {
            [vec![key("Esc", "cancel", 0)], everywhere(key("q", "quit", 0))].concat()
        }
        Page::Exercise | Page::Closing => everywhere(key("q", "quit", 0)),
        Page::Solution(_) | Page::Help => everywhere(key("Esc", "back", 0)),
    }
}

fn everywhere(last: Hint) -> Vec<Hint> {
    vec![
        key("n", "next", 1),
        key("p", "prev", 6),
        key("r", "run", 5),
        key("h", "hint", 2),
        key("l", "list", 3),
        key("s", "solution", 7),
        key("x", "reset", 8),
        key("c", "verify", 9),
        key("?", "help", 0),
        last,
    ]
}

fn verify_keys(state: &State, verify: &Verify) -> Vec<Hint> {
    if state.running().is_some() {
        return vec![key("Esc", "cancel", 0)];
    }
    let mut keys = vec![key("c", "verify again", 1), key("Esc", "back", 0)];
    if !verify.cancelled {
        let all_passed = verify.count(Mark::Passed) == verify.marks.len();
        let does = if all_passed { "the end of the course" } else { "first not passed" };
        keys.insert(0, key("Enter", does, 0));
    }
    keys
}
