//! A tree of processes: who is whose child, and what each one does.

use harness::evidence::{ProcessRow, ProcessTree};

use super::{Line, Span, Style, table, wrap::words_of};

/// Deeper than this, rows are drawn as if they were this deep: a fork loop must not draw a line of
/// branches alone.
const DEEPEST: usize = 8;

pub(super) fn processes(tree: &ProcessTree, width: usize) -> Vec<Line> {
    let mut lines = super::fill(
        Line::blank(),
        2,
        &[Span::new(format!("Processes {}", tree.when), Style::Strong)],
        width,
    );
    let heads: Vec<String> = tree
        .rows
        .iter()
        .enumerate()
        .map(|(at, row)| format!("{}{} {}", branch(&tree.rows, at), row.pid, row.name))
        .collect();
    let start = 2 + table::widest(heads.iter().map(String::as_str), 34) + 2;
    for (row, head) in tree.rows.iter().zip(heads) {
        lines.extend(table::row(Line::plain(format!("  {head}")), start, &doing(row), width));
    }
    lines
}

fn doing(row: &ProcessRow) -> Vec<Span> {
    let style = if matches!(row.state, 'Z' | 'X') { Style::Bad } else { Style::Plain };
    let mut words = vec![Span::new(format!("{} {}", row.state, state_name(row.state)), style)];
    if let Some(doing) = &row.doing {
        words.push(Span::new(", ", Style::Plain));
        words.extend(words_of(doing, &Style::Plain));
    }
    if let Some(note) = &row.note {
        words.extend(pointed_at(note));
    }
    words
}

/// What the learner should see in a row.
pub(super) fn pointed_at(note: &str) -> Vec<Span> {
    let mut words = vec![Span::new("  ← ", Style::Doubt)];
    words.extend(words_of(note, &Style::Doubt));
    words
}

/// The letters of ps(1) and proc_pid_stat(5), in words.
fn state_name(state: char) -> &'static str {
    match state {
        'R' => "running",
        'S' => "sleeping",
        'D' => "sleeping on a disk",
        'T' => "stopped",
        't' => "stopped by a tracer",
        'Z' => "zombie",
        'I' => "idle",
        'X' => "dead",
        _ => "in a state that ps(1) explains",
    }
}

/// The lines that lead from a process to its children.
fn branch(rows: &[ProcessRow], at: usize) -> String {
    let depth = |row: &ProcessRow| usize::from(row.depth).min(DEEPEST);
    let here = rows.get(at).map_or(0, depth);
    let goes_on = |level: usize| {
        rows.iter().skip(at + 1).map(depth).take_while(|&d| d >= level).any(|d| d == level)
    };
    (1..=here)
        .map(|level| match (level == here, goes_on(level)) {
            (true, true) => "├─ ",
            (true, false) => "└─ ",
            (false, true) => "│  ",
            (false, false) => "   ",
        })
        .collect()
}
