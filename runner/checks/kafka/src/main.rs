//! The checks of the Kafka chapters: one function an exercise, one module a chapter.

use std::process::ExitCode;

mod broker;
mod group;
mod kafka_consuming;
mod kafka_producing;
mod topic;

fn main() -> ExitCode {
    harness::check::main(harness::checks![
        kafka_producing::{kafka_flush_before_exit, kafka_key_per_user},
        kafka_consuming::{kafka_auto_commit_loss, kafka_commit_past_failure, kafka_concurrent_commit_gap},
    ])
}
