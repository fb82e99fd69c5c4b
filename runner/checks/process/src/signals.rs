//! Checks of the chapter `signals`.

mod handler_print;

pub(crate) use handler_print::handler_print;
