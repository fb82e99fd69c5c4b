//! Checks of the chapter `shutdown`.

mod tokio_second_ctrl_c;

pub(crate) use tokio_second_ctrl_c::tokio_second_ctrl_c;
