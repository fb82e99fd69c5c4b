//! The broker of a check, and whose fault it is when something goes wrong.

use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::sync::Arc;
use std::time::Duration;

use harness::broker::Broker;
use harness::check::{Case, CheckResult, Lifeline, Stop, age_of_run};
use harness::until::{ms, secs, until};
use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions};
use rdkafka::client::DefaultClientContext;
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use tokio::runtime::{Builder, Runtime};

/// A broker of this machine answers within milliseconds; one in a container that is busy may need
/// a second.
const ANSWER_TIME: Duration = secs(5);
/// librdkafka waits to the end of its time for an answer, also where nobody is left to give one. So a
/// question is asked for this long, and then again.
const ASKS: Duration = ms(500);
/// What a run has left behind, of which nobody can still be at work.
const OLD: Duration = secs(300);

/// A connection to the broker, as the kit asks it. Topics and groups are made by it.
pub(crate) struct Kafka {
    address: String,
    /// Never closed, which would take a tenth of a second: the process of the check ends soon.
    admin: ManuallyDrop<AdminClient<DefaultClientContext>>,
    runtime: Runtime,
    lifeline: Arc<Lifeline>,
    /// Nobody waits a second time for one that was silent once.
    is_lost: Cell<bool>,
}

/// Plays a check against the broker.
///
/// A failure is held against the program only if the broker gives a sign of life after it: one that
/// died in the middle makes every program look wrong.
pub(crate) fn on_kafka(
    case: &mut Case,
    play: impl FnOnce(&mut Case, &Kafka) -> CheckResult,
) -> CheckResult {
    let address = case.broker(Broker::Kafka)?;
    let lifeline = case.hangs_on(Broker::Kafka, &address);
    let kafka = Kafka::connect(address, lifeline)?;
    kafka.sweep()?;
    match play(case, &kafka) {
        Err(Stop::Failed(failure)) => {
            kafka.names()?;
            Err(Stop::Failed(failure))
        }
        result => result,
    }
}

impl Kafka {
    fn connect(address: String, lifeline: Arc<Lifeline>) -> Result<Self, Stop> {
        let admin = config(&address).create().map_err(|error| trouble("be spoken to", &error))?;
        let admin = ManuallyDrop::new(admin);
        let runtime = Builder::new_current_thread().build()?;
        Ok(Self { address, admin, runtime, lifeline, is_lost: Cell::new(false) })
    }

    /// The names of all topics.
    fn names(&self) -> Result<Vec<String>, Stop> {
        let metadata = self.asks("answer", |time| self.admin.inner().fetch_metadata(None, time))?;
        Ok(metadata.topics().iter().map(|topic| topic.name().to_owned()).collect())
    }

    /// The answer to a question, which is put to the broker again for as long as it is there: a topic
    /// that was made a moment ago, or the coordinator of a group that is moving in, may be refused once
    /// or twice. `what` as in [`Kafka::trouble`].
    pub(crate) fn asks<T>(
        &self,
        what: &str,
        mut ask: impl FnMut(Duration) -> KafkaResult<T>,
    ) -> Result<T, Stop> {
        let mut last = KafkaError::Canceled;
        let answer = until(ANSWER_TIME, || match ask(ASKS) {
            Ok(answer) => Some(Ok(answer)),
            Err(error) => {
                last = error;
                self.is_gone().map(Err)
            }
        });
        answer.unwrap_or_else(|| Err(self.trouble(what, &last)))
    }

    /// The end of the check, if nobody is there any more.
    pub(crate) fn is_gone(&self) -> Option<Stop> {
        self.lifeline.is_cut()
    }

    /// Removes what killed checks have left.
    fn sweep(&self) -> Result<(), Stop> {
        let is_old = |name: &String| age_of_run(name).is_some_and(|age| age > OLD);
        let old: Vec<_> = self.names()?.into_iter().filter(is_old).collect();
        if !old.is_empty() {
            let names: Vec<_> = old.iter().map(String::as_str).collect();
            // Another check may be at the same; what is left is swept by the next one.
            let _ = self.waits(self.admin.delete_topics(&names, &options()));
        }
        Ok(())
    }

    /// Whether it is librdkafka's mock cluster, which stands in for Kafka where there is none, and
    /// which knows no request of an administrator.
    pub(crate) fn is_a_mock(&self) -> bool {
        let id = self.admin.inner().fetch_cluster_id(ANSWER_TIME);
        id.is_some_and(|id| id.starts_with("mockCluster"))
    }

    /// What comes now can only be seen on a broker that refuses what is too long, and the mock cluster
    /// takes all there is.
    ///
    /// # Errors
    /// `Unknown` there, which says that all up to here was right; `what` is what remains to be seen.
    pub(crate) fn refuses_what_is_too_long(&self, what: &str) -> Result<(), Stop> {
        if !self.is_a_mock() {
            return Ok(());
        }
        let reason = format!(
            "all was right that the stand-in for Kafka can show, which refuses nothing; {what} can be \
             seen on a real one only"
        );
        Err(Stop::unknown(reason, "cargo run -- brokers install kafka"))
    }

    /// Whether what a check has made can be removed: not from a mock, and not where nobody answers.
    pub(crate) fn removes(&self) -> bool {
        !self.is_lost.get() && self.is_gone().is_none() && !self.is_a_mock()
    }

    /// An answer that the kit cannot go on with, or none: `Kafka could not ...`.
    pub(crate) fn trouble(&self, what: &str, error: &KafkaError) -> Stop {
        use RDKafkaErrorCode::{BrokerTransportFailure, OperationTimedOut, RequestTimedOut};
        let silence = [BrokerTransportFailure, OperationTimedOut, RequestTimedOut];
        let code = match error {
            KafkaError::AdminOp(code) => Some(*code),
            other => other.rdkafka_error_code(),
        };
        if code.is_some_and(|code| silence.contains(&code)) {
            self.is_lost.set(true);
        }
        trouble(what, error)
    }

    pub(crate) fn admin(&self) -> &AdminClient<DefaultClientContext> {
        &self.admin
    }

    /// For clients of the kit's own.
    pub(crate) fn config(&self) -> ClientConfig {
        config(&self.address)
    }

    /// The answer of a call of [`Kafka::admin`].
    pub(crate) fn waits<T>(&self, call: impl Future<Output = T>) -> T {
        self.runtime.block_on(call)
    }
}

fn config(address: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", address);
    // A question about a topic that was removed must not make it again.
    config.set("allow.auto.create.topics", "false");
    config
}

/// For calls of [`Kafka::admin`]: the answer comes when the broker has done it.
pub(crate) fn options() -> AdminOptions {
    AdminOptions::new().request_timeout(Some(ANSWER_TIME)).operation_timeout(Some(ANSWER_TIME))
}

/// How long the kit waits for an answer of the broker.
pub(crate) fn answer_time() -> Duration {
    ANSWER_TIME
}

fn trouble(what: &str, error: &KafkaError) -> Stop {
    let reason = format!("Kafka could not {what}: {error}");
    Stop::unknown(reason, "cargo run -- brokers status")
}
