//! Brokers in containers, through testcontainers.

mod container;
mod daemon;
mod image;
mod owner;
mod provide;
mod pull;
mod stale;

pub(crate) use container::Container;
pub(crate) use image::Image;
pub(crate) use provide::{bring_up, describe, pull};
pub(crate) use stale::{leftovers, remove_stale};
