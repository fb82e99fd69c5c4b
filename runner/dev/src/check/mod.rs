//! Proof of the course: every list agrees with every other, every shipped program is refused in the
//! recorded words, every solution passes, every wrong fix is refused for its own reason.

mod busy;
mod command;
mod gone;
mod lint;
mod lists;
mod manifest;
mod nothing;
mod options;
mod prove;
mod table;
mod variant;
mod wrong;

pub(crate) use command::{Tally, prove_course, run};
pub(crate) use options::Options;
