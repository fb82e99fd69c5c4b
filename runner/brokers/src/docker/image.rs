//! Which image, and how it is told what to be.

use harness::broker::Broker;

use crate::local::{FOR_LESSONS, rabbitmq_conf};

/// A broker's image and what it is started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Image {
    /// `registry/name`.
    pub(crate) name: String,
    pub(crate) tag: String,
    /// Where the server listens inside: for clients, and for clients behind a proxy if it has to
    /// know of those.
    pub(crate) ports: Vec<u16>,
    pub(crate) environment: Vec<(String, String)>,
    /// Empty: what the image says itself.
    pub(crate) command: Vec<String>,
}

impl Image {
    /// The pinned one, or that of `FAULTLINGS_IMAGE_KAFKA` and its like. `sends_to` are the addresses
    /// at which clients will connect, without a proxy and with one: Kafka has to know, since it tells
    /// its clients.
    pub(crate) fn of(broker: Broker, sends_to: [&str; 2]) -> Self {
        let variable = format!("FAULTLINGS_IMAGE_{}", broker.id().to_uppercase());
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        let full = set(&variable).unwrap_or_else(|| pinned(broker).to_owned());
        let (name, tag) = split(full.trim());
        let (ports, environment, own) = match broker {
            Broker::Kafka => (vec![9092, 9094], kafka(sends_to), Vec::new()),
            Broker::Rabbitmq => (vec![5672], rabbitmq(), Vec::new()),
            Broker::Nats => (vec![4222], Vec::new(), vec!["-js".to_owned()]),
        };
        // An image without an entry point of its own needs a line for its shell.
        let command = set(&format!("{variable}_CMD"))
            .map_or(own, |line| vec!["sh".into(), "-c".into(), line]);
        Self { name, tag, ports, environment, command }
    }

    /// As Docker prints it.
    pub(crate) fn full(&self) -> String {
        format!("{}:{}", self.name, self.tag)
    }
}

fn pinned(broker: Broker) -> &'static str {
    match broker {
        Broker::Kafka => "apache/kafka-native:4.1.1",
        Broker::Rabbitmq => "rabbitmq:4.1",
        Broker::Nats => "nats:2.11",
    }
}

/// A colon may also stand before a registry's port.
fn split(full: &str) -> (String, String) {
    match full.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name.to_owned(), tag.to_owned()),
        _ => (full.to_owned(), "latest".to_owned()),
    }
}

/// The image turns `KAFKA_GROUP_MIN_..` into `group.min...`.
fn kafka([clients, proxy]: [&str; 2]) -> Vec<(String, String)> {
    let advertised = format!("PLAINTEXT://{clients},ASIDE://{proxy}");
    let own = [
        ("node.id", "1"),
        ("process.roles", "broker,controller"),
        ("listeners", "PLAINTEXT://:9092,ASIDE://:9094,CONTROLLER://:9093"),
        ("advertised.listeners", &advertised),
        ("controller.listener.names", "CONTROLLER"),
        ("inter.broker.listener.name", "PLAINTEXT"),
        (
            "listener.security.protocol.map",
            "PLAINTEXT:PLAINTEXT,ASIDE:PLAINTEXT,CONTROLLER:PLAINTEXT",
        ),
        ("controller.quorum.voters", "1@localhost:9093"),
    ];
    let variable = |key: &str| format!("KAFKA_{}", key.to_uppercase().replace('.', "_"));
    let all = own.into_iter().chain(FOR_LESSONS);
    all.map(|(key, value)| (variable(key), value.to_owned())).collect()
}

/// A name that does not change with the container's; and the configuration for images that do not
/// come with it, to be written by their command.
fn rabbitmq() -> Vec<(String, String)> {
    vec![
        ("RABBITMQ_NODENAME".into(), "rabbit@localhost".into()),
        ("FAULTLINGS_RABBITMQ_CONF".into(), rabbitmq_conf().trim().into()),
    ]
}

#[cfg(test)]
mod tests {
    use harness::broker::Broker;

    use super::{Image, split};

    #[test]
    fn a_registrys_port_is_no_tag() {
        let split = |full| {
            let (name, tag) = split(full);
            format!("{name} {tag}")
        };
        assert_eq!(split("nats:2.11"), "nats 2.11");
        assert_eq!(split("room.example:5000/nats"), "room.example:5000/nats latest");
        assert_eq!(split("room.example:5000/nats:2.11"), "room.example:5000/nats 2.11");
    }

    #[test]
    fn kafka_tells_its_clients_the_port_on_the_host() {
        let image = Image::of(Broker::Kafka, ["127.0.0.1:21000", "127.0.0.1:21002"]);
        let value = |key: &str| {
            image.environment.iter().find(|(name, _)| name == key).map(|(_, value)| value.clone())
        };
        let advertised = value("KAFKA_ADVERTISED_LISTENERS");
        let addresses = "PLAINTEXT://127.0.0.1:21000,ASIDE://127.0.0.1:21002";
        assert_eq!(advertised.as_deref(), Some(addresses));
        assert_eq!(value("KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS").as_deref(), Some("500"));
    }
}
