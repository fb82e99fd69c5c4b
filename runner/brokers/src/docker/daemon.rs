//! Whether there is a Docker daemon, found out before anything waits for one; and a runtime to speak
//! with it.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

/// What an absent daemon may cost whoever has none.
const PATIENCE: Duration = Duration::from_millis(200);

const LOOPBACK: &str = "127.0.0.1";

/// Where a daemon listens.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Endpoint {
    Unix(PathBuf),
    /// `host:port`.
    Tcp(String),
}

/// Why no daemon can be spoken to, if none can.
pub(crate) fn is_absent() -> Option<String> {
    match endpoint(std::env::var("DOCKER_HOST").ok().as_deref()) {
        Ok(Some(endpoint)) => ping(&endpoint).err(),
        Ok(None) => Some("Docker does not run here".into()),
        Err(reason) => Some(reason),
    }
}

/// Whether containers run on this machine.
pub(super) fn is_here() -> bool {
    host() == LOOPBACK
}

/// Where the ports of containers are reached.
pub(super) fn host() -> String {
    match endpoint(std::env::var("DOCKER_HOST").ok().as_deref()) {
        Ok(Some(Endpoint::Tcp(address))) => {
            address.rsplit_once(':').map_or(address.as_str(), |(host, _)| host).to_owned()
        }
        _ => LOOPBACK.to_owned(),
    }
}

/// One for all threads: testcontainers shares one client, whose connections belong to a runtime.
pub(super) fn runtime() -> Result<&'static Runtime, String> {
    static RUNTIME: OnceLock<Result<Runtime, String>> = OnceLock::new();
    let build = || Builder::new_multi_thread().worker_threads(1).enable_all().build();
    RUNTIME
        .get_or_init(|| build().map_err(|error| error.to_string()))
        .as_ref()
        .map_err(Clone::clone)
}

/// Where testcontainers will look: `DOCKER_HOST`, or the first socket that there is.
fn endpoint(docker_host: Option<&str>) -> Result<Option<Endpoint>, String> {
    if let Some(host) = docker_host.filter(|host| !host.is_empty()) {
        return match host.split_once("://") {
            Some(("unix", path)) => Ok(Some(Endpoint::Unix(path.into()))),
            Some(("tcp" | "http" | "https", address)) => {
                Ok(Some(Endpoint::Tcp(address.trim_end_matches('/').to_owned())))
            }
            _ => Err(format!("DOCKER_HOST is `{host}`, which is neither unix:// nor tcp://")),
        };
    }
    let below = |variable, path: &str| {
        std::env::var_os(variable).map(|folder| PathBuf::from(folder).join(path))
    };
    let sockets = [
        Some(PathBuf::from("/var/run/docker.sock")),
        below("XDG_RUNTIME_DIR", ".docker/run/docker.sock"),
        below("HOME", ".docker/run/docker.sock"),
        below("HOME", ".docker/desktop/docker.sock"),
    ];
    Ok(sockets.into_iter().flatten().find(|path| path.exists()).map(Endpoint::Unix))
}

/// `GET /_ping`. A daemon behind TLS is believed once it accepts a connection.
fn ping(endpoint: &Endpoint) -> Result<(), String> {
    match endpoint {
        Endpoint::Unix(path) => {
            let no = |error| format!("Docker does not answer at {}: {error}", path.display());
            let mut stream = UnixStream::connect(path).map_err(no)?;
            stream.set_read_timeout(Some(PATIENCE * 10)).map_err(no)?;
            stream.write_all(b"GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n").map_err(no)?;
            let mut answer = [0; 12];
            stream.read_exact(&mut answer).map_err(no)?;
            let is_well = answer.ends_with(b"200");
            is_well.then_some(()).ok_or_else(|| format!("{} is not Docker's", path.display()))
        }
        Endpoint::Tcp(address) => {
            let mut resolved = address.to_socket_addrs().into_iter().flatten();
            let connects = |address| TcpStream::connect_timeout(&address, PATIENCE).is_ok();
            let is_up = resolved.any(connects);
            is_up.then_some(()).ok_or_else(|| format!("Docker does not answer at {address}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;
    use std::time::Instant;

    use super::{Endpoint, PATIENCE, endpoint, ping};

    #[test]
    fn docker_host_comes_first() {
        let unix = endpoint(Some("unix:///run/d.sock")).unwrap().unwrap();
        assert_eq!(unix, Endpoint::Unix("/run/d.sock".into()));
        let tcp = endpoint(Some("tcp://10.0.0.1:2375/")).unwrap().unwrap();
        assert_eq!(tcp, Endpoint::Tcp("10.0.0.1:2375".into()));
        assert!(endpoint(Some("ssh://me@there")).unwrap_err().contains("ssh://"));
    }

    #[test]
    fn an_absent_daemon_costs_next_to_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("docker.sock");
        let since = Instant::now();
        assert!(ping(&Endpoint::Unix(socket.clone())).is_err());
        assert!(since.elapsed() < PATIENCE);
        // A socket that a dead daemon left.
        drop(UnixListener::bind(&socket).unwrap());
        assert!(ping(&Endpoint::Unix(socket)).is_err());
        assert!(since.elapsed() < PATIENCE);
    }
}
