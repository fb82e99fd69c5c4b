//! Just enough of three protocols to know that a broker works.
//!
//! An open port proves little: a server binds before it is ready, a proxy or a container's port
//! accepts for a server that is not there, and something else may be listening.

mod kafka;
mod nats;
mod rabbitmq;
mod refused;
mod wire;

pub(crate) use kafka::{SHORT_SESSION, refuses_short_sessions};
pub(crate) use refused::{Refused, greet};
