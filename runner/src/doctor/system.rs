//! Which system this is, and how one installs things there.

use super::finding::{By, Finding};

/// The system, as far as advice depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct System {
    /// Its own name for itself: `Debian GNU/Linux 13 (trixie)`.
    pub name: String,
    /// The kernel's name and release: `Linux 6.12.41`.
    pub kernel: String,
    /// The processor's architecture, as Rust names it.
    pub architecture: String,
    /// Whether this looks like the inside of a container.
    pub container: bool,
    /// How one installs things.
    pub package_manager: PackageManager,
    /// Whether we have root's rights, and need no `sudo`.
    pub root: bool,
}

/// How one installs things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackageManager {
    /// Debian, Ubuntu and what descends from them.
    Apt,
    /// Fedora, Red Hat and what descends from them.
    Dnf,
    /// Arch and what descends from it.
    Pacman,
    /// macOS, whose compiler comes with Xcode.
    Xcode,
    /// Something else: the learner knows better.
    Other,
}

impl PackageManager {
    /// Reads os-release(5): `ID`, or else one of `ID_LIKE`.
    #[must_use]
    pub fn of(os_release: &str) -> PackageManager {
        let ids = [value(os_release, "ID"), value(os_release, "ID_LIKE")];
        ids.iter()
            .flatten()
            .flat_map(|ids| ids.split_whitespace())
            .find_map(|id| match id {
                "debian" | "ubuntu" => Some(PackageManager::Apt),
                "fedora" | "rhel" | "centos" => Some(PackageManager::Dnf),
                "arch" | "archlinux" => Some(PackageManager::Pacman),
                _ => None,
            })
            .unwrap_or(PackageManager::Other)
    }

    fn linker(self) -> &'static str {
        match self {
            PackageManager::Apt => "sudo apt-get install -y build-essential",
            PackageManager::Dnf => "sudo dnf install -y gcc",
            PackageManager::Pacman => "sudo pacman -S --needed base-devel",
            PackageManager::Xcode => "xcode-select --install",
            PackageManager::Other => "install a C compiler that is called `cc` (gcc or clang)",
        }
    }

    pub(super) fn git(self) -> &'static str {
        match self {
            PackageManager::Apt => "sudo apt-get install -y git",
            PackageManager::Dnf => "sudo dnf install -y git",
            PackageManager::Pacman => "sudo pacman -S --needed git",
            PackageManager::Xcode => "xcode-select --install",
            PackageManager::Other => "install git",
        }
    }
}

impl System {
    /// A fault that takes root's rights to mend.
    pub(super) fn needs_root(&self, what: &'static str, fault: String, mend: &str) -> Finding {
        let (mend, by) = match mend.strip_prefix("sudo ") {
            Some(command) if self.root => (command, By::You),
            _ => (mend, By::Administrator),
        };
        Finding::bad(what, fault, mend, by)
    }

    /// A linker that is missing.
    pub(super) fn needs_linker(&self, what: &'static str, fault: String) -> Finding {
        self.needs_root(what, fault, self.package_manager.linker())
    }
}

/// A value of os-release(5), without its quotes.
pub(super) fn value(os_release: &str, key: &str) -> Option<String> {
    os_release
        .lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
        .map(|value| value.trim().trim_matches(['"', '\'']).to_owned())
}
