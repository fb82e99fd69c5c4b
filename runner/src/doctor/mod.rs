//! `doctor`: whether this machine has what the kit needs, and the one command that mends it.
//!
//! [`probe`] looks and judges nothing; what it has [`Seen`] is judged without looking, by
//! [`findings`]; [`page`] draws them.

mod brokers;
mod finding;
mod kernel;
pub mod page;
mod places;
pub mod probe;
mod seen;
mod system;
mod tools;

pub use brokers::Brokers;
pub use finding::{By, Finding, State, exit_status};
pub use seen::{CourseSeen, Seen, findings};
pub use system::{PackageManager, System};

#[cfg(test)]
mod tests;
