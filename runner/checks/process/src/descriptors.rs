//! Checks of the chapter `descriptors`.

mod cloexec_leak;
mod deployment;
mod fd_leak_loop;

pub(crate) use cloexec_leak::cloexec_leak;
pub(crate) use fd_leak_loop::fd_leak_loop;
