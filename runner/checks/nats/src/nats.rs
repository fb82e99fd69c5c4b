//! Checks of the chapter `nats`.

mod nats_publish_without_flush;
mod nats_queue_group;

pub(crate) use nats_publish_without_flush::nats_publish_without_flush;
pub(crate) use nats_queue_group::nats_queue_group;
