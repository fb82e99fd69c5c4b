//! One broker, its providers in order, until one of them has it.

use harness::broker::{Broker, Missing, Provider};

use crate::context::Context;
use crate::held::Up;
use crate::order::order;
use crate::{docker, given, local, mock};

/// Why a provider cannot bring a broker up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unavailable {
    /// A clause without a full stop.
    pub(crate) reason: String,
    /// The next command.
    pub(crate) next: String,
}

/// What is known before the first attempt.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wishes {
    pub(crate) forced: Option<Provider>,
    pub(crate) worked_last: Option<Provider>,
}

/// Tries one provider after the other.
pub(crate) fn bring_up(broker: Broker, wishes: Wishes, context: &Context) -> Result<Up, Missing> {
    let is_given = given::address(broker).is_some();
    let mut refused = Vec::new();
    for provider in order(broker, wishes.forced, is_given, wishes.worked_last) {
        if context.is_stopped() {
            break;
        }
        let attempt = match provider {
            Provider::Given => given::bring_up(broker, context),
            Provider::Docker => docker::bring_up(broker, wishes.forced.is_some(), context),
            Provider::Local => local::bring_up(broker, context),
            Provider::Mock => mock::bring_up(broker, context),
        };
        match attempt {
            Ok(up) => return Ok(up),
            Err(unavailable) => refused.push(unavailable),
        }
    }
    Err(missing(broker, &refused))
}

/// All the reasons in one sentence. The command is that of this machine's own server where it was
/// tried, since that always helps; else the only one there is.
fn missing(broker: Broker, refused: &[Unavailable]) -> Missing {
    let reasons: Vec<&str> = refused.iter().map(|one| one.reason.as_str()).collect();
    let next = match refused {
        [] => String::from("start it again"),
        [one] => one.next.clone(),
        [..] => local::install(broker),
    };
    Missing { broker, reason: reasons.join("; "), next }
}
