//! What the broker believes of a group of consumers, asked from beside it.

use std::mem::ManuallyDrop;
use std::time::Duration;

use harness::check::{Case, Stop};
use harness::until::until;
use rdkafka::TopicPartitionList;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::topic_partition_list::Offset;

use crate::broker::{Kafka, options};
use crate::topic::Topic;

/// A group of this run alone, and its offset in partition 0 of one topic. Dropping it removes it
/// from the broker.
pub(crate) struct Group<'a> {
    kafka: &'a Kafka,
    name: String,
    place: TopicPartitionList,
    /// Subscribes to nothing, and so is not a member: nobody's partitions are moved by a question.
    /// Never closed, which would take a tenth of a second.
    client: ManuallyDrop<BaseConsumer>,
}

impl Kafka {
    /// The group that programs of this run call `world::name(name)`.
    pub(crate) fn group(
        &self,
        case: &Case,
        name: &str,
        topic: &Topic<'_>,
    ) -> Result<Group<'_>, Stop> {
        let name = case.name(name);
        let client =
            self.config().set("group.id", &name).set("enable.auto.commit", "false").create();
        let client =
            ManuallyDrop::new(client.map_err(|error| self.trouble("be spoken to", &error))?);
        let mut place = TopicPartitionList::new();
        place.add_partition(topic.name(), 0);
        Ok(Group { kafka: self, name, place, client })
    }
}

impl Group<'_> {
    /// The committed offset: that of the message which a member would be given next. `None` where
    /// nothing was ever committed.
    pub(crate) fn committed(&self) -> Result<Option<i64>, Stop> {
        let offsets = self.kafka.asks("tell what is committed", |time| {
            self.client.committed_offsets(self.place.clone(), time)
        })?;
        Ok(offsets.elements().first().and_then(|it| match it.offset() {
            Offset::Offset(offset) => Some(offset),
            _ => None,
        }))
    }

    /// Waits until so much is committed, and tells what was committed at last, be it less or more.
    pub(crate) fn commits(&self, offset: i64, within: Duration) -> Result<Option<i64>, Stop> {
        self.watch(within, |committed| committed.is_some_and(|it| it >= offset))
    }

    /// Watches for so long whether anything else is committed than this.
    pub(crate) fn leaves(
        &self,
        offset: Option<i64>,
        during: Duration,
    ) -> Result<Option<i64>, Stop> {
        self.watch(during, |committed| committed != offset)
    }

    fn watch(
        &self,
        within: Duration,
        is_it: impl Fn(Option<i64>) -> bool,
    ) -> Result<Option<i64>, Stop> {
        let mut last = Ok(None);
        until(within, || {
            last = self.committed();
            (last.is_err() || last.as_ref().is_ok_and(|&committed| is_it(committed))).then_some(())
        });
        last
    }
}

impl Drop for Group<'_> {
    fn drop(&mut self) {
        if !self.kafka.removes() {
            return;
        }
        // One that still has a member is kept by the broker, and forgotten when that one is given up
        // and the topic is gone.
        let _ = self.kafka.waits(self.kafka.admin().delete_groups(&[&self.name], &options()));
    }
}

/// `4`, or `nothing`.
pub(crate) fn in_words(committed: Option<i64>) -> String {
    committed.map_or("nothing".to_owned(), |offset| offset.to_string())
}
