//! Containers whose owner was killed before it could remove them.

use std::collections::HashMap;

use testcontainers::bollard::query_parameters::{
    ListContainersOptionsBuilder, RemoveContainerOptionsBuilder,
};
use testcontainers::core::client::docker_client_instance;

use super::daemon::{is_absent, is_here, runtime};
use super::owner::{RUN, WHERE, is_gone};

/// Removes them. Whatever stands in the way is in the way of the next start too, which says so.
pub(crate) fn remove_stale() {
    if is_absent().is_some() {
        return;
    }
    if let Ok(runtime) = runtime() {
        runtime.block_on(async {
            let _ = tokio::time::timeout(harness::until::secs(5), remove()).await;
        });
    }
}

async fn remove() -> Option<()> {
    let docker = docker_client_instance().await.ok()?;
    let labelled = HashMap::from([("label".to_owned(), vec![RUN.to_owned()])]);
    let options = ListContainersOptionsBuilder::new().all(true).filters(&labelled).build();
    let force = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
    for container in docker.list_containers(Some(options)).await.ok()? {
        let labels = container.labels.unwrap_or_default();
        let label = |name| labels.get(name).map_or("", String::as_str);
        if let (true, Some(id)) = (is_gone(label(RUN), label(WHERE), is_here()), container.id) {
            let _ = docker.remove_container(&id, Some(force.clone())).await;
        }
    }
    Some(())
}
