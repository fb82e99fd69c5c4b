//! The commands that do one thing and end: everything but `watch`.
//!
//! [`dispatch`] takes a parsed command to its module; each module decides purely and writes to a
//! [`Page`]; [`Session`] is the course and the learner's progress in it.

mod dispatch;
mod help;
mod hint;
mod judge;
mod list;
mod page;
pub mod reset;
mod run;
mod session;
mod solution;
mod verify;

pub use dispatch::dispatch;
pub use page::{Page, notice};
pub use session::Session;
