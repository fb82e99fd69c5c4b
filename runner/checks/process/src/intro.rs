//! Checks of the chapter `intro`.

mod exit_status;
mod its_own_pid;

pub(crate) use exit_status::exit_status;
pub(crate) use its_own_pid::its_own_pid;
