//! Kafka: ApiVersions, then FindCoordinator for a group that nobody uses.
//!
//! The second question makes the broker create its topic of committed offsets, which otherwise
//! the first consumer of a lesson would wait for. Formats: kafka.apache.org/protocol.

use std::time::Duration;

use super::Refused;
use super::wire::{Wire, speaker};

const API_VERSIONS: i16 = 18;
const FIND_COORDINATOR: i16 = 10;
const JOIN_GROUP: i16 = 11;
/// `INVALID_SESSION_TIMEOUT` in the protocol's table of errors.
const INVALID_SESSION_TIMEOUT: i16 = 26;
/// What the exercises join with, the shortest that a broker takes which was not told otherwise.
pub(crate) const SHORT_SESSION: Duration = Duration::from_secs(6);
/// A broker that refuses does so at once; one that agrees waits for other members first.
const REFUSAL: Duration = Duration::from_millis(400);

pub(super) fn greet(address: &str) -> Result<String, Refused> {
    let mut wire = Wire::connect(address)?;
    api_versions(&mut wire, address)?;
    find_coordinator(&mut wire, "faultlings-handshake")?;
    Ok(String::new())
}

/// Whether the broker at `address` refuses a consumer that wants to be thought dead after
/// [`SHORT_SESSION`] of silence (`group.min.session.timeout.ms`, 6 s where nobody changed it).
pub(crate) fn refuses_short_sessions(address: &str) -> Result<bool, Refused> {
    let mut wire = Wire::connect(address)?;
    let group = format!("faultlings-handshake-{}", std::process::id());
    find_coordinator(&mut wire, &group)?;
    let session = i32::try_from(SHORT_SESSION.as_millis()).unwrap_or(i32::MAX).to_be_bytes();
    let mut body = string(&group);
    body.extend(session);
    body.extend(session);
    body.extend(string(""));
    body.extend(string("consumer"));
    body.extend(1_i32.to_be_bytes());
    body.extend(string("range"));
    body.extend(0_i32.to_be_bytes());
    wire.send(&request(JOIN_GROUP, 2, &body))?;
    wire.patience(REFUSAL);
    match answer(&mut wire) {
        Ok(reply) => Ok(int16(&reply, 4) == Some(INVALID_SESSION_TIMEOUT)),
        // It waits for the rest of the group, so it has agreed. The member is forgotten as fast.
        Err(_) => Ok(false),
    }
}

fn api_versions(wire: &mut Wire, address: &str) -> Result<(), Refused> {
    wire.send(&request(API_VERSIONS, 0, &[]))?;
    let other = |first: &[u8]| {
        Refused::OtherProtocol(match speaker(first) {
            Some(other) => format!("what listens at {address} speaks {other}"),
            None => format!("what listens at {address} does not speak Kafka's protocol"),
        })
    };
    let length = wire.read(4)?;
    if speaker(&length).is_some() {
        return Err(other(&length));
    }
    let reply = wire.read(int32(&length, 0).and_then(|n| usize::try_from(n).ok()).unwrap_or(0))?;
    // Correlation id and error, then one entry an operation.
    match (int32(&reply, 0), int16(&reply, 4)) {
        (Some(7), Some(0)) => Ok(()),
        (Some(7), Some(error)) => Err(Refused::NotYet(format!("Kafka answers error {error}"))),
        _ => Err(other(&reply)),
    }
}

fn find_coordinator(wire: &mut Wire, group: &str) -> Result<(), Refused> {
    let mut body = string(group);
    body.push(0); // a group, not a transaction
    wire.send(&request(FIND_COORDINATOR, 1, &body))?;
    // Throttle time, then the error: 15 while the topic of offsets is being created.
    match int16(&answer(wire)?, 4) {
        Some(0) => Ok(()),
        Some(15) => Err(Refused::NotYet("Kafka has no coordinator of groups yet".into())),
        error => Err(Refused::NotYet(format!("Kafka finds no coordinator of groups: {error:?}"))),
    }
}

/// Header of version 1: operation, version, correlation id, the client's name.
fn request(operation: i16, version: i16, body: &[u8]) -> Vec<u8> {
    let mut message = Vec::new();
    message.extend(operation.to_be_bytes());
    message.extend(version.to_be_bytes());
    message.extend(7_i32.to_be_bytes());
    message.extend(string("faultlings"));
    message.extend(body);
    let length = i32::try_from(message.len()).unwrap_or(i32::MAX);
    [length.to_be_bytes().as_slice(), &message].concat()
}

fn string(text: &str) -> Vec<u8> {
    let length = i16::try_from(text.len()).unwrap_or(i16::MAX);
    [length.to_be_bytes().as_slice(), text.as_bytes()].concat()
}

/// An answer without its length and correlation id.
fn answer(wire: &mut Wire) -> Result<Vec<u8>, Refused> {
    let length = wire.read(4)?;
    let length = int32(&length, 0).and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
    let reply = wire.read(length)?;
    Ok(reply.get(4..).unwrap_or_default().to_vec())
}

fn int16(bytes: &[u8], at: usize) -> Option<i16> {
    Some(i16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn int32(bytes: &[u8], at: usize) -> Option<i32> {
    Some(i32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::{API_VERSIONS, request};

    #[test]
    fn a_request_says_its_length_first() {
        let bytes = request(API_VERSIONS, 0, &[]);
        assert_eq!(bytes[..4], (bytes.len() as i32 - 4).to_be_bytes());
        assert_eq!(bytes[4..8], [0, 18, 0, 0]);
    }
}
