//! A container that runs a broker.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use harness::until::{ms, secs};
use testcontainers::bollard::models::{HostConfig, PortBinding};
use testcontainers::core::IntoContainerPort;
use testcontainers::runners::AsyncRunner;
use testcontainers::{ContainerAsync, ContainerRequest, GenericImage, ImageExt};

use super::Image;
use super::daemon::{is_here, runtime};
use super::owner::{RUN, WHERE, place, run};

/// How often Docker is asked whether it still runs.
const EVERY: Duration = ms(500);

/// Dropping it removes the container.
#[derive(Debug)]
pub(crate) struct Container {
    image: String,
    inner: Option<Box<ContainerAsync<GenericImage>>>,
    next: Instant,
    ended: Option<String>,
}

impl Container {
    /// Starts one whose ports are reached at these of the loopback interface, one after the other.
    pub(super) fn start(image: &Image, host_ports: &[u16]) -> Result<Self, String> {
        let full = image.full();
        let request = request(image, host_ports);
        let started = runtime()?.block_on(async {
            // A future of tokio's timer has to be made inside the runtime.
            tokio::time::timeout(secs(60), request.start()).await
        });
        let inner = started
            .map_err(|_| format!("Docker does not start {full} within 60 s"))?
            .map_err(|error| format!("Docker does not start {full}: {}", in_one_line(&error)))?;
        Ok(Self { image: full, inner: Some(Box::new(inner)), next: Instant::now(), ended: None })
    }

    /// How it ended, with the last it said.
    pub(crate) fn ended(&mut self) -> Option<String> {
        if self.ended.is_none() && Instant::now() >= self.next {
            self.next = Instant::now() + EVERY;
            self.ended = self.ask();
        }
        self.ended.clone()
    }

    fn ask(&self) -> Option<String> {
        let inner = self.inner.as_ref()?;
        let runtime = runtime().ok()?;
        match runtime.block_on(async { tokio::time::timeout(secs(5), inner.is_running()).await }) {
            Ok(Ok(true)) => None,
            Ok(Ok(false)) => {
                let said = runtime.block_on(last_words(inner)).unwrap_or_default();
                Some(format!("the container of {} ended{said}", self.image))
            }
            Ok(Err(error)) => Some(format!("Docker lost {}: {}", self.image, in_one_line(&error))),
            // A daemon that is slow is no broker that is dead.
            Err(_) => None,
        }
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        let (Some(inner), Ok(runtime)) = (self.inner.take(), runtime()) else { return };
        // Whatever cannot be removed now is removed by the next start.
        let _ = runtime.block_on(async { tokio::time::timeout(secs(3), inner.rm()).await });
    }
}

fn request(image: &Image, host_ports: &[u16]) -> ContainerRequest<GenericImage> {
    let ports = || image.ports.iter().copied().zip(host_ports.iter().copied());
    let plain = ContainerRequest::from(GenericImage::new(&image.name, &image.tag));
    let mapped = ports().fold(plain, |it, (inside, host)| it.with_mapped_port(host, inside.tcp()));
    let request = mapped
        .with_startup_timeout(secs(60))
        .with_label(RUN, run(std::process::id()).unwrap_or_default())
        .with_label(WHERE, place());
    let request = image
        .environment
        .iter()
        .fold(request, |request, (name, value)| request.with_env_var(name, value));
    let request = match image.command.as_slice() {
        [] => request,
        command => request.with_cmd(command),
    };
    // On this machine alone, unless the daemon is on another.
    let host_ip = is_here().then(|| "127.0.0.1".to_owned());
    let bindings: HashMap<_, _> = ports()
        .map(|(inside, host)| {
            let host_port = Some(host.to_string());
            let binding = PortBinding { host_ip: host_ip.clone(), host_port };
            (format!("{inside}/tcp"), Some(vec![binding]))
        })
        .collect();
    request.with_host_config_modifier(move |host: &mut HostConfig| {
        host.port_bindings = Some(bindings.clone());
    })
}

async fn last_words(inner: &ContainerAsync<GenericImage>) -> Option<String> {
    let read = async {
        let errors = inner.stderr_to_vec().await.unwrap_or_default();
        let words = if errors.is_empty() { inner.stdout_to_vec().await.ok()? } else { errors };
        let text = String::from_utf8_lossy(&words).into_owned();
        let line = text.lines().map(str::trim).rfind(|line| !line.is_empty())?.to_owned();
        Some(format!("; it said: {}", line.chars().take(300).collect::<String>()))
    };
    tokio::time::timeout(secs(2), read).await.ok()?
}

/// An error of Docker's as a clause of our sentence.
pub(super) fn in_one_line(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        // Most of them repeat what is below them.
        if !words.contains(&inner.to_string()) {
            words = format!("{words}: {inner}");
        }
        source = inner.source();
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
