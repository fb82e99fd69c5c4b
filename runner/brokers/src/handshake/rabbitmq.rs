//! RabbitMQ: the whole login of AMQP 0-9-1 as guest, for a broker that lets nobody in is of no use.
//!
//! Formats and numbers: the specification of AMQP 0-9-1, "connection".

use super::Refused;
use super::wire::{Wire, speaker};

const HEADER: &[u8] = b"AMQP\0\0\x09\x01";
const METHOD: u8 = 1;
const FRAME_END: u8 = 0xCE;
const CONNECTION: u16 = 10;
const START: u16 = 10;
const START_OK: u16 = 11;
const TUNE: u16 = 30;
const TUNE_OK: u16 = 31;
const OPEN: u16 = 40;
const OPEN_OK: u16 = 41;
const CLOSE: u16 = 50;

pub(super) fn greet(address: &str) -> Result<String, Refused> {
    let mut wire = Wire::connect(address)?;
    wire.send(HEADER)?;
    let start = start(&mut wire, address)?;
    let no_entry = || Refused::Lacks(format!("RabbitMQ at {address} does not let guest/guest in"));

    wire.send(&method(START_OK, &login()))?;
    // A refusal is a closed connection, since we did not say that we understand a better one.
    let tune = receive(&mut wire).map_err(|_| no_entry())?;
    if tune.method != TUNE {
        return Err(no_entry());
    }
    // As many channels, as large frames as it likes; no heartbeats.
    let limits = tune.arguments.get(..6).unwrap_or_default();
    wire.send(&method(TUNE_OK, &[limits, &[0, 0]].concat()))?;
    wire.send(&method(OPEN, &[short("/"), short(""), vec![0]].concat()))?;
    if receive(&mut wire)?.method != OPEN_OK {
        return Err(Refused::Lacks(format!("RabbitMQ at {address} does not open its vhost /")));
    }
    // A client that just hangs up fills the broker's log.
    let good_bye = [200_u16.to_be_bytes().to_vec(), short("bye"), vec![0; 4]].concat();
    if wire.send(&method(CLOSE, &good_bye)).is_ok() {
        let _ = receive(&mut wire);
    }
    Ok(version(&start.arguments).unwrap_or_default())
}

fn start(wire: &mut Wire, address: &str) -> Result<Received, Refused> {
    let first = wire.read(8)?;
    let other = |name: &str| Refused::OtherProtocol(format!("what listens at {address} {name}"));
    if first.starts_with(b"AMQP") {
        return Err(other("speaks AMQP, but not 0-9-1"));
    }
    if let Some(name) = speaker(&first) {
        return Err(other(&format!("speaks {name}")));
    }
    let received = rest_of_frame(wire, &first).map_err(|why| match why {
        Refused::OtherProtocol(_) => other("does not speak AMQP"),
        why => why,
    })?;
    (received.method == START)
        .then_some(received)
        .ok_or_else(|| other("does not begin as RabbitMQ does"))
}

#[derive(Debug)]
struct Received {
    method: u16,
    arguments: Vec<u8>,
}

/// The next method of the connection.
fn receive(wire: &mut Wire) -> Result<Received, Refused> {
    let first = wire.read(8)?;
    rest_of_frame(wire, &first)
}

/// Kind, channel (2 bytes), length (4), the payload of which one byte is here, the end's mark.
fn rest_of_frame(wire: &mut Wire, first: &[u8]) -> Result<Received, Refused> {
    let odd = || Refused::OtherProtocol("it answers in another protocol".into());
    let &[kind, 0, 0, a, b, c, d, begun] = first else { return Err(odd()) };
    let length = u32::from_be_bytes([a, b, c, d]) as usize;
    let rest = wire.read(length)?;
    let Some((&FRAME_END, rest)) = rest.split_last() else { return Err(odd()) };
    let payload = [&[begun], rest].concat();
    match payload.as_slice() {
        &[c, d, m, n, ref arguments @ ..]
            if kind == METHOD && [c, d] == CONNECTION.to_be_bytes() =>
        {
            Ok(Received { method: u16::from_be_bytes([m, n]), arguments: arguments.to_vec() })
        }
        _ => Err(odd()),
    }
}

fn method(number: u16, arguments: &[u8]) -> Vec<u8> {
    let payload = [CONNECTION.to_be_bytes().as_slice(), &number.to_be_bytes(), arguments].concat();
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX).to_be_bytes();
    [&[METHOD, 0, 0], length.as_slice(), &payload, &[FRAME_END]].concat()
}

/// No properties, PLAIN, guest's name and password, a locale.
fn login() -> Vec<u8> {
    let secret = b"\0guest\0guest";
    let length = u32::try_from(secret.len()).unwrap_or(u32::MAX).to_be_bytes();
    [vec![0; 4], short("PLAIN"), length.to_vec(), secret.to_vec(), short("en_US")].concat()
}

fn short(text: &str) -> Vec<u8> {
    [&[u8::try_from(text.len()).unwrap_or(u8::MAX)], text.as_bytes()].concat()
}

/// The entry `version` of the table that the server presents itself with, a long string (`S`).
fn version(arguments: &[u8]) -> Option<String> {
    const NAME: &[u8] = b"\x07versionS";
    let at = arguments.windows(NAME.len()).position(|bytes| bytes == NAME)? + NAME.len();
    let length = u32::from_be_bytes(arguments.get(at..at + 4)?.try_into().ok()?) as usize;
    String::from_utf8(arguments.get(at + 4..at + 4 + length)?.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn the_version_is_read_from_the_servers_table() {
        let table = b"\x07productS\0\0\0\x08RabbitMQ\x07versionS\0\0\0\x064.1.42\x00";
        assert_eq!(version(table).unwrap(), "4.1.42");
        assert_eq!(version(b"\x07versionS\0\0\0\xff4.1"), None);
    }
}
