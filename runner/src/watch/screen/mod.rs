//! What the learner sees: the state in, lines out. Nothing is remembered from screen to screen.

mod exercise;
mod footer;
mod frame;
mod header;
mod link;
mod list;
mod pages;
mod status;
mod verify;

#[cfg(test)]
mod tests;

pub use frame::{frame, page_height, scroll_limit};
