//! Supervises a program, looks at what it really did, and says so as data.
//!
//! It knows neither cargo, nor the course, nor a terminal. Top down:
//!
//! - [`check`] is the vocabulary in which a check tells its story,
//! - [`world`] is the outside that programs act on, recorded and held,
//! - [`proxy`] is a stretch of network that can be held and broken,
//! - [`helpers`] are small programs of ours that a check lets the learner's program start,
//! - [`supervise`] starts programs and ends everything they started,
//! - [`process`] reads what the kernel says about a process,
//! - [`broker`] is how message brokers are spoken of,
//! - [`report`] and [`evidence`] are the words between a check and the runner.

pub mod broker;
pub mod check;
pub mod evidence;
pub mod helpers;
pub mod process;
pub mod proxy;
pub mod report;
pub mod supervise;
pub mod until;
pub mod world;
