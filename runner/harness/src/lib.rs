//! Supervises a program, looks at what it really did, and says so as data.
//!
//! It knows neither cargo, nor the course, nor a terminal. Bottom up:
//!
//! - [`supervise`] starts programs and ends everything they started,
//! - [`process`] reads what the kernel says about a process,
//! - [`report`] and [`evidence`] are the words between a check and the runner.

pub mod evidence;
pub mod process;
pub mod report;
pub mod supervise;
pub mod until;
