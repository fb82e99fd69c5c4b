//! Checks of the chapter `kafka_producing`.

mod kafka_flush_before_exit;

pub(crate) use kafka_flush_before_exit::kafka_flush_before_exit;
