//! Orders of a topic with one partition, and what became of each: in the ledger, and for the broker.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::time::Duration;

use harness::check::{Case, Reworded, Running, Stop};
use harness::evidence::{Evidence, MessageRow, Messages};
use harness::world::{Act, ActState, World};

use crate::group::{Group, in_words};
use crate::topic::Topic;

/// Orders with numbers of this run. Their places are their offsets.
pub(super) struct Orders {
    pub(super) ids: Vec<u64>,
    what: &'static str,
    world: World,
    /// Places of those that lie in another topic.
    aside: RefCell<BTreeSet<usize>>,
    /// How often each was done when the program was killed.
    before: RefCell<Vec<usize>>,
}

impl Orders {
    /// So many orders, put into the topic. `what` is what a program does with each: `ship`.
    pub(super) fn put(
        case: &mut Case,
        topic: &Topic<'_>,
        count: u64,
        what: &'static str,
    ) -> Result<Self, Stop> {
        Self::put_as(case, topic, count, what, |_, id| id.to_string())
    }

    /// The same; `text` says how the message at a place has its number.
    pub(super) fn put_as(
        case: &mut Case,
        topic: &Topic<'_>,
        count: u64,
        what: &'static str,
        text: impl Fn(usize, u64) -> String,
    ) -> Result<Self, Stop> {
        let first = case.number(1000..=9000);
        let ids: Vec<_> = (first..first + count).collect();
        let texts: Vec<_> = ids.iter().enumerate().map(|(place, &id)| text(place, id)).collect();
        topic.holds(&texts)?;
        Ok(Self {
            ids,
            what,
            world: case.world()?,
            aside: RefCell::default(),
            before: RefCell::default(),
        })
    }

    pub(super) fn world(&self) -> &World {
        &self.world
    }

    /// What was begun with one of them, each time.
    pub(super) fn acts(&self, place: usize) -> Vec<Act> {
        let about = |act: &Act| act.what == self.what && act.id == self.ids[place];
        self.world.acts().into_iter().filter(about).collect()
    }

    /// How often one of them was done.
    pub(super) fn done(&self, place: usize) -> usize {
        self.acts(place).iter().filter(|act| act.state == ActState::Done).count()
    }

    /// Places of those that stand at the gate.
    pub(super) fn held(&self) -> Vec<usize> {
        let is_held =
            |place: &usize| self.acts(*place).iter().any(|act| act.state == ActState::Held);
        (0..self.ids.len()).filter(is_held).collect()
    }

    /// Waits until the program is inside one of them.
    pub(super) fn reaches(
        &self,
        program: &Running,
        place: usize,
        within: Duration,
    ) -> Result<(), Stop> {
        let so_far = (0..self.ids.len()).filter(|place| self.done(*place) > 0).count();
        let observed = format!("{so_far} of {} orders are done", self.ids.len());
        program.reaches(&self.world, self.what, self.ids[place], within).observing(&observed)
    }

    /// Lets one through that stands at the gate, or refuses it.
    pub(super) fn lets_go(&self, place: usize, how: ActState) {
        self.world.lets_go(self.what, self.ids[place], how);
    }

    /// One of them was found in another topic, which is as good as done.
    pub(super) fn is_aside(&self, place: usize) {
        self.aside.borrow_mut().insert(place);
    }

    /// After the program was killed: what stood at the gate was not done.
    pub(super) fn forget_the_dead(&self) {
        for place in self.held() {
            self.lets_go(place, ActState::Refused);
        }
        self.before.replace((0..self.ids.len()).map(|place| self.done(place)).collect());
    }

    /// Opens the gate: whatever is begun from now on is done.
    pub(super) fn opens(&self) {
        self.world.opens(self.what);
    }

    /// Waits until all from this place on are done.
    pub(super) fn done_from(
        &self,
        program: &Running,
        from: usize,
        within: Duration,
    ) -> Result<(), Stop> {
        let expected = "after a restart the program goes on with the orders that are left";
        let left = || (from..self.ids.len()).filter(|place| self.done(*place) == 0).count();
        program.until(expected, within, |running| match (left(), running.ended()) {
            (0, _) => Ok(()),
            (count, None) => Err(format!("{count} of {} orders were not done", self.ids.len())),
            (count, Some(ended)) => Err(format!("it {ended}, and {count} orders were not done")),
        })
    }

    /// A row for each. `when` continues "messages ..."; `inside` is the place that the program was in
    /// the middle of.
    pub(super) fn rows(
        &self,
        when: &str,
        committed: Option<i64>,
        inside: Option<usize>,
    ) -> Evidence {
        let row = |(place, id): (usize, &u64)| {
            let acts = self.acts(place);
            let is_aside = self.aside.borrow().contains(&place);
            let effect = match (self.done(place), acts.len()) {
                (0, _) if is_aside => "set aside".to_owned(),
                (0, 0) => String::new(),
                (0, _) => "begun, not done".to_owned(),
                (1, _) => "done".to_owned(),
                (times, _) => format!("done {times} times"),
            };
            let is_settled =
                committed.is_some_and(|it| usize::try_from(it).is_ok_and(|it| place < it));
            let is_lost = is_settled && self.done(place) == 0 && !is_aside;
            MessageRow {
                message: format!("offset {place}, order {id}"),
                delivered: None,
                effect,
                settled: Some(is_settled),
                note: is_lost.then(|| "no member of the group is given it again".to_owned()),
            }
        };
        let inside = inside.map(|place| format!(" | inside offset {place}")).unwrap_or_default();
        Evidence::Messages(Messages {
            when: when.to_owned(),
            settling: "committed".to_owned(),
            rows: self.ids.iter().enumerate().map(row).collect(),
            position: Some(format!("committed {}{inside}", in_words(committed))),
        })
    }

    /// The same, when they have been dealt with by a restart that began with the committed offset. What
    /// is committed by now is another matter, and not told.
    pub(super) fn rows_after_restart(&self, committed: Option<i64>, inside: usize) -> Evidence {
        let when = "as the restart found them, and what became of each";
        let mut rows = self.rows(when, committed, Some(inside));
        if let Evidence::Messages(messages) = &mut rows {
            let before = self.before.borrow();
            for (place, row) in messages.rows.iter_mut().enumerate() {
                if row.settled != Some(false) {
                    continue;
                }
                row.settled = None;
                row.effect = match (before.get(place), self.done(place)) {
                    (None | Some(0), 0) => continue,
                    (None | Some(0), _) => "done after the restart".to_owned(),
                    (Some(before), now) if *before == now => "done before the restart".to_owned(),
                    (Some(_), _) => "done before the restart, and once more after it".to_owned(),
                };
            }
        }
        rows
    }

    /// Waits until all of them are committed: a restart would begin with the next order.
    pub(super) fn all_committed(
        &self,
        case: &Case,
        group: &Group<'_>,
        within: Duration,
    ) -> Result<(), Stop> {
        let all = self.ids.len();
        let expected = "when all orders are dealt with, all of them are committed";
        let observed = format!("all {all} orders are dealt with");
        self.committed_to(case, group, all, within, expected, &observed)
    }

    /// Waits until those in front of this place are committed, and nothing behind it. `observed`
    /// begins the observation.
    pub(super) fn committed_to(
        &self,
        case: &Case,
        group: &Group<'_>,
        place: usize,
        within: Duration,
        expected: &str,
        observed: &str,
    ) -> Result<(), Stop> {
        let wanted = i64::try_from(place).unwrap_or(i64::MAX);
        let committed = group.commits(wanted, within)?;
        let observed = format!("{observed}, and committed is {}", in_words(committed));
        let evidence = self.rows("at that moment", committed, None);
        let holds = committed == Some(wanted);
        case.expect(holds, expected, observed).map_err(|stop| stop.with(evidence))
    }
}
