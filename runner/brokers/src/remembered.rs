//! The provider that worked last, kept in the course's folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use harness::broker::{Broker, Provider};

type Providers = BTreeMap<Broker, Provider>;

fn file(root: &Path) -> PathBuf {
    root.join(".faultlings/brokers/provider.json")
}

/// What worked last; nothing where the file is missing or damaged, since the usual order does too.
pub(crate) fn load(root: Option<&Path>) -> Providers {
    let read = |root: &Path| serde_json::from_str(&fs::read_to_string(file(root)).ok()?).ok();
    root.and_then(read).unwrap_or_default()
}

/// Keeps what worked. What cannot be kept costs the next start a moment, no more.
pub(crate) fn keep(root: Option<&Path>, worked: &Providers) {
    let Some(root) = root else { return };
    let file = file(root);
    let mut all = load(Some(root));
    all.extend(worked);
    let Ok(text) = serde_json::to_string_pretty(&all) else { return };
    let _ = file.parent().map(fs::create_dir_all);
    // Whole or not at all: another start may be reading.
    let half = file.with_extension(format!("json.{}", std::process::id()));
    if fs::write(&half, text + "\n").and_then(|()| fs::rename(&half, &file)).is_err() {
        let _ = fs::remove_file(&half);
    }
}

#[cfg(test)]
mod tests {
    use harness::broker::{Broker, Provider};

    use super::{file, keep, load};

    #[test]
    fn what_worked_is_found_again_and_what_is_damaged_is_ignored() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        keep(Some(root), &[(Broker::Nats, Provider::Local)].into());
        keep(Some(root), &[(Broker::Kafka, Provider::Docker)].into());
        assert_eq!(load(Some(root)).len(), 2);
        assert_eq!(load(Some(root)).get(&Broker::Nats), Some(&Provider::Local));
        std::fs::write(file(root), "{\"nats\": \"lo").unwrap();
        assert!(load(Some(root)).is_empty());
        keep(Some(root), &[(Broker::Nats, Provider::Docker)].into());
        assert_eq!(load(Some(root)).get(&Broker::Nats), Some(&Provider::Docker));
    }
}
