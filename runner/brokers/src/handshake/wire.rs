//! A connection that reads and writes with a deadline and puts failures into words.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use super::Refused;

/// How long a server may take to answer one request on this machine or in this room.
const PATIENCE: Duration = Duration::from_secs(2);
/// More than any answer to these requests; a length beyond it is no length.
const LARGEST: usize = 1 << 20;

/// A connection to whoever is at an address.
#[derive(Debug)]
pub(super) struct Wire(TcpStream);

impl Wire {
    pub(super) fn connect(address: &str) -> Result<Self, Refused> {
        let down = |error: std::io::Error| match error.kind() {
            ErrorKind::ConnectionRefused => Refused::Down(format!("nothing listens at {address}")),
            _ => Refused::Down(format!("{address} cannot be reached: {error}")),
        };
        let mut last = Refused::Down(format!("{address} is not host:port of anything"));
        for resolved in address.to_socket_addrs().map_err(down)? {
            match TcpStream::connect_timeout(&resolved, PATIENCE) {
                Ok(stream) => {
                    let set = stream.set_read_timeout(Some(PATIENCE));
                    set.and_then(|()| stream.set_write_timeout(Some(PATIENCE))).map_err(down)?;
                    return Ok(Self(stream));
                }
                Err(error) => last = down(error),
            }
        }
        Err(last)
    }

    /// A shorter patience than usual from here on.
    pub(super) fn patience(&self, patience: Duration) {
        // A refusal leaves the usual patience in force.
        let _ = self.0.set_read_timeout(Some(patience));
    }

    pub(super) fn send(&mut self, bytes: &[u8]) -> Result<(), Refused> {
        self.0.write_all(bytes).map_err(|error| Refused::NotYet(closed(&error)))
    }

    /// Exactly `count` bytes.
    pub(super) fn read(&mut self, count: usize) -> Result<Vec<u8>, Refused> {
        if count > LARGEST {
            return Err(Refused::OtherProtocol("it answers in another protocol".into()));
        }
        let mut bytes = vec![0; count];
        self.0.read_exact(&mut bytes).map_err(|error| Refused::NotYet(closed(&error)))?;
        Ok(bytes)
    }

    /// Up to the end of the line, without it.
    pub(super) fn line(&mut self) -> Result<String, Refused> {
        let mut line = Vec::new();
        while line.len() < LARGEST {
            match self.read(1)?[0] {
                b'\n' => return Ok(String::from_utf8_lossy(&line).trim_end().to_owned()),
                byte => line.push(byte),
            }
        }
        Err(Refused::OtherProtocol("it sends a line without end".into()))
    }
}

fn closed(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::TimedOut => {
            format!("it accepts a connection and says nothing for {} s", PATIENCE.as_secs())
        }
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => {
            "it closes the connection during the handshake".into()
        }
        _ => format!("the connection broke: {error}"),
    }
}

/// Whose first words these are, if they are known.
pub(super) fn speaker(first: &[u8]) -> Option<&'static str> {
    match first {
        [b'I', b'N', b'F', b'O', ..] => Some("NATS"),
        [b'A', b'M', b'Q', b'P', ..] => Some("AMQP"),
        [b'H', b'T', b'T', b'P', ..] => Some("HTTP"),
        _ => None,
    }
}
