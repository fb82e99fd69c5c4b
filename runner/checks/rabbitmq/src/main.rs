//! The checks of the RabbitMQ chapters: one function an exercise, one module a chapter.

use std::process::ExitCode;

mod answer;
mod broker;
mod heard;
mod message;
mod queue;
mod rabbitmq;
mod shift;

fn main() -> ExitCode {
    harness::check::main(harness::checks![
        rabbitmq::{
            rmq_forgotten_ack, rmq_ack_on_receipt, rmq_nack_hot_loop, rmq_unroutable_confirmed,
        },
    ])
}
