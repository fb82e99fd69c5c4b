//! What the watch knows, and the rules by which it changes: `handle(event) -> actions`.
//!
//! `model` is the data. Each of the other modules holds the rules for one kind of event: files
//! (`saves`), runs (`runs`), keys on the exercise's page (`keys`), the answer to a question
//! (`prompts`), the list (`list`), and verifying all (`verify`).

mod going;
mod handle;
mod keys;
pub mod list;
pub mod model;
mod prompts;
mod runs;
mod saves;
mod scrolling;
#[cfg(test)]
mod tests;
pub mod verify;

pub use model::{Attempt, Ending, Page, Prompt, State, Work};
