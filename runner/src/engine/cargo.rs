//! Calling cargo.

use std::path::Path;

use harness::supervise::{Launch, warden};

/// A call of cargo in the course's root, under a warden. `cargo run` names itself in `CARGO`, so
/// that the same toolchain builds the exercises and the kit.
pub fn cargo(root: &Path) -> Launch {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut launch =
        warden::launch(warden::this_executable(), cargo).current_dir(root).keep(64 << 20);
    // What `cargo run` told us about our own package is not true of the next one.
    for (name, _) in std::env::vars_os() {
        let of_our_package = name.to_str().is_some_and(|name| {
            name.starts_with("CARGO_PKG_")
                || name.starts_with("CARGO_BIN_")
                || name.starts_with("CARGO_MANIFEST_")
        });
        if of_our_package {
            launch = launch.env_remove(name);
        }
    }
    launch
}
