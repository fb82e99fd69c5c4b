//! What the words do.

mod bench;
mod dispatch;
mod pull;
mod serve;
mod status;

pub use dispatch::run;
