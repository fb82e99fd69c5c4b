//! Where the message brokers are, and what a run calls its things.

use std::fs;
use std::path::Path;

/// Kafka's address as clients want it in `bootstrap.servers`: `127.0.0.1:9092`.
///
/// Under a check that is the check's broker; by hand the one that `cargo run -- brokers up` keeps
/// running, or else the port that Kafka's makers chose.
#[must_use]
pub fn kafka() -> String {
    address("KAFKA", "kafka", "127.0.0.1:9092")
}

/// RabbitMQ's address as clients want it: `amqp://127.0.0.1:5672`, found as [`kafka`] finds its.
#[must_use]
pub fn rabbitmq() -> String {
    format!("amqp://{}", address("RABBITMQ", "rabbitmq", "127.0.0.1:5672"))
}

/// The address of NATS: `127.0.0.1:4222`, found as [`kafka`] finds its.
#[must_use]
pub fn nats() -> String {
    address("NATS", "nats", "127.0.0.1:4222")
}

/// The name of a topic, queue, subject, stream or group: `orders` by hand; under a check a name of
/// that run alone, so that neither an earlier run nor a neighbour's can be met.
#[must_use]
pub fn name(name: &str) -> String {
    match std::env::var("FAULTLINGS_RUN") {
        Ok(run) => format!("{run}_{name}"),
        Err(_) => name.to_owned(),
    }
}

fn address(variable: &str, id: &str, usual: &str) -> String {
    let kept = || kept(&std::env::current_dir().ok()?, id);
    std::env::var(format!("FAULTLINGS_{variable}"))
        .ok()
        .or_else(kept)
        .unwrap_or_else(|| usual.to_owned())
}

/// The address that the kit left in the course's folder for a broker that it keeps running.
fn kept(here: &Path, id: &str) -> Option<String> {
    let of_course = |folder: &Path| folder.join(".faultlings/brokers").join(id);
    let text = here.ancestors().find_map(|folder| fs::read_to_string(of_course(folder)).ok())?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::kept;

    #[test]
    fn an_address_is_found_from_any_folder_of_the_course() {
        let root = std::env::temp_dir().join(format!("world-{}", std::process::id()));
        let deep = root.join("exercises/11_nats");
        fs::create_dir_all(root.join(".faultlings/brokers")).unwrap();
        fs::create_dir_all(&deep).unwrap();
        fs::write(root.join(".faultlings/brokers/nats"), "127.0.0.1:4333\n").unwrap();
        let found = (kept(&deep, "nats"), kept(&deep, "kafka"));
        fs::remove_dir_all(&root).unwrap();
        assert_eq!(found, (Some("127.0.0.1:4333".to_owned()), None));
    }
}
