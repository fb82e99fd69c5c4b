//! In which order the providers of a broker are tried.

use harness::broker::{Broker, Provider};

/// The provider that `FAULTLINGS_BROKERS` forces, if it does.
pub(crate) fn forced(value: Option<&str>) -> Result<Option<Provider>, String> {
    match value.map(str::trim) {
        None | Some("") => Ok(None),
        Some("given") => Ok(Some(Provider::Given)),
        Some("docker") => Ok(Some(Provider::Docker)),
        Some("local") => Ok(Some(Provider::Local)),
        Some("mock") => Ok(Some(Provider::Mock)),
        Some(other) => {
            Err(format!("FAULTLINGS_BROKERS is `{other}`, not given, docker, local or mock"))
        }
    }
}

/// Those to try. An address that was given is somebody's wish and stands alone; else what worked
/// last comes first, but never the stand-in: a real broker may have been installed since.
pub(crate) fn order(
    broker: Broker,
    forced: Option<Provider>,
    is_given: bool,
    worked_last: Option<Provider>,
) -> Vec<Provider> {
    if let Some(forced) = forced {
        return vec![forced];
    }
    if is_given {
        return vec![Provider::Given];
    }
    let mut order = match worked_last {
        Some(Provider::Local) => vec![Provider::Local, Provider::Docker],
        _ => vec![Provider::Docker, Provider::Local],
    };
    if broker == Broker::Kafka {
        order.push(Provider::Mock);
    }
    order
}

#[cfg(test)]
mod tests {
    use harness::broker::Broker::{Kafka, Nats};
    use harness::broker::Provider::{Docker, Given, Local, Mock};

    use super::{forced, order};

    #[test]
    fn each_rule() {
        assert_eq!(order(Kafka, None, false, None), [Docker, Local, Mock]);
        assert_eq!(order(Nats, None, false, None), [Docker, Local]);
        assert_eq!(order(Nats, None, false, Some(Local)), [Local, Docker]);
        assert_eq!(order(Kafka, None, false, Some(Mock)), [Docker, Local, Mock]);
        assert_eq!(order(Kafka, None, true, Some(Local)), [Given]);
        assert_eq!(order(Nats, Some(Mock), true, Some(Local)), [Mock]);
    }

    #[test]
    fn a_wrong_wish_is_named() {
        assert_eq!(forced(Some("docker")), Ok(Some(Docker)));
        assert_eq!(forced(Some("")), Ok(None));
        assert!(forced(Some("podman")).unwrap_err().contains("podman"));
    }
}
