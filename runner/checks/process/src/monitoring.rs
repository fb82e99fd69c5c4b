//! Checks of the chapter `monitoring`.

mod cpu_needs_two;
mod decoys;
mod disk_once;
mod live_bar;
mod name_15;
mod net_rate;
mod refresh_only_needed;
mod swap_none;
mod top_without_threads;
mod units;
mod watch_pid;

pub(crate) use cpu_needs_two::cpu_needs_two;
pub(crate) use disk_once::disk_once;
pub(crate) use live_bar::live_bar;
pub(crate) use name_15::name_15;
pub(crate) use net_rate::net_rate;
pub(crate) use refresh_only_needed::refresh_only_needed;
pub(crate) use swap_none::swap_none;
pub(crate) use top_without_threads::top_without_threads;
pub(crate) use units::units;
pub(crate) use watch_pid::watch_pid;
