//! Checks of the chapter `pipes`.

mod broken_pipe_exit;
mod eintr_is_not_an_error;
mod pipe_no_eof;
mod short_reads;
mod two_way_pipe;
mod wait_before_read;

pub(crate) use broken_pipe_exit::broken_pipe_exit;
pub(crate) use eintr_is_not_an_error::eintr_is_not_an_error;
pub(crate) use pipe_no_eof::pipe_no_eof;
pub(crate) use short_reads::short_reads;
pub(crate) use two_way_pipe::two_way_pipe;
pub(crate) use wait_before_read::wait_before_read;
