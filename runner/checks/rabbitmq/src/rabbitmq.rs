//! Checks of the chapter `rabbitmq`.

mod bills;
mod given_up;
mod rmq_ack_on_receipt;
mod rmq_forgotten_ack;
mod rmq_nack_hot_loop;
mod rmq_unroutable_confirmed;

pub(crate) use rmq_ack_on_receipt::rmq_ack_on_receipt;
pub(crate) use rmq_forgotten_ack::rmq_forgotten_ack;
pub(crate) use rmq_nack_hot_loop::rmq_nack_hot_loop;
pub(crate) use rmq_unroutable_confirmed::rmq_unroutable_confirmed;
