//! Checks of the chapter `kafka_producing`.

mod kafka_flush_before_exit;
mod kafka_key_per_user;

pub(crate) use kafka_flush_before_exit::kafka_flush_before_exit;
pub(crate) use kafka_key_per_user::kafka_key_per_user;
