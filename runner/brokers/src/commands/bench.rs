//! How long this machine's servers take to their first handshake.

use std::time::{Duration, Instant};

use harness::broker::Broker;
use harness::until::ms;

use crate::context::Context;
use crate::local;

/// Whether every median is within its limit.
pub(super) fn bench(brokers: &[Broker], times: usize, context: &Context) -> bool {
    println!("{:<9} {:>8} {:>8} {:>8} {:>8}", "server", "median", "least", "most", "limit");
    let mut all = true;
    for &broker in brokers {
        match starts(broker, times, context) {
            Ok(starts) => {
                let median = starts[starts.len() / 2];
                let is_missed = median > limit(broker);
                all &= !is_missed;
                let seconds = |time: Duration| format!("{:.2} s", time.as_secs_f64());
                println!(
                    "{:<9} {:>8} {:>8} {:>8} {:>8}{}",
                    broker.to_string(),
                    seconds(median),
                    seconds(starts[0]),
                    seconds(starts[starts.len() - 1]),
                    seconds(limit(broker)),
                    if is_missed { "  MISSED" } else { "" }
                );
            }
            Err(reason) => {
                all = false;
                println!("{:<9} {reason}", broker.to_string());
            }
        }
    }
    all
}

/// Sorted. One after the other: a learner starts one too.
fn starts(broker: Broker, times: usize, context: &Context) -> Result<Vec<Duration>, String> {
    let mut starts = Vec::new();
    for _ in 0..times {
        let since = Instant::now();
        let up = local::bring_up(broker, context).map_err(|why| why.reason)?;
        starts.push(since.elapsed());
        drop(up);
    }
    starts.sort();
    Ok(starts)
}

/// On an idle machine of two processors.
fn limit(broker: Broker) -> Duration {
    match broker {
        Broker::Kafka => ms(2500),
        Broker::Rabbitmq => ms(8000),
        Broker::Nats => ms(200),
    }
}
