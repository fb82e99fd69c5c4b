//! Verdicts and evidence as lines of text. Everything here is pure: data and a width in, lines out,
//! and no line is ever wider.
//!
//! `run`, `verify` and `watch` all draw with these functions, so a verdict reads the same wherever
//! it is met.

mod ansi;
mod broker;
mod compare;
mod evidence;
mod harmless;
mod line;
mod lines;
mod messages;
mod open_files;
mod output;
mod processes;
mod rules;
#[cfg(test)]
pub(crate) mod samples;
mod signals;
mod story;
mod table;
#[cfg(test)]
mod tests;
mod timeline;
mod verdict;
mod wrap;

pub use ansi::coloured;
pub use evidence::evidence;
pub use harmless::harmless;
pub use line::{Line, Span, Style};
pub use output::output;
pub use story::{paragraphs, paragraphs_to_copy, story};
pub use verdict::{did_not_build, failure, passed, title, unknown, verdict};
pub use wrap::{bounded, chop, chop_at_spaces, fill, prose};
