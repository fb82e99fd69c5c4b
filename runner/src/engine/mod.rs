//! From a saved file to a verdict.
//!
//! ```text
//! start ──► build: rustc by the recorded recipe, or cargo ──► judge: the check, a process of its own ──► verdict
//! ```
//!
//! Everything here runs under a warden ([`harness::supervise::warden`]), so that a runner that is
//! killed leaves neither a compiler nor a learner's program.

mod build;
mod cargo;
mod diagnostics;
mod judge;
mod recipe;
mod run;
mod warm;
mod workbench;

pub use cargo::cargo;
pub use judge::Judged;
pub use run::{Run, RunId, Told, start};
pub use warm::{Warming, needed_soon, warm};
pub use workbench::Workbench;
