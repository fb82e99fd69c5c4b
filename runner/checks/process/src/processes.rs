//! Checks of the chapter `processes`.

mod exec_argv0;
mod exec_fallthrough;
mod exit_status_mirror;
mod fifo;
mod fork_exit_flush;
mod fork_with_threads;
mod inherit_clean;
mod kill_the_tree;
mod ready_file;
mod reaper_steals;
mod sigchld_coalesced;
mod stop_escalation;
mod zombie_parade;

pub(crate) use exec_argv0::exec_argv0;
pub(crate) use exec_fallthrough::exec_fallthrough;
pub(crate) use exit_status_mirror::exit_status_mirror;
pub(crate) use fork_exit_flush::fork_exit_flush;
pub(crate) use fork_with_threads::fork_with_threads;
pub(crate) use inherit_clean::inherit_clean;
pub(crate) use kill_the_tree::kill_the_tree;
pub(crate) use reaper_steals::reaper_steals;
pub(crate) use sigchld_coalesced::sigchld_coalesced;
pub(crate) use stop_escalation::stop_escalation;
pub(crate) use zombie_parade::zombie_parade;
