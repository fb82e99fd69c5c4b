//! Watch mode: a save is judged while the learner looks on.
//!
//! ```text
//! keys ─┐
//! files ┼─► main_loop ──event──► state ──actions──► main_loop ──► engine, files, progress
//! runs ─┤                          │
//! signals ┘                        └──► screen ──lines──► terminal
//! ```
//!
//! One channel brings all that happens; [`state`] decides what to do about it and does nothing
//! itself; [`screen`] draws what the state is. Files, keys, signals, runs and the terminal are
//! threads and effects around the two.
//!
//! Architecture invariant: `state` and `screen` do no input or output, read no clock and know no
//! terminal. Nothing here wakes the processor while nothing happens.

mod effects;
pub mod engine;
pub mod event;
pub mod files;
mod input;
mod main_loop;
#[cfg(test)]
mod samples;
pub mod screen;
pub mod source;
mod start;
pub mod state;
pub mod terminal;

pub use event::{Action, Event, Key, Size, Source};
pub use start::watch;
pub use state::State;
