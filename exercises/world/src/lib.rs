//! The outside world: what a program does that others see, and that cannot be taken back.
//!
//! An exercise charges a card, sends a mail or stores a file by saying [`act`]. Run by hand, an act
//! takes a moment and prints one line. Under a check it is told to the check, which writes it down,
//! can hold it for as long as it likes, and can refuse it: so the check knows that the program is
//! in the middle of an act, and how often the act was done.
//!
//! For programs in other languages: the environment variable `FAULTLINGS_LEDGER` names a Unix
//! stream socket. Every act is one connection to it and one line, `act <what> <id>`; the answer is
//! one line, `done` or `refused <code> <words>`.

mod act;
#[cfg(feature = "tokio")]
mod awaited;
mod brokers;
mod by_hand;
mod refused;

pub use act::act;
#[cfg(feature = "tokio")]
pub use awaited::act_async;
pub use brokers::{kafka, name, nats, rabbitmq};
pub use refused::Refused;
