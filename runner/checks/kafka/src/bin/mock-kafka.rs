//! A stand-in for Kafka: librdkafka's mock cluster, one broker of it, on a port of this machine.
//!
//! Writes its address on standard output, one line, and stays until its input ends. It lives beside
//! the checks because they have librdkafka compiled anyway. What it does not know (the creation of
//! topics by request, transactions across restarts, the consumer protocol of KIP-848) is left to the
//! exercises to say.

use std::ffi::c_int;
use std::io::{self, Write};
use std::process::ExitCode;

use rdkafka::ClientConfig;
use rdkafka::bindings::{
    rd_kafka_handle_mock_cluster, rd_kafka_mock_group_initial_rebalance_delay_ms as set_delay,
};
use rdkafka::producer::{BaseProducer, Producer};

/// How long a group waits for more members before it begins. librdkafka says 3 s, which is what a
/// check would then wait for; a real broker of the kit says 0.
const REBALANCE_DELAY_MS: c_int = 0;

fn main() -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("no stand-in for Kafka: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve() -> Result<(), Box<dyn std::error::Error>> {
    // A client that is configured so brings its own cluster and ends it when it is dropped.
    let producer: BaseProducer = ClientConfig::new().set("test.mock.num.brokers", "1").create()?;
    let cluster = producer.client().mock_cluster().ok_or("librdkafka made no mock cluster")?;
    do_not_wait_for_members(&producer);

    let mut stdout = io::stdout();
    writeln!(stdout, "{}", cluster.bootstrap_servers())?;
    stdout.flush()?;
    // Nothing is ever sent: the copy is over when the other end is closed.
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}

/// The crate rdkafka does not offer this setting.
#[expect(unsafe_code, reason = "two calls into librdkafka")]
fn do_not_wait_for_members(producer: &BaseProducer) {
    // SAFETY: the handle is the producer's, which outlives both calls. The cluster is the handle's
    // own (rdkafka_mock.h), null if it has none; setting the delay takes the cluster's lock.
    unsafe {
        let cluster = rd_kafka_handle_mock_cluster(producer.client().native_ptr());
        if !cluster.is_null() {
            set_delay(cluster, REBALANCE_DELAY_MS);
        }
    }
}
