//! Checks of the chapter `pipes`.

mod wait_before_read;

pub(crate) use wait_before_read::wait_before_read;
