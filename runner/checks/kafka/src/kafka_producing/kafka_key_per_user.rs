use std::collections::{BTreeMap, BTreeSet};

use harness::check::{Case, CheckResult, Stop};
use harness::evidence::{Evidence, MessageRow, Messages};
use harness::until::secs;

use crate::broker::on_kafka;
use crate::topic::{Record, Topic};

const PARTITIONS: i32 = 6;
/// Thirty numbers in a row come to three of four or six partitions at least: all that a check can give
/// were tried, with each of librdkafka's ways to hash, written as text and as bytes. (Its mock cluster
/// has four partitions.)
const CARDS: u64 = 30;
const SPREAD: usize = 3;
const ORDER: &str =
    "the events of one card lie in one partition, in the order in which they happened";

/// Each card's events in one partition, in order, over two runs; the cards in several.
pub(crate) fn kafka_key_per_user(case: &mut Case) -> CheckResult {
    on_kafka(case, |case, kafka| {
        let topic = kafka.topic(case, "cards", PARTITIONS)?;
        let first = case.number(1000..=9000);
        let cards: Vec<_> = (first..first + CARDS).collect();

        case.step(&format!("give it three events of each of {CARDS} cards"));
        case.matters(
            "partitions are read side by side, each at its own pace: a payment is seen before the \
             money that it was made with",
        );
        produces(case, &topic, &events(&cards, 0..3, 1), 0)?;
        let records = topic.records()?;
        let used: BTreeSet<_> = records.iter().map(|record| record.partition).collect();
        in_order(case, &records, &cards, "")?;

        case.matters(
            "a partition has one reader at a time in a group: what is all in one of them is read by \
             one machine, however many there are",
        );
        let spread = "the cards spread over the partitions";
        let observed = match used.len() {
            1 => format!("{} events of {CARDS} cards are all in one partition", records.len()),
            some => format!("{CARDS} cards are in {some} of {} partitions", topic.partitions()),
        };
        case.expect(used.len() >= SPREAD, spread, observed)?;

        case.step("run it again with two more events of each card but the first");
        case.matters(
            "yesterday's events are in one partition and today's in another, which may be read before \
             it: between the two days there is no order that a reader can count on",
        );
        // So what was the second card that the first run saw is the first one of this run.
        let more = events(&cards[1..], 3..5, records.len() + 1);
        produces(case, &topic, &more, records.len())?;
        in_order(case, &topic.records()?, &cards, "after a second run ")?;

        case.passed(format!(
            "{} events of {CARDS} cards were stored in {} of {} partitions, those of each \
             card in one and in order, over two runs",
            records.len() + more.len(),
            used.len(),
            topic.partitions()
        ))
    })
}

/// `receipt card what`, the cards in turn, the receipts from this number on.
fn events(cards: &[u64], rounds: std::ops::Range<usize>, receipt: usize) -> Vec<String> {
    let of_round = |round| cards.iter().map(move |card| (card, round));
    let what = ["+50", "-20", "-5", "+10", "-30"];
    let events = rounds.flat_map(of_round).zip(receipt..);
    events.map(|((card, round), receipt)| format!("{receipt} {card} {}", what[round])).collect()
}

/// One run, and each event stored once after it.
fn produces(case: &Case, topic: &Topic, events: &[String], before: usize) -> Result<(), Stop> {
    let mut program = case.program().with_stdin().start()?;
    program.sends(&format!("{} events", events.len()), (events.join("\n") + "\n").as_bytes())?;
    program.close_stdin();
    program.exits_with(0, secs(5))?;
    let stored: Vec<_> = topic.records()?.into_iter().map(|record| record.payload).collect();
    let found = events.iter().filter(|event| stored.contains(event)).count();
    let observed =
        format!("{found} of {} events are stored, and {} records", events.len(), stored.len());
    let holds = found == events.len() && stored.len() == before + events.len();
    case.expect(holds, "each event is stored once, as it was given", observed)
}

/// `when` begins the observation.
fn in_order(case: &Case, records: &[Record], cards: &[u64], when: &str) -> Result<(), Stop> {
    let mut of_cards: BTreeMap<u64, Vec<(usize, &Record)>> = BTreeMap::new();
    for record in records {
        let mut numbers = record.payload.split(' ').map(str::parse);
        if let (Some(Ok(receipt)), Some(Ok(card))) = (numbers.next(), numbers.next()) {
            of_cards.entry(u64::try_from(card).unwrap_or(0)).or_default().push((receipt, record));
        }
    }
    let partitions = |card: &u64| -> BTreeSet<i32> {
        of_cards.get(card).into_iter().flatten().map(|(_, record)| record.partition).collect()
    };
    let scattered: Vec<_> = cards.iter().filter(|card| partitions(card).len() > 1).collect();
    if let Some(card) = scattered.first() {
        let observed = format!(
            "{when}{} of {} cards have their events in more than one partition, card {card} in {}",
            scattered.len(),
            cards.len(),
            partitions(card).len()
        );
        return Err(case.failure(ORDER, observed).with(rows(**card, &of_cards[card])));
    }
    let is_turned = |card: &&u64| !of_cards[card].is_sorted_by_key(|(receipt, _)| *receipt);
    let turned: Vec<_> = cards.iter().filter(is_turned).collect();
    let Some(card) = turned.first() else { return Ok(()) };
    case.matters(
        "a partition is read as it lies there: every reader sees the payment in front of the money, \
         today and whenever it is read again",
    );
    let observed = format!(
        "{when}{} of {} cards have a later event in front of an earlier one, card {card} among them",
        turned.len(),
        cards.len()
    );
    Err(case.failure(ORDER, observed).with(rows(**card, &of_cards[card])))
}

fn rows(card: u64, events: &[(usize, &Record)]) -> Evidence {
    let row = |(receipt, record): &(usize, &Record)| MessageRow {
        message: format!("receipt {receipt}"),
        delivered: None,
        effect: String::new(),
        settled: Some(true),
        note: Some(format!("partition {}, offset {}", record.partition, record.offset)),
    };
    Evidence::Messages(Messages {
        when: format!("of card {card}, as they lie in the topic"),
        settling: "stored".to_owned(),
        rows: events.iter().map(row).collect(),
        position: None,
    })
}
