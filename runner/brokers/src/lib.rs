//! Starts message brokers, tells where they are, and stops all it started at end of input.
//!
//! `brokers serve kafka nats` writes one JSON object a line ([`harness::broker::Told`]) on its
//! standard output. A broker is ready when it has answered a handshake in its own protocol; an open
//! port proves nothing. Top down:
//!
//! - [`args`] and [`commands`] are the words and what they do,
//! - `bring_up` tries the providers of a broker in order,
//! - `given`, `docker`, `local` and `mock` are the providers,
//! - `handshake` speaks just enough of three protocols,
//! - `install` brings what is missing onto this machine.

pub mod args;
pub mod commands;

mod bring_up;
mod cache;
mod context;
mod docker;
mod executables;
mod given;
mod handshake;
mod held;
mod install;
mod local;
mod mock;
mod order;
mod ports;
mod ready;
mod remembered;
mod told;
