//! The brokers of a case: their addresses, the network in front of them, and names that no other run
//! uses.

use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::case::Case;
use super::lifeline::Lifeline;
use super::stop::Stop;
use crate::broker::{Aside, Broker};
use crate::proxy::Proxy;

impl Case {
    /// A stretch of network in front of the server at this address, `host:port`, for a program that
    /// is given [`Proxy::address`] in its place.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn proxy(&self, server: &str) -> io::Result<Proxy> {
        Proxy::new(server, &self.story)
    }

    /// A proxy in front of a broker: programs started after this are told its address in place of the
    /// broker's.
    ///
    /// Kafka sends its clients to addresses of its own choice, so it has a second listener for this,
    /// whose clients all come by one port. Another check that is behind it is waited for.
    ///
    /// # Errors
    /// `Unknown` where no such broker was given to this check, and for a Kafka that the kit has not
    /// started itself.
    pub fn proxied(&mut self, broker: Broker) -> Result<Proxy, Stop> {
        let address = self.broker(broker)?;
        let proxy = if broker == Broker::Kafka {
            let words = std::env::var(Aside::VARIABLE).unwrap_or_default();
            let aside = Aside::of_words(&words).ok_or_else(|| {
                let reason = "this check needs a Kafka that the kit has started itself";
                Stop::unknown(reason, format!("unset {}", broker.variable()))
            })?;
            self.proxy_at(&aside.sends_to, &aside.listens).map_err(|error| {
                let reason = format!("no proxy can listen at {}: {error}", aside.sends_to);
                Stop::unknown(reason, "cargo run -- brokers down")
            })?
        } else {
            self.proxy(&address)?
        };
        self.surrounds(broker.variable(), proxy.address());
        Ok(proxy)
    }

    /// As [`Case::proxy`], at a certain address, once whoever listens there has gone.
    ///
    /// # Errors
    /// Those of bind(2); somebody stays there.
    pub fn proxy_at(&self, address: &str, server: &str) -> io::Result<Proxy> {
        Proxy::at(address, server, &self.story)
    }

    /// Sets an environment variable for every program of the learner's started after this.
    pub fn surrounds(&mut self, name: &str, value: impl Into<String>) {
        self.surroundings.push((name.to_owned(), value.into()));
    }

    /// The address of a broker, `host:port`, which programs started after this are told as well.
    /// Their `world::name` gives names that no other run uses, as [`Case::name`] does.
    ///
    /// # Errors
    /// `Unknown` where no such broker was given to this check.
    pub fn broker(&mut self, broker: Broker) -> Result<String, Stop> {
        let address = std::env::var(broker.variable()).map_err(|_| {
            let next = format!("cargo run -- brokers install {}", broker.id());
            Stop::unknown(format!("this check needs {broker}, and none was given to it"), next)
        })?;
        self.surrounds(broker.variable(), &address);
        self.surrounds(RUN, self.run.clone());
        Ok(address)
    }

    /// From now on the check ends, with `Unknown`, as soon as the broker at this address has gone:
    /// each wait for the program looks whether it is there.
    pub fn hangs_on(&self, broker: Broker, address: &str) -> Arc<Lifeline> {
        let lifeline = Arc::new(Lifeline::new(broker, address.to_owned()));
        self.story.hangs_on(Arc::clone(&lifeline));
        lifeline
    }

    /// The name of a topic, queue, stream or group of this run alone: `orders` becomes
    /// `fl_7k2m9x1a_orders`. Not of the seed, since two runs of the same seed share a broker.
    #[must_use]
    pub fn name(&self, name: &str) -> String {
        format!("{}_{name}", self.run)
    }
}

/// The environment variable that tells a program what the names of its run begin with.
const RUN: &str = "FAULTLINGS_RUN";

/// Begins with the second in which the run began, so that whoever finds what a killed run left knows
/// its age: seven digits in base 36, then four letters by chance.
pub(super) fn run_name() -> String {
    let since = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_secs();
    let digits = (0..7).rev().map(|place| since / 36_u64.pow(place) % 36);
    let digits = digits.filter_map(|digit| char::from_digit(u32::try_from(digit).ok()?, 36));
    format!("fl_{}", digits.chain((0..4).map(|_| fastrand::lowercase())).collect::<String>())
}

/// The age of what a run left behind, by its name.
///
/// `None` for names that are not a run's.
#[must_use]
pub fn age_of_run(name: &str) -> Option<Duration> {
    let digits = name.strip_prefix("fl_")?.get(..7)?;
    let began = u64::from_str_radix(digits, 36).ok()?;
    SystemTime::UNIX_EPOCH.elapsed().ok()?.checked_sub(Duration::from_secs(began))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{age_of_run, run_name};

    #[test]
    fn a_runs_name_tells_its_age() {
        let name = format!("{}_orders", run_name());
        assert!(age_of_run(&name).is_some_and(|age| age < Duration::from_secs(60)), "{name}");
        for other in ["orders", "fl_", "fl_orders", "fl_zzzzzzzabcd_orders"] {
            assert_eq!(age_of_run(other), None, "{other}");
        }
    }
}
