//! Checks of the chapter `descriptors`.

mod cloexec_leak;
mod deployment;
mod double_close;
mod fd_leak_loop;
mod flock_guard;
mod flock_pidfile;
mod locks;
mod redirect_stdout;

pub(crate) use cloexec_leak::cloexec_leak;
pub(crate) use double_close::double_close;
pub(crate) use fd_leak_loop::fd_leak_loop;
pub(crate) use flock_guard::flock_guard;
pub(crate) use flock_pidfile::flock_pidfile;
pub(crate) use redirect_stdout::redirect_stdout;
