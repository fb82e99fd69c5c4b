//! Checks of the chapter `kafka_consuming`.

mod kafka_auto_commit_loss;
mod kafka_commit_past_failure;
mod kafka_concurrent_commit_gap;
mod orders;

pub(crate) use kafka_auto_commit_loss::kafka_auto_commit_loss;
pub(crate) use kafka_commit_past_failure::kafka_commit_past_failure;
pub(crate) use kafka_concurrent_commit_gap::kafka_concurrent_commit_gap;
