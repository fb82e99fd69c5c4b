//! Brings servers onto this machine.

mod jars;
mod packages;
mod steps;

pub(crate) use steps::install;
