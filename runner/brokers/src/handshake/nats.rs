//! NATS: the server speaks first, `INFO {..}`; then CONNECT and PING, and PONG comes back.

use serde::Deserialize;

use super::Refused;
use super::wire::{Wire, speaker};

/// The part of the server's INFO that matters here (nats-protocol, "INFO").
#[derive(Debug, Deserialize)]
struct Info {
    version: String,
    #[serde(default)]
    jetstream: bool,
    #[serde(default)]
    auth_required: bool,
    #[serde(default)]
    tls_required: bool,
}

pub(super) fn greet(address: &str) -> Result<String, Refused> {
    let mut wire = Wire::connect(address)?;
    // A server that waits for us to speak first is none; it may also be one that has just bound.
    let line = wire.line().map_err(|why| other_if_silent(why, address))?;
    let info =
        parse(&line).ok_or_else(|| Refused::OtherProtocol(another(address, line.as_bytes())))?;
    if !info.jetstream {
        return Err(Refused::Lacks(format!("NATS at {address} runs without JetStream")));
    }
    if info.auth_required || info.tls_required {
        let wants = if info.tls_required { "TLS" } else { "a password" };
        return Err(Refused::Lacks(format!("NATS at {address} wants {wants}")));
    }
    wire.send(
        b"CONNECT {\"verbose\":false,\"pedantic\":false,\"name\":\"faultlings\"}\r\nPING\r\n",
    )?;
    loop {
        let answer = wire.line()?;
        if answer == "PONG" {
            return Ok(info.version);
        }
        if let Some(error) = answer.strip_prefix("-ERR ") {
            return Err(Refused::Lacks(format!("NATS at {address} answers {error}")));
        }
    }
}

fn parse(line: &str) -> Option<Info> {
    serde_json::from_str(line.strip_prefix("INFO ")?).ok()
}

fn another(address: &str, first: &[u8]) -> String {
    match speaker(first) {
        Some(other) if other != "NATS" => format!("what listens at {address} speaks {other}"),
        _ => format!("what listens at {address} does not speak NATS"),
    }
}

fn other_if_silent(why: Refused, address: &str) -> Refused {
    match why {
        Refused::NotYet(words) if words.contains("says nothing") => {
            Refused::OtherProtocol(another(address, b""))
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_server_without_jetstream_leaves_the_word_out() {
        let with = parse(r#"INFO {"version":"2.11.4","jetstream":true,"headers":true}"#).unwrap();
        assert!(with.jetstream);
        assert!(!parse(r#"INFO {"version":"2.11.4","headers":true}"#).unwrap().jetstream);
        assert!(parse("AMQP").is_none());
        assert!(parse("INFO nothing").is_none());
    }
}
