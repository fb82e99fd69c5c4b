//! The checks of the NATS chapters: one function an exercise, one module a chapter.

use std::process::ExitCode;

mod broker;
mod jetstream;
mod mailbox;
mod nats;
mod still;
mod stream;

fn main() -> ExitCode {
    harness::check::main(harness::checks![
        nats::{nats_publish_without_flush, nats_queue_group},
        jetstream::{js_publish_ack_future, js_ack_lost_on_exit},
    ])
}
