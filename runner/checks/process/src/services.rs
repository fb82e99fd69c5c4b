mod left;
mod monitor;
mod monitor_service;
mod shop;
mod supervisor;
mod watched;
mod worker_service;

pub(crate) use monitor_service::monitor_service;
pub(crate) use supervisor::supervisor;
pub(crate) use worker_service::worker_service;
