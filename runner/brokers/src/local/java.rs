//! Java, to run Kafka.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use crate::executables::{find, is_executable};

/// The oldest that runs a broker of Kafka 4 (KIP-1013).
const OLDEST: u32 = 17;
/// Where packages put each version that they install; only one of them is `java` on PATH.
const PACKAGED: &str = "/usr/lib/jvm";

/// Why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NoJava {
    Missing,
    TooOld { java: PathBuf, major: u32 },
}

/// As a clause of a sentence.
impl fmt::Display for NoJava {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("Java is not installed"),
            Self::TooOld { java, major } => {
                write!(f, "{} is Java {major}, and Kafka needs {OLDEST}", java.display())
            }
        }
    }
}

/// The first that is new enough: that of `JAVA_HOME`, the one on PATH, and those of packages.
pub(crate) fn java() -> Result<PathBuf, NoJava> {
    let home = std::env::var_os("JAVA_HOME").map(PathBuf::from);
    let homes = fs::read_dir(PACKAGED).into_iter().flatten().flatten().map(|entry| entry.path());
    let below = |home: PathBuf| home.join("bin/java");
    first_of(home.map(below).into_iter().chain(find("java")).chain(homes.map(below)))
}

fn first_of(candidates: impl Iterator<Item = PathBuf>) -> Result<PathBuf, NoJava> {
    let mut none = NoJava::Missing;
    for java in candidates.filter(|java| is_executable(java)) {
        match major(&java) {
            Some(major) if major < OLDEST => {
                if none == NoJava::Missing {
                    none = NoJava::TooOld { java, major };
                }
            }
            // Where no version can be read, its start will tell.
            Some(_) | None => return Ok(java),
        }
    }
    Err(none)
}

/// What the file `release` of its home says, which costs no start of Java: `JAVA_VERSION="17.0.15"`,
/// and `"1.8.0_392"` before 9.
fn major(java: &Path) -> Option<u32> {
    let real = fs::canonicalize(java).ok()?;
    // Below the home is `bin`, and before 9 sometimes `jre/bin`.
    let homes = real.ancestors().skip(2).take(2);
    let release =
        homes.map(|home| home.join("release")).find_map(|path| fs::read_to_string(path).ok())?;
    let version = release.lines().find_map(|line| line.strip_prefix("JAVA_VERSION="))?;
    let version = version.trim_matches('"');
    version.strip_prefix("1.").unwrap_or(version).split(['.', '-', '+']).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::{Path, PathBuf};

    use super::{NoJava, first_of};

    fn home(folder: &Path, name: &str, version: Option<&str>) -> PathBuf {
        let java = folder.join(name).join("bin/java");
        fs::create_dir_all(java.parent().unwrap()).unwrap();
        fs::write(&java, "").unwrap();
        fs::set_permissions(&java, fs::Permissions::from_mode(0o755)).unwrap();
        if let Some(version) = version {
            let text = format!("IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"{version}\"\n");
            fs::write(folder.join(name).join("release"), text).unwrap();
        }
        java
    }

    #[test]
    fn an_old_one_is_passed_over_and_named_if_there_is_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let home = |name, version| home(folder.path(), name, version);
        let (eight, eleven) = (home("8", Some("1.8.0_392")), home("11", Some("11.0.2")));
        let (new, unknown) = (home("21", Some("21")), home("unknown", None));
        let first = |all: &[&PathBuf]| first_of(all.iter().map(|java| (*java).clone()));

        assert_eq!(first(&[&eight, &eleven, &new]), Ok(new));
        assert_eq!(first(&[&eleven, &unknown]), Ok(unknown));
        let none = first(&[&eight, &eleven]).unwrap_err();
        assert_eq!(none, NoJava::TooOld { java: eight, major: 8 });
        assert!(none.to_string().ends_with("is Java 8, and Kafka needs 17"));
        assert_eq!(first(&[&folder.path().join("bin/java")]), Err(NoJava::Missing));
    }
}
