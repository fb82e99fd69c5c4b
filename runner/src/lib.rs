//! What the learner sees: watch, run, list, hint, solution, reset, verify, doctor.
//!
//! Decisions are pure (`course` parses text, `args` parses words, `doctor` judges findings); files,
//! processes and the terminal are touched at the edge.

pub mod args;
pub mod commands;
pub mod course;
pub mod draw;
pub mod files;
pub mod nearest;
pub mod progress;
