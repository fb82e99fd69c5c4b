//! Watch mode: a save is judged while the learner looks on.
//!
//! One channel brings all that happens; [`state`] decides what to do about it and does nothing
//! itself; [`screen`] draws what the state is. Files, keys, signals, runs and the terminal are
//! threads and effects around the two.
//!
//! Architecture invariant: `state` and `screen` do no input or output, read no clock and know no
//! terminal. Nothing here wakes the processor while nothing happens.

pub mod engine;
pub mod event;
#[cfg(test)]
mod samples;
pub mod screen;
pub mod source;
pub mod state;

pub use event::{Action, Event, Key, Size, Source};
pub use state::State;
