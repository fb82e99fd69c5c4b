//! Checks of the chapter `shutdown`.

mod acts;
mod double_signal_order;
mod drop_is_skipped;
mod flag_long_sleep;
mod shutdown_deadline;
mod tokio_second_ctrl_c;
mod tokio_signal_channel;
mod tokio_stdin_hang;

pub(crate) use double_signal_order::double_signal_order;
pub(crate) use drop_is_skipped::drop_is_skipped;
pub(crate) use flag_long_sleep::flag_long_sleep;
pub(crate) use shutdown_deadline::shutdown_deadline;
pub(crate) use tokio_second_ctrl_c::tokio_second_ctrl_c;
pub(crate) use tokio_signal_channel::tokio_signal_channel;
pub(crate) use tokio_stdin_hang::tokio_stdin_hang;
