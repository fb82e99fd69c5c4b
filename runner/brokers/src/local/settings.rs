//! Settings that make a broker fit for lessons, on this machine and in a container alike.

/// Kafka beyond its listeners. One broker has to be enough for its own topics; and it has to notice
/// a dead consumer within half a second, for which it would by default not even accept the wish.
/// Everything that an exercise is about, such as `auto.create.topics.enable`, keeps its default.
pub(crate) const FOR_LESSONS: [(&str, &str); 15] = [
    ("offsets.topic.replication.factor", "1"),
    ("offsets.topic.num.partitions", "1"),
    ("transaction.state.log.replication.factor", "1"),
    ("transaction.state.log.min.isr", "1"),
    ("transaction.state.log.num.partitions", "1"),
    ("share.coordinator.state.topic.replication.factor", "1"),
    ("share.coordinator.state.topic.min.isr", "1"),
    ("share.coordinator.state.topic.num.partitions", "1"),
    // The first member of a group would wait 3 s for others.
    ("group.initial.rebalance.delay.ms", "0"),
    ("group.min.session.timeout.ms", "500"),
    // The same for the group protocol of KIP-848, where the broker alone decides.
    ("group.consumer.min.session.timeout.ms", "500"),
    ("group.consumer.session.timeout.ms", "800"),
    ("group.consumer.min.heartbeat.interval.ms", "100"),
    ("group.consumer.heartbeat.interval.ms", "200"),
    // Half of the heap would be set aside for compacting logs of a size that no lesson has.
    ("log.cleaner.dedupe.buffer.size", "2097152"),
];

/// RabbitMQ in a container: guest comes through a published port, so not from the loopback
/// interface. The official image is configured so; a system's package is not.
pub(crate) fn rabbitmq_conf() -> &'static str {
    "loopback_users = none\n"
}
