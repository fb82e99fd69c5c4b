//! Starting programs and ending everything they started.
//!
//! Nothing else in the kit spawns a process. What is started here is owned: dropping the [`Tree`]
//! ends the program, its group, and every orphan it left, also after a double fork and `setsid`.
//!
//! The order of a life: [`Launch`] says what to start, [`Tree`] owns what runs, [`sweep`] ends what
//! stayed behind, [`warden`] does all that in a process of its own, so that it is done even when
//! whoever asked for it was killed.

mod capture;
mod child_setup;
mod follow;
mod launch;
#[cfg(target_os = "linux")]
mod leader;
mod on_terminal;
mod oneshot;
mod scratch;
mod shared;
pub mod sweep;
mod tree;
mod view;
pub mod warden;
mod winsize;

pub use capture::Capture;
pub use child_setup::{Limits, Session};
pub use follow::{Followed, follow};
pub use launch::{Input, Launch, Sink};
pub use oneshot::{Finished, leave, output, replace_self};
pub use scratch::{Scratch, remove_stale_scratch};
pub use tree::{Remote, Tree};
pub use view::{Ended, View};
pub use winsize::WindowSize;
