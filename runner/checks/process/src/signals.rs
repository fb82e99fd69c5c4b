//! Checks of the chapter `signals`.

mod critical_section;
mod fate;
mod forward_signal;
mod handler_alloc;
mod handler_before_init;
mod handler_print;
mod idle;
mod sighup_reload;
mod signals_do_not_queue;
mod wait_cannot_be_interrupted;

pub(crate) use critical_section::critical_section;
pub(crate) use forward_signal::forward_signal;
pub(crate) use handler_alloc::handler_alloc;
pub(crate) use handler_before_init::handler_before_init;
pub(crate) use handler_print::handler_print;
pub(crate) use sighup_reload::sighup_reload;
pub(crate) use signals_do_not_queue::signals_do_not_queue;
pub(crate) use wait_cannot_be_interrupted::wait_cannot_be_interrupted;
