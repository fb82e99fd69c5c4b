//! The terminal: its mode, what is painted on it, the keys and signals that come from it.
//!
//! It is given back as it was on every way out: when the [`Terminal`] is dropped, in a panic of any
//! thread, and when a second signal says that the first one did not help.

mod keys;
mod mode;
mod paint;
mod parse;
mod signals;

pub use keys::read_keys;
pub use mode::Terminal;
pub use parse::{Parser, Pressed};
pub use signals::{Signalled, forward, hold_back_ctrl_z};
