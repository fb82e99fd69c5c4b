//! What the learner sees: watch, run, list, hint, solution, reset, verify, brokers, doctor.
//!
//! Decisions are pure (`course` parses text, `args` parses words, `doctor` judges findings); files,
//! processes and the terminal are touched at the edge.

pub mod args;
pub mod brokers;
pub mod commands;
pub mod course;
pub mod doctor;
pub mod draw;
pub mod engine;
pub mod files;
pub mod grid;
pub mod nearest;
pub mod progress;
pub mod watch;
