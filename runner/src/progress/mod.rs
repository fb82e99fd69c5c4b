//! What the learner has done so far, and the file that keeps it.
//!
//! [`Progress`] is pure data and knows how two records of it merge; [`state`] turns it into text
//! and back; [`Store`] reads and writes `.faultlings/state.json` so that neither `kill -9` nor a
//! second runner loses anything; [`lock`] notices that second runner.

pub mod lock;
pub mod model;
pub mod state;
pub mod store;

pub use lock::{Claim, Lock, claim};
pub use model::Progress;
pub use store::Store;
