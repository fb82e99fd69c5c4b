//! A server of this machine, on free ports, in a temporary folder.

mod applications;
mod class_data;
mod distribution;
mod java;
mod kafka;
mod nats;
mod rabbitmq;
mod settings;
mod start;

pub(crate) use class_data::{make_archive, needs_archive};
pub(crate) use distribution::{Distribution, KAFKA, installed_jars};
pub(crate) use java::java;
pub(crate) use nats::executable as nats_server;
pub(crate) use rabbitmq::script as rabbitmq_server;
pub(crate) use settings::{FOR_LESSONS, rabbitmq_conf};
pub(crate) use start::{bring_up, describe, install};
