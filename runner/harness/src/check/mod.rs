//! The vocabulary of checks.
//!
//! A check is a function that reads as a story: it starts the learner's program, forces the moment
//! that matters, looks, and says what it saw.
//!
//! ```no_run
//! use harness::check::{Case, CheckResult};
//! use harness::until::secs;
//!
//! /// A service that is told to stop says goodbye and exits with status 0.
//! fn says_goodbye(case: &mut Case) -> CheckResult {
//!     case.matters("a service that dies of SIGTERM loses what it had not written yet");
//!
//!     case.step("start the service and wait until it is ready");
//!     let mut service = case.program().start()?;
//!     service.prints("ready", secs(2))?;
//!
//!     case.step("ask it to stop");
//!     service.signal(nix::sys::signal::Signal::SIGTERM)?;
//!     service.prints("goodbye", secs(2))?;
//!     service.exits_with(0, secs(2))?;
//!     service.leaves_nothing()?;
//!
//!     case.passed("asked to stop, it said goodbye and exited with status 0")
//! }
//! ```

mod asleep;
mod broker;
mod case;
mod deadlock;
mod endings;
mod fold;
mod guard;
mod lifeline;
mod main;
mod preload;
mod pressure;
mod program;
mod reaper;
mod rest;
mod rules;
mod running;
mod stop;
pub(crate) mod story;
mod waits;

pub use asleep::{Asleep, Rest};
pub use broker::age_of_run;
pub use case::Case;
pub use endings::list_lines;
pub use lifeline::Lifeline;
pub use main::{Check, main};
pub use preload::Preload;
pub use pressure::Frozen;
pub use program::Program;
pub use rules::{Rule, Rules};
pub use running::Running;
pub use stop::{CheckResult, Reworded, Stop};
pub use waits::Seen;
