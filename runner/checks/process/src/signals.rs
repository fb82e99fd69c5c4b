//! Checks of the chapter `signals`.

mod fate;
mod handler_before_init;
mod handler_print;
mod idle;
mod signals_do_not_queue;

pub(crate) use handler_before_init::handler_before_init;
pub(crate) use handler_print::handler_print;
pub(crate) use signals_do_not_queue::signals_do_not_queue;
