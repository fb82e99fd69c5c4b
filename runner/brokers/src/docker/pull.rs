//! Fetching an image, and how far that is.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use docker_credential::DockerCredential;
use futures_util::StreamExt;
use harness::until::ms;
use testcontainers::bollard::auth::DockerCredentials;
use testcontainers::bollard::models::CreateImageInfo;
use testcontainers::bollard::query_parameters::CreateImageOptionsBuilder;
use testcontainers::core::client::docker_client_instance;

use super::Image;
use super::container::in_one_line;
use super::daemon::runtime;
use crate::context::Context;

/// Fetches it and tells how many megabytes are here. Testcontainers can fetch too, but says nothing
/// on the way, and an image is hundreds of megabytes.
pub(super) fn pull_image(image: &Image, context: &Context) -> Result<(), String> {
    let full = image.full();
    let mut progress = context.begin(format!("pull {full}, once"));
    let layers = Arc::<Mutex<Layers>>::default();
    let pulling = runtime()?.spawn(pull(full.clone(), Arc::clone(&layers)));
    while !pulling.is_finished() {
        if context.is_stopped() {
            pulling.abort();
            return Err(format!("pulling {full} was broken off"));
        }
        progress.tick_at(&layers.lock().unwrap_or_else(PoisonError::into_inner).how_far());
        runtime()?.block_on(async { tokio::time::sleep(ms(100)).await });
    }
    let pulled = runtime()?.block_on(pulling).map_err(|error| error.to_string())?;
    pulled.map_err(|reason| format!("Docker cannot pull {full}: {reason}"))
}

async fn pull(full: String, layers: Arc<Mutex<Layers>>) -> Result<(), String> {
    let docker = docker_client_instance().await.map_err(|error| in_one_line(&error))?;
    let options = CreateImageOptionsBuilder::new().from_image(&full).build();
    let credentials = credentials(full).await;
    let mut told = docker.create_image(Some(options), None, credentials);
    while let Some(info) = told.next().await {
        let info = info.map_err(|error| in_one_line(&error))?;
        if let Some(error) = info.error_detail {
            return Err(error.message.unwrap_or_default());
        }
        layers.lock().unwrap_or_else(PoisonError::into_inner).hear(info);
    }
    Ok(())
}

/// What `docker login` has kept for the registry that the image names; the one of those that name none
/// gives the kit's to everybody. So may others: nothing here is an error.
async fn credentials(full: String) -> Option<DockerCredentials> {
    // A helper program may be asked, which blocks.
    let kept = tokio::task::spawn_blocking(move || {
        let registry = registry(&full)?;
        docker_credential::get_credential(registry).ok().map(|kept| (registry.to_owned(), kept))
    });
    let (registry, kept) = kept.await.ok()??;
    let mut credentials =
        DockerCredentials { serveraddress: Some(registry), ..DockerCredentials::default() };
    match kept {
        DockerCredential::IdentityToken(token) => credentials.identitytoken = Some(token),
        DockerCredential::UsernamePassword(name, password) => {
            (credentials.username, credentials.password) = (Some(name), Some(password));
        }
    }
    Some(credentials)
}

/// What stands before the first slash is a registry only if it looks like a host.
fn registry(full: &str) -> Option<&str> {
    let (host, _) = full.split_once('/')?;
    (host.contains(['.', ':']) || host == "localhost").then_some(host)
}

/// Bytes of each layer that are here, and that there are.
#[derive(Debug, Default)]
struct Layers(BTreeMap<String, (i64, i64)>);

impl Layers {
    fn hear(&mut self, info: CreateImageInfo) {
        let Some(id) = info.id else { return };
        match (info.status.as_deref(), info.progress_detail) {
            // Unpacking counts the same bytes once more.
            (Some("Downloading"), Some(detail)) => {
                if let (Some(here), Some(all)) = (detail.current, detail.total) {
                    self.0.insert(id, (here, all));
                }
            }
            (Some("Download complete" | "Pull complete"), _) => {
                self.0.entry(id).and_modify(|(here, all)| *here = *all);
            }
            _ => {}
        }
    }

    /// `34 of 102 MB`. All that there is grows as one layer after the other is begun.
    fn how_far(&self) -> String {
        let (here, all) =
            self.0.values().fold((0, 0), |(here, all), layer| (here + layer.0, all + layer.1));
        let megabytes = |bytes: i64| bytes / 1_000_000;
        if all == 0 {
            return String::new();
        }
        format!("{} of {} MB", megabytes(here), megabytes(all))
    }
}

#[cfg(test)]
mod tests {
    use testcontainers::bollard::models::{CreateImageInfo, ProgressDetail};

    use super::{Layers, registry};

    fn told(id: &str, status: &str, progress: Option<(i64, i64)>) -> CreateImageInfo {
        CreateImageInfo {
            id: Some(id.to_owned()),
            status: Some(status.to_owned()),
            progress_detail: progress.map(|(current, total)| ProgressDetail {
                current: Some(current),
                total: Some(total),
            }),
            ..CreateImageInfo::default()
        }
    }

    #[test]
    fn what_is_unpacked_is_not_counted_again() {
        let mut layers = Layers::default();
        assert_eq!(layers.how_far(), "");
        layers.hear(told("latest", "Pulling from library/nats", None));
        layers.hear(told("a", "Downloading", Some((2_000_000, 30_000_000))));
        layers.hear(told("b", "Downloading", Some((4_500_000, 10_000_000))));
        assert_eq!(layers.how_far(), "6 of 40 MB");
        layers.hear(told("a", "Download complete", None));
        layers.hear(told("a", "Extracting", Some((1_000_000, 30_000_000))));
        assert_eq!(layers.how_far(), "34 of 40 MB");
    }

    #[test]
    fn a_registry_looks_like_a_host() {
        assert_eq!(registry("nats:2.11"), None);
        assert_eq!(registry("apache/kafka-native:4.1.1"), None);
        assert_eq!(registry("room.example:5000/nats"), Some("room.example:5000"));
        assert_eq!(registry("localhost/nats"), Some("localhost"));
    }
}
