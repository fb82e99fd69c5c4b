//! Saves of each kind, round by round: what is compared takes turns, so that a machine which is
//! slow for a minute is slow for all.

use std::time::Duration;

use anyhow::Result;

use super::floor::Floor;
use super::idle;
use super::table::{Row, median};
use super::texts::Kind;
use super::watched::{Times, Watched};

/// All times of one kind of save.
#[derive(Debug)]
struct Measured {
    kind: Kind,
    kit: Vec<Times>,
    floor: Vec<Duration>,
    rustlings: Vec<Times>,
}

/// Saves each kind `repeat` times, after one round that does not count, and gives the medians.
pub(super) fn rows(
    kit: &mut Watched,
    floor: &Floor,
    mut rustlings: Option<&mut Watched>,
    repeat: usize,
) -> Result<Vec<Row>> {
    let mut measured = Kind::ALL.map(|kind| Measured {
        kind,
        kit: Vec::new(),
        floor: Vec::new(),
        rustlings: Vec::new(),
    });
    for round in 0..=repeat {
        for of_kind in &mut measured {
            let kind = of_kind.kind;
            // A learner who has read the verdict finds the machine at rest.
            idle::wait(&kit.screen)?;
            let by_kit = kit.save(kind, round)?;
            idle::wait(&kit.screen)?;
            let by_hand = floor.save(kind, round)?;
            let by_rustlings =
                rustlings.as_mut().map(|rustlings| rustlings.save(kind, round)).transpose()?;
            if round > 0 {
                of_kind.kit.push(by_kit);
                of_kind.floor.push(by_hand);
                of_kind.rustlings.extend(by_rustlings);
            }
        }
    }
    Ok(summary(&measured))
}

fn summary(measured: &[Measured]) -> Vec<Row> {
    let noticed = |whose: fn(&Measured) -> &[Times]| {
        some_median(measured.iter().flat_map(whose).map(|times| times.noticed))
    };
    let mut rows = vec![Row {
        what: "save to acknowledgement",
        kit: noticed(|measured| &measured.kit).unwrap_or_default(),
        rustlings: noticed(|measured| &measured.rustlings),
        ..Row::default()
    }];
    for Measured { kind, kit, floor, rustlings } in measured {
        let (what, limits) = match kind {
            Kind::Passing => ("save to verdict, passing", (Some(1.4), Some(0.5))),
            Kind::Failing => ("save to verdict, failing", (Some(1.4), Some(0.5))),
            Kind::DoesNotCompile => ("save to compile error", (None, Some(0.6))),
        };
        rows.push(Row {
            what,
            kit: some_median(kit.iter().map(|times| times.judged)).unwrap_or_default(),
            floor: some_median(floor.iter().copied()),
            rustlings: some_median(rustlings.iter().map(|times| times.judged)),
            limits,
        });
    }
    rows
}

fn some_median(times: impl Iterator<Item = Duration>) -> Option<Duration> {
    let times: Vec<_> = times.collect();
    (!times.is_empty()).then(|| median(times))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Measured, summary};
    use crate::bench::texts::Kind;
    use crate::bench::watched::Times;

    #[test]
    fn each_kind_has_a_row_and_all_share_the_first() {
        let ms = Duration::from_millis;
        let measured = Kind::ALL.map(|kind| Measured {
            kind,
            kit: vec![Times { noticed: ms(3), judged: ms(300) }],
            floor: vec![ms(200)],
            rustlings: Vec::new(),
        });
        let rows = summary(&measured);
        assert_eq!(rows.len(), 4);
        assert_eq!((rows[0].kit, rows[0].floor, rows[0].rustlings), (ms(3), None, None));
        assert_eq!((rows[3].kit, rows[3].floor, rows[3].rustlings), (ms(300), Some(ms(200)), None));
        assert!(rows[1].misses()[0].starts_with("save to verdict, passing: 1.50"));
        assert!(rows[3].misses().is_empty());
    }
}
