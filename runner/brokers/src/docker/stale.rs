//! Containers whose owner was killed before it could remove them.

use std::collections::HashMap;

use harness::until::secs;
use testcontainers::bollard::Docker;
use testcontainers::bollard::models::ContainerSummary;
use testcontainers::bollard::query_parameters::{
    ListContainersOptionsBuilder, RemoveContainerOptionsBuilder,
};
use testcontainers::core::client::docker_client_instance;

use super::daemon::{is_absent, is_here, runtime};
use super::owner::{RUN, WHERE, is_gone};

/// Removes them. Whatever stands in the way is in the way of the next start too, which says so.
pub(crate) fn remove_stale() {
    let _ = with_docker(async |docker| {
        let force = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
        for id in stale(docker).await?.into_iter().filter_map(|container| container.id) {
            let _ = docker.remove_container(&id, Some(force.clone())).await;
        }
        Some(())
    });
}

/// What they are called, as Docker prints it. None where no daemon answers.
pub(crate) fn leftovers() -> Vec<String> {
    let names = async |docker: &Docker| {
        let name = |container: ContainerSummary| {
            let first = container.names?.into_iter().next().or(container.id)?;
            Some(first.trim_start_matches('/').to_owned())
        };
        Some(stale(docker).await?.into_iter().filter_map(name).collect())
    };
    with_docker(names).unwrap_or_default()
}

/// What Docker answers within 5 s.
fn with_docker<T>(ask: impl AsyncFnOnce(&Docker) -> Option<T>) -> Option<T> {
    if is_absent().is_some() {
        return None;
    }
    runtime().ok()?.block_on(async {
        let asking = async { ask(&docker_client_instance().await.ok()?).await };
        tokio::time::timeout(secs(5), asking).await.ok()?
    })
}

async fn stale(docker: &Docker) -> Option<Vec<ContainerSummary>> {
    let labelled = HashMap::from([("label".to_owned(), vec![RUN.to_owned()])]);
    let options = ListContainersOptionsBuilder::new().all(true).filters(&labelled).build();
    let all = docker.list_containers(Some(options)).await.ok()?;
    let is_stale = |container: &ContainerSummary| {
        let label = |name| {
            container.labels.as_ref().and_then(|labels| labels.get(name)).map_or("", String::as_str)
        };
        is_gone(label(RUN), label(WHERE), is_here())
    };
    Some(all.into_iter().filter(is_stale).collect())
}
