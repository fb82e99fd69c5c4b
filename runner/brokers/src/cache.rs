//! Where this user keeps what was made once.

use std::path::PathBuf;

/// `$XDG_CACHE_HOME/faultlings`, or `~/.cache/faultlings`.
pub(crate) fn folder() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = set("XDG_CACHE_HOME").filter(|path| path.is_absolute());
    Some(cache.or_else(|| Some(set("HOME")?.join(".cache")))?.join("faultlings"))
}
