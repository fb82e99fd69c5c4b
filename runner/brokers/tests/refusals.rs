//! What goes wrong on a machine, and the sentence that says so.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "another test file uses it")]
mod support;

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::thread;

use harness::broker::{Broker, Missing, Provider};
use harness::supervise::{Ended, Input, Launch, output};
use harness::until::{secs, until};
use support::{PATIENCE, Serve, brokers, folder, need_nats};

/// The one broker is missing, and so nothing is stayed for.
fn missing(launch: Launch) -> Missing {
    let serve = Serve::start(launch);
    let missing = serve.missing();
    assert_eq!(serve.ends().0, Ended::Exited(1));
    assert!(!missing.reason.ends_with('.') && !missing.next.is_empty(), "{missing:?}");
    missing
}

fn script(folder: &Path, text: &str) -> PathBuf {
    let path = folder.join("nats-server");
    fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[test]
fn a_server_that_is_not_installed() {
    let temporary = folder();
    let launch = brokers(temporary.path()).args(["serve", "nats"]);
    let missing = missing(launch.env("FAULTLINGS_NATS_SERVER", "/nowhere/nats-server"));
    assert!(missing.reason.contains("/nowhere/nats-server"), "{missing:?}");
    assert_eq!(missing.next, "cargo run -- brokers install nats");
}

#[test]
fn a_server_that_dies_at_its_start() {
    let temporary = folder();
    let server = script(temporary.path(), "echo 'no room on this disk' >&2; exit 3");
    let launch = brokers(temporary.path()).args(["serve", "nats"]);
    let missing = missing(launch.env("FAULTLINGS_NATS_SERVER", server));
    assert!(missing.reason.contains("exited with status 3"), "{missing:?}");
    assert!(missing.reason.contains("no room on this disk"), "{missing:?}");
}

/// Of packages' own Javas, this machine may have one that is new enough: then that one is taken, and
/// what is missing are the jars.
#[test]
fn java_that_is_too_old() {
    let temporary = folder();
    let java = temporary.path().join("bin/java");
    fs::create_dir(temporary.path().join("bin")).unwrap();
    fs::write(&java, "#!/bin/sh\n").unwrap();
    fs::set_permissions(&java, fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(temporary.path().join("release"), "JAVA_VERSION=\"11.0.2\"\n").unwrap();
    let launch = brokers(temporary.path()).args(["serve", "kafka"]);
    let launch = launch.env("JAVA_HOME", temporary.path()).env("PATH", "/nowhere");
    let missing = missing(launch.env("KAFKA_HOME", temporary.path()));
    let words = ["is Java 11, and Kafka needs 17", "libs has no kafka jar"];
    assert!(words.iter().any(|words| missing.reason.contains(words)), "{missing:?}");
    assert_eq!(missing.next, "cargo run -- brokers install kafka");
}

#[test]
fn a_docker_daemon_that_is_gone() {
    let temporary = folder();
    let launch = brokers(temporary.path()).args(["serve", "rabbitmq"]);
    let launch = launch.env("FAULTLINGS_BROKERS", "docker");
    let missing = missing(launch.env("DOCKER_HOST", "unix:///nowhere/docker.sock"));
    assert!(missing.reason.starts_with("Docker does not answer at /nowhere/"), "{missing:?}");
    assert_eq!(missing.next, "sudo systemctl start docker");
}

/// A file system of 4 KiB with nothing left of it, in a namespace of its own.
#[test]
fn a_full_disk() {
    let (temporary, full) = (folder(), folder());
    let full = full.path().display().to_string();
    let fill =
        format!("mount -t tmpfs -o size=4k none {full} && head -c 4096 /dev/zero > {full}/all");
    let in_namespace = |line: String| {
        Launch::new("unshare").args(["--user", "--map-root-user", "--mount", "sh", "-c", &line])
    };
    let tried = output(in_namespace(fill.clone()), PATIENCE).unwrap();
    if !tried.success() {
        return println!("not tried, since nobody may mount here: {}", tried.stderr.trim());
    }
    let server = script(temporary.path(), "exit 3");
    let serve = format!("{fill} && exec {} serve rabbitmq", env!("CARGO_BIN_EXE_brokers"));
    let launch = in_namespace(serve).stdin(Input::Piped).env("TMPDIR", &full);
    let launch = launch.env("FAULTLINGS_BROKERS", "local");
    let missing = missing(launch.env("FAULTLINGS_RABBITMQ_SERVER", server));
    assert!(missing.reason.contains("cannot write"), "{missing:?}");
    assert!(missing.reason.contains("No space left on device"), "{missing:?}");
    assert_eq!(missing.next, format!("df -h {full}"));
}

/// It says that its port is taken, as a server does that lost the race for it; so it is started
/// again with another, and here succeeds.
#[test]
fn a_port_that_is_taken_in_the_last_moment() {
    need_nats();
    let temporary = folder();
    let once = temporary.path().join("once");
    let text = format!(
        "if ! [ -e {0} ]; then touch {0}; echo 'bind: address already in use' >&2; exit 1; fi\n\
         PATH=$PATH:/usr/sbin exec nats-server \"$@\"",
        once.display()
    );
    let server = script(temporary.path(), &text);
    let launch = brokers(temporary.path()).args(["serve", "nats"]);
    let serve = Serve::start(launch.env("FAULTLINGS_NATS_SERVER", server));
    assert_eq!(serve.ready().provider, Provider::Local);
    assert!(once.exists());
}

#[test]
fn no_port_is_free() {
    need_nats();
    let temporary = folder();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let launch = brokers(temporary.path()).args(["serve", "nats"]);
    let missing = missing(launch.env("FAULTLINGS_PORTS", format!("{port}-{port}")));
    assert!(missing.reason.contains(&format!("between {port} and {port}")), "{missing:?}");
}

#[test]
fn a_given_address_where_nothing_listens() {
    let temporary = folder();
    let address = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().to_string()
    };
    for broker in Broker::ALL {
        let missing = missing(given(temporary.path(), broker, &address));
        assert!(missing.reason.contains("nothing listens at"), "{missing:?}");
        assert!(missing.reason.contains(&address), "{missing:?}");
        assert_eq!(missing.next, format!("unset {}", broker.variable()));
    }
}

#[test]
fn a_given_address_of_another_protocol() {
    let temporary = folder();
    let nats = answering(b"INFO {\"version\":\"2.11.0\",\"jetstream\":true}\r\n");
    let amqp = answering(b"AMQP\0\0\x09\x01");
    let web = answering(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    for (broker, address, speaks) in [
        (Broker::Kafka, &nats, "speaks NATS"),
        (Broker::Kafka, &amqp, "speaks AMQP"),
        (Broker::Kafka, &web, "speaks HTTP"),
        (Broker::Rabbitmq, &nats, "speaks NATS"),
        (Broker::Rabbitmq, &web, "speaks HTTP"),
        (Broker::Nats, &web, "speaks HTTP"),
    ] {
        let missing = missing(given(temporary.path(), broker, address));
        assert!(missing.reason.contains(speaks), "{broker}: {missing:?}");
    }
}

#[test]
fn a_given_nats_without_jetstream() {
    need_nats();
    let temporary = folder();
    let text = "for word in \"$@\"; do [ \"$word\" = -js ] || set -- \"$@\" \"$word\"; shift; done\n\
                PATH=$PATH:/usr/sbin exec nats-server \"$@\"";
    let server = script(temporary.path(), text);
    let launch = brokers(temporary.path()).args(["serve", "nats"]);
    let local = missing(launch.env("FAULTLINGS_NATS_SERVER", server));
    assert!(local.reason.contains("without JetStream"), "{local:?}");

    let bare = answering(b"INFO {\"version\":\"2.11.0\"}\r\n");
    let missing = missing(given(temporary.path(), Broker::Nats, &bare));
    assert!(missing.reason.contains("runs without JetStream"), "{missing:?}");
}

#[test]
fn a_given_address_that_works_and_then_does_not() {
    need_nats();
    let temporary = folder();
    let mut server = Serve::start(brokers(temporary.path()).args(["serve", "nats"]));
    let address = server.ready().address;
    let serve = Serve::start(given(temporary.path(), Broker::Nats, &address));
    assert_eq!(serve.ready().provider, Provider::Given);
    assert_eq!(serve.ready().address, address);
    server.tree.close_stdin();
    server.ends();
    let missing = serve.missing();
    assert!(missing.reason.contains("any more"), "{missing:?}");
}

#[test]
fn a_provider_that_does_not_exist() {
    let temporary = folder();
    let launch = brokers(temporary.path()).args(["serve", "nats"]);
    let serve = Serve::start(launch.env("FAULTLINGS_BROKERS", "podman"));
    assert!(serve.missing().reason.contains("podman"));
    assert_eq!(serve.ends().0, Ended::Exited(2));
}

fn given(temporary: &Path, broker: Broker, address: &str) -> Launch {
    let launch = brokers(temporary).args(["serve", broker.id()]);
    launch.env("FAULTLINGS_BROKERS", "given").env(broker.variable(), address)
}

/// The address of a server that says these words to everybody, after it has heard something or a
/// moment has passed.
fn answering(words: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut stream = stream;
            thread::spawn(move || {
                let _ = stream.set_read_timeout(Some(secs(1)));
                let mut heard = [0; 64];
                let _ = stream.read(&mut heard);
                let _ = stream.write_all(words);
                // Whoever is greeted hangs up first.
                until(secs(5), || matches!(stream.read(&mut heard), Ok(0) | Err(_)).then_some(()));
            });
        }
    });
    address
}
