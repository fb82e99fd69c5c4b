//! Answers of the broker: in time, or `Unknown`.

use std::fmt::Display;
use std::future::Future;
use std::io;
use std::time::Duration;

use harness::check::Stop;
use harness::until::secs;
use lapin::options::ConfirmSelectOptions;
use lapin::{Channel, Connection, ConnectionProperties, ErrorKind};
use tokio::time::timeout;

/// For one answer. RabbitMQ gives one within milliseconds, on a busy machine within a second.
const ANSWER_TIME: Duration = secs(6);

/// Of AMQP 0-9-1: there is no such queue or exchange; it is another connection's alone; there is one,
/// and it was made otherwise.
const NOT_FOUND: u16 = 404;
const RESOURCE_LOCKED: u16 = 405;
const PRECONDITION_FAILED: u16 = 406;

pub(crate) async fn connect(address: &str) -> lapin::Result<(Connection, Channel)> {
    let uri = format!("amqp://{address}");
    let connection = Connection::connect(&uri, ConnectionProperties::default()).await?;
    let channel = confirming_channel(&connection).await?;
    Ok((connection, channel))
}

pub(crate) async fn confirming_channel(connection: &Connection) -> lapin::Result<Channel> {
    let channel = connection.create_channel().await?;
    channel.confirm_select(ConfirmSelectOptions::default()).await?;
    Ok(channel)
}

pub(crate) async fn in_time<T>(
    address: &str,
    answer: impl Future<Output = lapin::Result<T>>,
) -> Result<T, Stop> {
    match timeout(ANSWER_TIME, answer).await {
        Ok(answer) => answer.map_err(|error| no_answer(address, error)),
        Err(_) => Err(no_answer(address, io::Error::from(io::ErrorKind::TimedOut))),
    }
}

fn no_answer(address: &str, error: impl Display) -> Stop {
    let reason = format!("RabbitMQ at {address} did not do what the check asked of it: {error}");
    Stop::unknown(reason, "cargo run -- brokers status")
}

pub(crate) fn is_missing(error: &ErrorKind) -> bool {
    has_code(error, NOT_FOUND)
}

pub(crate) fn is_exclusive(error: &ErrorKind) -> bool {
    has_code(error, RESOURCE_LOCKED)
}

/// Whether a queue that was declared as durable is there and is not: the broker compares that before
/// the arguments.
pub(crate) fn is_transient(error: &ErrorKind) -> bool {
    let names_it = matches!(error, ErrorKind::ProtocolError(error)
        if error.get_message().as_str().contains("'durable'"));
    names_it && has_code(error, PRECONDITION_FAILED)
}

fn has_code(error: &ErrorKind, code: u16) -> bool {
    matches!(error, ErrorKind::ProtocolError(error) if error.get_id() == code)
}
