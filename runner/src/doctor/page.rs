//! The doctor's page.

use super::finding::{By, Finding, State};
use super::seen::Seen;
use super::tools::Tool;
use crate::draw::{Line, Span, Style, fill, prose};

/// All findings, what they come to, and a block to give to a helper.
#[must_use]
pub fn page(seen: &Seen, findings: &[Finding], width: usize) -> Vec<Line> {
    let mut lines: Vec<Line> = findings.iter().flat_map(|finding| row(finding, width)).collect();
    lines.push(Line::blank());
    lines.extend(prose(&sum(findings), width));
    lines.push(Line::blank());
    lines.extend(prose("For somebody who helps you, without your name or your folders:", width));
    lines.push(Line::blank());
    lines.extend(block(seen, findings).iter().map(Line::plain));
    lines
}

/// Where a finding's words begin.
const INDENT: usize = 4 + 2 + 14;

fn row(finding: &Finding, width: usize) -> Vec<Line> {
    let (word, style) = match finding.state {
        State::Good(_) => ("ok", Style::Good),
        State::Optional(_) => ("-", Style::Dim),
        State::Bad { .. } => ("mend", Style::Bad),
    };
    let first = Line::new(word, style).padded(6).and(finding.what).padded(INDENT);
    let said = |text: &str| fill(first.clone(), INDENT, &[Span::new(text, Style::Plain)], width);
    match &finding.state {
        State::Good(detail) | State::Optional(detail) => said(detail),
        State::Bad { fault, mend, .. } => {
            let mut lines = said(fault);
            // On one line whatever its length, so that it can be copied whole.
            lines.push(Line::plain(" ".repeat(6)).with(mend, Style::Key));
            lines
        }
    }
}

fn sum(findings: &[Finding]) -> String {
    let by = |who| findings.iter().filter(|finding| finding.mended_by() == Some(who)).count();
    let things = |count: usize| match count {
        1 => "1 thing".to_owned(),
        many => format!("{many} things"),
    };
    match (by(By::You), by(By::Administrator)) {
        (0, 0) => "ready: `cargo run` starts the course".to_owned(),
        (you, 0) => format!(
            "{} to mend, which you can do; then type `cargo run -- doctor` again",
            things(you)
        ),
        (0, admin) => format!(
            "{} to mend, which needs an administrator; then type `cargo run -- doctor` again",
            things(admin)
        ),
        (you, admin) => format!(
            "{} to mend, which you can do, and {} that need an administrator; then type \
             `cargo run -- doctor` again",
            things(you),
            things(admin)
        ),
    }
}

/// Facts that help a helper. Nothing in it names a user or a folder.
fn block(seen: &Seen, findings: &[Finding]) -> Vec<String> {
    let system = &seen.system;
    let tool = |name: &str, tool: &Tool| match tool {
        Tool::Answers(line) => format!("{name:14}{}", line.trim_start_matches(name).trim_start()),
        Tool::Missing => format!("{name:14}missing"),
        Tool::Broken(_) => format!("{name:14}broken"),
    };
    let container = if system.container { ", in a container" } else { "" };
    let terminal = seen.terminal.map_or_else(
        || "none".to_owned(),
        |terminal| format!("{}x{}", terminal.columns, terminal.rows),
    );
    let not_ok: Vec<&str> = findings
        .iter()
        .filter(|finding| finding.mended_by().is_some())
        .map(|finding| finding.what)
        .collect();
    let not_ok = if not_ok.is_empty() { "nothing".to_owned() } else { not_ok.join(", ") };
    vec![
        "```".to_owned(),
        format!("faultlings    {}", env!("CARGO_PKG_VERSION")),
        tool("rustc", &seen.rustc),
        tool("cargo", &seen.cargo),
        format!("system        {}{container}", system.name),
        format!("kernel        {}, {}", system.kernel, system.architecture),
        format!("terminal      {terminal}"),
        format!("to mend       {not_ok}"),
        "```".to_owned(),
    ]
}
