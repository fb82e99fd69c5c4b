//! Checks of the chapter `jetstream`.

mod js_ack_lost_on_exit;
mod js_publish_ack_future;
mod sending;

pub(crate) use js_ack_lost_on_exit::js_ack_lost_on_exit;
pub(crate) use js_publish_ack_future::js_publish_ack_future;
