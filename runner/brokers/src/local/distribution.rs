//! Kafka's jars on this machine, and Java to run them.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use harness::broker::Broker;
use harness::supervise::{Launch, warden};

use super::{install, java};
use crate::bring_up::Unavailable;
use crate::cache;

/// The version that `brokers install kafka` brings, the same as in `runner/brokers/kafka/pom.xml`.
pub(crate) const KAFKA: &str = "4.3.0";

/// A small heap, the quick compiler alone, no files for monitoring: ready in half the time.
const JAVA: [&str; 4] =
    ["-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData"];
/// Errors alone, where the binding is the one that we install; a distribution brings its own.
const QUIET: &str = "-Dorg.slf4j.simpleLogger.defaultLogLevel=error";

/// Jars that can be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Distribution {
    pub(crate) libs: PathBuf,
    pub(crate) version: String,
    /// Where is kept what makes its starts fast: a class-data archive, a formatted log folder.
    pub(crate) kept: PathBuf,
    java: PathBuf,
}

impl Distribution {
    /// That of `KAFKA_HOME` if it is set, else the one in the user's cache.
    pub(crate) fn find() -> Result<Self, Unavailable> {
        let missing = |reason: String| Unavailable { reason, next: install(Broker::Kafka) };
        let cache = cache::folder().ok_or_else(|| missing("HOME is not set".into()))?;
        let java = java().map_err(|none| missing(none.to_string()))?;
        let Some(home) = std::env::var_os("KAFKA_HOME").filter(|home| !home.is_empty()) else {
            let kept = installed_jars(&cache);
            let version = version(&kept.join("libs"))
                .ok_or_else(|| missing("Kafka's jars are not installed".into()))?;
            return Ok(Self { libs: kept.join("libs"), version, kept, java });
        };
        let libs = PathBuf::from(home).join("libs");
        let version = version(&libs).ok_or_else(|| {
            missing(format!("KAFKA_HOME is set, but {} has no kafka jar", libs.display()))
        })?;
        let mut hasher = DefaultHasher::new();
        libs.hash(&mut hasher);
        let kept = cache.join(format!("kafka-home-{version}-{:x}", hasher.finish()));
        Ok(Self { libs, version, kept, java })
    }

    pub(crate) fn archive(&self) -> PathBuf {
        self.kept.join("kafka.jsa")
    }

    pub(crate) fn formatted(&self) -> PathBuf {
        self.kept.join("formatted")
    }

    /// A launch of one of Kafka's programs under a warden; add the program's arguments.
    pub(crate) fn under_warden(&self, program: &str) -> Launch {
        let mut launch = warden::launch(warden::this_executable(), &self.java).args(JAVA);
        if self.archive().is_file() {
            launch = launch.arg(format!("-XX:SharedArchiveFile={}", self.archive().display()));
        }
        self.program(launch, program)
    }

    /// A launch without a warden, of a run that ends by itself or is asked to.
    pub(crate) fn alone(&self, options: &[String], program: &str) -> Launch {
        self.program(Launch::new(&self.java).args(JAVA).args(options), program)
    }

    /// The jars by name and in order: an archive holds for one class path alone.
    fn program(&self, launch: Launch, program: &str) -> Launch {
        let mut jars = jars(&self.libs);
        jars.sort();
        let jars: Vec<String> = jars.iter().map(|jar| jar.display().to_string()).collect();
        launch
            .args([QUIET, "-cp", &jars.join(":"), program])
            .env_remove("CLASSPATH")
            .env_remove("JAVA_TOOL_OPTIONS")
    }
}

/// Where `brokers install kafka` puts what it brings.
pub(crate) fn installed_jars(cache: &Path) -> PathBuf {
    cache.join(format!("kafka-{KAFKA}"))
}

fn jars(libs: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(libs).into_iter().flatten().flatten();
    let jar = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "jar");
    entries.map(|entry| entry.path()).filter(jar).collect()
}

/// `4.3.0`, from the name of the jar `kafka_2.13-4.3.0.jar`.
fn version(libs: &Path) -> Option<String> {
    jars(libs).iter().find_map(|jar| {
        let (scala, version) =
            jar.file_stem()?.to_str()?.strip_prefix("kafka_")?.split_once('-')?;
        let digits = |text: &str| text.starts_with(|first: char| first.is_ascii_digit());
        (digits(scala) && digits(version) && !version.contains('-')).then(|| version.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn the_version_is_in_a_jars_name() {
        let libs = tempfile::tempdir().unwrap();
        for other in ["kafka-clients-4.3.0.jar", "kafka_2.13-4.3.0-test.jar", "notes.txt"] {
            std::fs::write(libs.path().join(other), "").unwrap();
        }
        assert_eq!(version(libs.path()), None);
        std::fs::write(libs.path().join("kafka_2.13-4.3.0.jar"), "").unwrap();
        assert_eq!(version(libs.path()).unwrap(), "4.3.0");
    }
}
