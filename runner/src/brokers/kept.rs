//! Files in `.faultlings/brokers` that say which brokers run.
//!
//! `kafka`, `rabbitmq` and `nats` hold an address each, for programs that are started by hand; `up`
//! holds all that `brokers up` keeps, for other runners, and counts only while its lock is held.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use harness::broker::Ready;

use crate::files;
use crate::progress::{Claim, claim};

/// The folder, in the course's.
pub(super) fn folder(root: &Path) -> PathBuf {
    root.join(".faultlings/brokers")
}

/// Says where a broker is. Programs started by hand find it so; a disk that does not take it costs
/// them an environment variable, and nobody else anything.
pub(super) fn note(root: &Path, ready: &Ready) {
    let folder = folder(root);
    let _ = fs::create_dir_all(&folder)
        .and_then(|()| fs::write(folder.join(ready.broker.id()), format!("{}\n", ready.address)));
}

/// Takes that back, unless somebody else has said something newer.
pub(super) fn forget(root: &Path, ready: &Ready) {
    let file = folder(root).join(ready.broker.id());
    if fs::read_to_string(&file).is_ok_and(|text| text.trim() == ready.address) {
        let _ = fs::remove_file(file);
    }
}

/// The lock of whoever keeps brokers for others.
pub(super) fn claim_keeping(root: &Path) -> io::Result<Claim> {
    let folder = folder(root);
    fs::create_dir_all(&folder)?;
    Ok(claim(&folder.join("lock")))
}

/// The process that keeps brokers for others, if there is one: its lock, unlike a number in a file,
/// is gone when it is.
pub(super) fn keeper(root: &Path) -> Option<u32> {
    let lock = folder(root).join("lock");
    match lock.exists().then(|| claim(&lock))? {
        Claim::Theirs(pid) => pid,
        Claim::Ours(_) | Claim::Impossible(_) => None,
    }
}

/// What it keeps.
pub(super) fn kept(root: &Path) -> Vec<Ready> {
    let read = || serde_json::from_slice(&fs::read(folder(root).join("up")).ok()?).ok();
    keeper(root).and_then(|_| read()).unwrap_or_default()
}

/// Says what is kept.
pub(super) fn keep(root: &Path, ready: &[Ready]) -> io::Result<()> {
    files::replace(&folder(root).join("up"), &serde_json::to_vec(ready)?)
}

/// Nothing is kept any more.
pub(super) fn keep_nothing(root: &Path) {
    let _ = fs::remove_file(folder(root).join("up"));
}

#[cfg(test)]
mod tests {
    use harness::broker::{Broker, Provider, Ready};

    use super::*;

    fn nats(address: &str) -> Ready {
        let (broker, provider) = (Broker::Nats, Provider::Local);
        Ready { broker, provider, address: address.to_owned(), version: String::new(), aside: None }
    }

    #[test]
    fn only_what_was_noted_is_taken_back() {
        let root = tempfile::tempdir().unwrap();
        let file = folder(root.path()).join("nats");
        note(root.path(), &nats("127.0.0.1:1"));
        note(root.path(), &nats("127.0.0.1:2"));
        forget(root.path(), &nats("127.0.0.1:1"));
        assert_eq!(fs::read_to_string(&file).unwrap(), "127.0.0.1:2\n");
        forget(root.path(), &nats("127.0.0.1:2"));
        assert!(!file.exists());
    }

    #[test]
    fn what_is_kept_counts_while_its_keeper_lives() {
        let root = tempfile::tempdir().unwrap();
        let Claim::Ours(lock) = claim_keeping(root.path()).unwrap() else { panic!() };
        keep(root.path(), &[nats("127.0.0.1:3")]).unwrap();
        assert_eq!(kept(root.path()), [nats("127.0.0.1:3")]);
        assert_eq!(keeper(root.path()), Some(std::process::id()));
        drop(lock);
        assert_eq!((kept(root.path()), keeper(root.path())), (vec![], None));
    }
}
