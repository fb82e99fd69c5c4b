//! Cargo, the compiler, the linker, git.

use super::finding::{By, Finding};
use super::system::System;

/// Installs Rust where there is none; see <https://rustup.rs>.
const RUSTUP: &str = "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh";

/// What a tool said when it was asked for its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tool {
    /// The first line of its answer.
    Answers(String),
    /// There is no such program.
    Missing,
    /// It was started and gave no version: the first line of what it said instead.
    Broken(String),
}

/// What came of linking a small program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Linking {
    /// It works.
    Works,
    /// The compiler could not be asked.
    NotTried,
    /// The compiler found no linker of this name.
    NoLinker(String),
    /// The linker refused, or the compiler did: its first error.
    Refused(String),
}

pub(super) fn cargo(tool: &Tool) -> Finding {
    match tool {
        Tool::Answers(version) => Finding::good("cargo", version_of(version)),
        Tool::Missing => Finding::bad("cargo", "not found on PATH", RUSTUP, By::You),
        Tool::Broken(said) => {
            Finding::bad("cargo", format!("does not work: {said}"), "rustup update stable", By::You)
        }
    }
}

/// `wanted` is the workspace's rust-version: `1.95`.
pub(super) fn rustc(tool: &Tool, wanted: &str) -> Finding {
    let version = match tool {
        Tool::Answers(version) => version_of(version),
        Tool::Missing => return Finding::bad("rustc", "not found on PATH", RUSTUP, By::You),
        Tool::Broken(said) => {
            let fault = format!("does not work: {said}");
            return Finding::bad("rustc", fault, "rustup update stable", By::You);
        }
    };
    match (numbers(&version), numbers(wanted)) {
        (Some(has), Some(needs)) if has < needs => {
            let fault = format!("is {version}, and the course needs {wanted} or newer");
            Finding::bad("rustc", fault, "rustup update stable", By::You)
        }
        _ => Finding::good("rustc", version),
    }
}

pub(super) fn linker(linking: &Linking, system: &System) -> Finding {
    match linking {
        Linking::Works => Finding::good("linker", "links a program"),
        Linking::NotTried => {
            Finding::bad("linker", "not tried, since rustc does not work", RUSTUP, By::You)
        }
        Linking::NoLinker(name) => {
            system.needs_linker("linker", format!("`{name}` is not found on PATH"))
        }
        Linking::Refused(said) => {
            system.needs_linker("linker", format!("does not link a small program: {said}"))
        }
    }
}

pub(super) fn git(tool: &Tool, system: &System) -> Finding {
    match tool {
        Tool::Answers(version) => Finding::good("git", version_of(version)),
        Tool::Missing | Tool::Broken(_) => Finding::optional(
            "git",
            format!(
                "not there, and only updates of the course need it: {}",
                system.package_manager.git()
            ),
        ),
    }
}

/// `1.95.0` of `rustc 1.95.0 (59807616e 2026-04-14)`; all of it when there is no number.
fn version_of(line: &str) -> String {
    line.split_whitespace()
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))
        .unwrap_or(line)
        .to_owned()
}

/// Major and minor: a nightly of 1.95 counts as 1.95, as Cargo has it with rust-version.
fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split(|c: char| !c.is_ascii_digit());
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}
