//! Topics of a run: made, filled and read by the check, and gone after it.

use std::cell::RefCell;
use std::mem::ManuallyDrop;
use std::time::Duration;

use harness::check::{Case, Stop};
use harness::until::{secs, until};
use rdkafka::admin::{NewTopic, TopicReplication};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, KafkaResult};
use rdkafka::message::Message;
use rdkafka::producer::{BaseProducer, FutureProducer, FutureRecord, Producer};
use rdkafka::{Offset, TopicPartitionList};

use crate::broker::{Kafka, answer_time, options};

/// A new topic is known to the broker's own clients a moment after it was made.
const KNOWN: Duration = secs(5);

/// One record, as it lies in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) partition: i32,
    pub(crate) offset: i64,
    pub(crate) key: Option<String>,
    pub(crate) payload: String,
    /// When its producer was given it, in milliseconds since 1970.
    pub(crate) created: Option<i64>,
}

/// A topic of this run alone. Dropping it removes it from the broker.
pub(crate) struct Topic<'a> {
    kafka: &'a Kafka,
    name: String,
    partitions: i32,
    widest: Option<u32>,
    read: RefCell<Vec<Record>>,
    /// Never closed, as all clients here: see [`Kafka`].
    reader: RefCell<Option<ManuallyDrop<BaseConsumer>>>,
}

impl Kafka {
    /// Makes the topic that programs of this run call `world::name(name)`.
    pub(crate) fn topic(
        &self,
        case: &Case,
        name: &str,
        partitions: i32,
    ) -> Result<Topic<'_>, Stop> {
        self.make(case, name, partitions, None)
    }

    /// The same with one partition that takes no batch of more bytes than this: the record is in the
    /// queue of its producer, is sent, and its delivery is an error. librdkafka's mock cluster takes
    /// all there is.
    pub(crate) fn narrow_topic(
        &self,
        case: &Case,
        name: &str,
        widest: u32,
    ) -> Result<Topic<'_>, Stop> {
        self.make(case, name, 1, Some(widest))
    }

    fn make(
        &self,
        case: &Case,
        name: &str,
        partitions: i32,
        widest: Option<u32>,
    ) -> Result<Topic<'_>, Stop> {
        let mut topic = Topic {
            kafka: self,
            name: case.name(name),
            partitions,
            widest,
            read: RefCell::default(),
            reader: RefCell::default(),
        };
        if self.is_a_mock() {
            topic.partitions = topic.is_spoken_of()?;
        } else {
            topic.is_made()?;
        }
        topic.is_served()?;
        Ok(topic)
    }
}

impl Topic<'_> {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    fn is_made(&self) -> Result<(), Stop> {
        let widest = self.widest.map(|bytes| bytes.to_string());
        let mut new = NewTopic::new(&self.name, self.partitions, TopicReplication::Fixed(1));
        if let Some(widest) = &widest {
            new = new.set("max.message.bytes", widest);
        }
        let made = self.kafka.waits(self.kafka.admin().create_topics([&new], &options()));
        let made = made.map_err(|error| self.kafka.trouble("make a topic", &error))?;
        match made.into_iter().next() {
            Some(Err((_, code))) => {
                let reason = format!("Kafka could not make a topic: {code}");
                Err(Stop::unknown(reason, "cargo run -- brokers status"))
            }
            _ => Ok(()),
        }
    }

    /// librdkafka's mock cluster does not know the request that makes a topic. It makes one when a
    /// producer asks about it, with as many partitions as it likes; tells how many.
    fn is_spoken_of(&self) -> Result<i32, Stop> {
        let speaker = self.kafka.config().set("allow.auto.create.topics", "true").create();
        let speaker: BaseProducer =
            speaker.map_err(|error| self.kafka.trouble("be spoken to", &error))?;
        let count = until(KNOWN, || {
            let metadata = speaker.client().fetch_metadata(Some(&self.name), answer_time()).ok()?;
            let count = metadata.topics().first()?.partitions().len();
            i32::try_from(count).ok().filter(|&count| count > 0)
        });
        let reason = "Kafka does not make a topic that is spoken of";
        count.ok_or_else(|| Stop::unknown(reason, "cargo run -- brokers status"))
    }

    /// How many it has; a stand-in for Kafka may have given it more than were asked for.
    pub(crate) fn partitions(&self) -> i32 {
        self.partitions
    }

    /// Waits until each partition has a leader.
    fn is_served(&self) -> Result<(), Stop> {
        let served = until(KNOWN, || match self.is_led() {
            Ok(false) => None,
            other => Some(other),
        });
        let reason = "Kafka made a topic and does not serve it";
        let late = || Stop::unknown(reason, "cargo run -- brokers status");
        served.transpose()?.map(drop).ok_or_else(late)
    }

    fn is_led(&self) -> Result<bool, Stop> {
        let client = self.kafka.admin().inner();
        let ask = |time| client.fetch_metadata(Some(&self.name), time);
        let metadata = self.kafka.asks("tell of a topic", ask)?;
        let partitions = metadata.topics().first().map_or(&[][..], |topic| topic.partitions());
        let led = partitions.iter().filter(|partition| partition.leader() >= 0).count();
        Ok(i32::try_from(led) == Ok(self.partitions))
    }

    /// Puts these payloads into partition 0, in this order.
    pub(crate) fn holds(&self, payloads: &[String]) -> Result<(), Stop> {
        self.store(payloads).map_err(|error| self.kafka.trouble("store messages", &error))
    }

    fn store(&self, payloads: &[String]) -> KafkaResult<()> {
        let mut config = self.kafka.config();
        // Nothing is gained by waiting for company.
        config.set("linger.ms", "0");
        config.set("message.timeout.ms", answer_time().as_millis().to_string());
        let producer: FutureProducer = config.create()?;
        let producer = ManuallyDrop::new(producer);
        let send = |payload| {
            let record = FutureRecord::<(), _>::to(&self.name).partition(0).payload(payload);
            producer.send_result(record).map_err(|(error, _)| error)
        };
        let sent: Vec<_> = payloads.iter().map(send).collect::<Result<_, _>>()?;
        // One by one, since `flush` looks whether it is done each tenth of a second only.
        for delivery in sent {
            let delivered = self.kafka.waits(delivery).map_err(|_| KafkaError::Canceled)?;
            delivered.map_err(|(error, _)| error)?;
        }
        Ok(())
    }

    /// How many records it has, in all partitions.
    pub(crate) fn count(&self) -> Result<usize, Stop> {
        (0..self.partitions).map(|partition| self.count_of(partition)).sum()
    }

    /// Waits until it has more than so many records, and tells whether it has.
    pub(crate) fn outgrows(&self, count: usize, within: Duration) -> Result<bool, Stop> {
        let grown = until(within, || match self.count() {
            Ok(now) if now <= count => None,
            other => Some(other),
        });
        Ok(grown.transpose()?.is_some())
    }

    fn count_of(&self, partition: i32) -> Result<usize, Stop> {
        let client = self.kafka.admin().inner();
        let ask = |time| client.fetch_watermarks(&self.name, partition, time);
        let (low, high) = self.kafka.asks("tell where a log ends", ask)?;
        Ok(usize::try_from(high - low).unwrap_or(0))
    }

    /// All records that it has at this moment, by partition and offset.
    pub(crate) fn records(&self) -> Result<Vec<Record>, Stop> {
        let count = self.count()?;
        // A log only grows: what was read before is still there.
        let mut records = self.read.borrow_mut();
        if count > records.len() {
            let mut reader = self.reader.borrow_mut();
            let reader = match &mut *reader {
                Some(reader) => reader,
                none => none.insert(
                    self.new_reader().map_err(|error| self.kafka.trouble("be read", &error))?,
                ),
            };
            let all = until(answer_time(), || {
                while let Some(message) = reader.poll(Duration::ZERO) {
                    records.extend(message.ok().map(|message| record(&message)));
                }
                let all = (records.len() >= count).then_some(Ok(()));
                all.or_else(|| self.kafka.is_gone().map(Err))
            });
            if all.transpose()?.is_none() {
                let reason = format!("Kafka gave {} of {count} messages back", records.len());
                return Err(Stop::unknown(reason, "cargo run -- brokers status"));
            }
        }
        records.sort_by_key(|record| (record.partition, record.offset));
        Ok(records.clone())
    }

    /// Reads from the beginning of each partition, as a member of no group.
    fn new_reader(&self) -> KafkaResult<ManuallyDrop<BaseConsumer>> {
        let mut config = self.kafka.config();
        // librdkafka wants a name of a group where offsets may be stored; none are.
        config.set("group.id", &self.name).set("enable.auto.commit", "false");
        // A fetch from partitions that are empty is answered after this.
        config.set("fetch.wait.max.ms", "10");
        let reader: BaseConsumer = config.create()?;
        let mut all = TopicPartitionList::new();
        for partition in 0..self.partitions {
            all.add_partition_offset(&self.name, partition, Offset::Offset(0))?;
        }
        reader.assign(&all)?;
        Ok(ManuallyDrop::new(reader))
    }
}

impl Drop for Topic<'_> {
    fn drop(&mut self) {
        if !self.kafka.removes() {
            return;
        }
        // What cannot be removed now is swept by a later check.
        let _ = self.kafka.waits(self.kafka.admin().delete_topics(&[&self.name], &options()));
    }
}

fn record(message: &impl Message) -> Record {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Record {
        partition: message.partition(),
        offset: message.offset(),
        key: message.key().map(text),
        payload: message.payload().map(text).unwrap_or_default(),
        created: message.timestamp().to_millis(),
    }
}
