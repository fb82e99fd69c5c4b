//! Checks of the chapter `pipes`.

mod pipe_no_eof;
mod two_way_pipe;
mod wait_before_read;

pub(crate) use pipe_no_eof::pipe_no_eof;
pub(crate) use two_way_pipe::two_way_pipe;
pub(crate) use wait_before_read::wait_before_read;
