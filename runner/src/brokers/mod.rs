//! Brokers, as the runner has them: started ahead of need by a program of their own
//! (`runner/brokers`), kept as long as the runner lives, or longer by `brokers up`.
//!
//! [`Brokers`] asks that program and hands out addresses; `kept` are the files by which another
//! runner, and a program started by hand, find what runs; [`command`] is `brokers up` and `down`.

pub mod command;
mod kept;
mod serving;

pub use serving::{Brokers, executable};
