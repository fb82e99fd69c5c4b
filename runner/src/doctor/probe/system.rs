//! Which system this is.

use std::fs;
use std::path::Path;
use std::time::Duration;

use harness::supervise::{Launch, output};

use crate::doctor::system::{PackageManager, System, value};

pub(super) fn system() -> System {
    let os_release = ["/etc/os-release", "/usr/lib/os-release"]
        .iter()
        .find_map(|path| fs::read_to_string(path).ok())
        .unwrap_or_default();
    let package_manager = if cfg!(target_os = "macos") {
        PackageManager::Xcode
    } else {
        PackageManager::of(&os_release)
    };
    System {
        name: value(&os_release, "PRETTY_NAME").unwrap_or_else(|| std::env::consts::OS.to_owned()),
        kernel: kernel().unwrap_or_else(|| "unknown".to_owned()),
        architecture: std::env::consts::ARCH.to_owned(),
        // Docker's and Podman's marks.
        container: ["/.dockerenv", "/run/.containerenv"]
            .iter()
            .any(|mark| Path::new(mark).exists()),
        package_manager,
        root: nix::unistd::geteuid().is_root(),
    }
}

/// Name and release. Not the machine's own name, which `uname -a` would add.
fn kernel() -> Option<String> {
    let fact = |name| fs::read_to_string(format!("/proc/sys/kernel/{name}")).ok();
    if let (Some(name), Some(release)) = (fact("ostype"), fact("osrelease")) {
        return Some(format!("{} {}", name.trim(), release.trim()));
    }
    let uname = output(Launch::new("uname").arg("-sr"), Duration::from_secs(10)).ok()?;
    uname.success().then(|| uname.stdout.trim().to_owned())
}
