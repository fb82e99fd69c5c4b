//! The course: chapters and exercises in order, as info.toml lists them.
//!
//! [`parse`](mod@parse) turns text into chapters and refuses what is wrong with one sentence;
//! [`load`](mod@load) reads the file and finds each chapter's folder; [`model`] is what the rest
//! of the kit works with.

pub mod load;
pub mod model;
pub mod parse;

pub use model::{Chapter, Course, Exercise, ExerciseId};

#[cfg(test)]
mod tests;
