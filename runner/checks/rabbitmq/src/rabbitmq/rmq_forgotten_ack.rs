use std::collections::BTreeSet;

use harness::check::{Case, CheckResult, Stop};
use harness::evidence::{Evidence, MessageRow, Messages};
use harness::until::secs;
use harness::world::{ActState, World};

use crate::broker::with_rabbit;
use crate::queue::Queue;
use crate::shift::{Off, done, is_cut_off, is_killed_if_it_lives, starts, takes_its_share, works};

/// Messages of a run, and how many of them ask for a letter.
const ALL: u32 = 20;
const LETTERS: usize = 14;
/// So many may be in the program.
const PREFETCH: u32 = 5;

/// What the program is given, and where it may end up.
struct Post<'a> {
    case: &'a Case,
    world: &'a World,
    queue: Queue<'a>,
    dead: Queue<'a>,
    messages: Vec<(u64, &'static str)>,
}

/// How a program's work came to an end, and what was left of it.
struct Outcome {
    off: Off,
    /// Messages that the broker had not delivered, before the program's end.
    ready: u32,
    /// Ids of the letters that were sent.
    sent: Vec<u64>,
    /// Texts of the messages that are in the queue after its end.
    back: Vec<String>,
    /// Texts of those that it gave up.
    dead: Vec<String>,
}

/// Killed in the middle of a letter, it loses none; left alone, it is done with every message.
pub(crate) fn rmq_forgotten_ack(case: &mut Case) -> CheckResult {
    with_rabbit(case, |case, rabbit, world| {
        let [queue, dead] = rabbit.makes_queue_and_dead(&case.name("letters"))?;
        let post = Post { case, world, queue, dead, messages: messages(case) };
        post.queue.receives(post.messages.iter().map(text))?;
        let in_hand = post.loses_none()?;
        let outcome = post.comes_to_its_end()?;
        post.goes_to_those_who_want_it(&outcome)?;
        post.is_not_given_up(&outcome)?;
        post.is_done_with(&outcome)?;
        post.is_taken_by_fives(in_hand)?;
        case.passed(format!(
            "killed in the middle of a letter, with {in_hand} messages in hand, it lost none of \
             {ALL}; then it sent {LETTERS} letters, each once and to nobody else, was done with \
             {ALL} of {ALL} messages, and none came back"
        ))
    })
}

impl Post<'_> {
    /// How many messages were in the program at that moment.
    fn loses_none(&self) -> Result<u32, Stop> {
        self.case.matters(
            "a message that the broker has forgotten before the letter was sent is lost without a \
             trace in the next crash, or the next deploy",
        );
        self.case.step("kill the program in the middle of the first of 20 messages");
        self.world.holds("post");
        let program = starts(self.case)?;
        program.reaches(self.world, "post", self.messages[0].0, secs(3))?;
        let ready = takes_its_share(&program, self.world, "post", &self.queue)?;
        is_killed_if_it_lives(&program)?;
        let left = self.queue.left()?;
        is_cut_off(self.world, "post");
        // A program that works on several at a time may be done with some that ask for nothing.
        let back = if left < ALL { self.queue.texts()? } else { Vec::new() };
        let is_lost =
            |message: &&(u64, &str)| message.1 == "post" && !back.contains(&text(message));
        let lost = self.messages.iter().filter(is_lost).count();
        let expected = "killed before the first letter was sent, it has lost no message";
        let observed = format!("{left} of {ALL} messages were with the broker after its end");
        let fact = self.queue.evidence("after SIGKILL", &[("messages_ready", left, Some(ALL))]);
        let is_whole = left == ALL || lost == 0;
        self.case.expect(is_whole, expected, observed).map_err(|stop| stop.with(fact))?;
        Ok(left.saturating_sub(ready))
    }

    /// The next one is left alone until it is done, or does nothing any more.
    fn comes_to_its_end(&self) -> Result<Outcome, Stop> {
        self.case.step("start it again, and let it send");
        let program = starts(self.case)?;
        let off = works(&program, self.world, "post", &self.queue, LETTERS, |_| ActState::Done)?;
        let ready = self.queue.ready()?;
        self.case.step("kill it: what it was done with does not come back");
        is_killed_if_it_lives(&program)?;
        self.queue.left()?;
        let (back, dead) = (self.queue.texts()?, self.dead.texts()?);
        Ok(Outcome { off, ready, sent: done(self.world, "post"), back, dead })
    }

    fn goes_to_those_who_want_it(&self, outcome: &Outcome) -> Result<(), Stop> {
        self.case.matters(
            "paper that nobody wanted costs its postage, and the trust of a customer who had said \
             so",
        );
        let begun: BTreeSet<u64> = self.world.acts().iter().map(|act| act.id).collect();
        let is_unasked = |(id, wish): &&(u64, &str)| *wish == "none" && begun.contains(id);
        let unasked: Vec<_> = self.messages.iter().filter(is_unasked).collect();
        let Some(first) = unasked.first() else { return Ok(()) };
        let observed = format!(
            "{} letters went to customers who want none, the first for \"{}\"",
            unasked.len(),
            text(first)
        );
        let expected = "no letter goes to a customer who wants none";
        Err(self.case.failure(expected, observed).with(self.table(outcome)))
    }

    fn is_not_given_up(&self, outcome: &Outcome) -> Result<(), Stop> {
        self.case.matters(
            "what is given up is gone for good where a queue has no dead letter exchange, and where \
             it has one, somebody looks for the fault of a message that had none",
        );
        let expected = "no message is given up";
        let observed = format!(
            "{} of {ALL} messages were given up: letters.dead has them",
            outcome.dead.len()
        );
        self.case
            .expect(outcome.dead.is_empty(), expected, observed)
            .map_err(|stop| stop.with(self.table(outcome)))
    }

    fn is_done_with(&self, outcome: &Outcome) -> Result<(), Stop> {
        self.case.matters(match outcome.off {
            Off::Repeating(_) | Off::Busy => {
                "a message that comes back as soon as it was given back keeps a processor, the \
                 network and the log busy day and night, and nobody is done with it"
            }
            _ => {
                "what is never settled fills the prefetch, and then the program waits for the \
                 broker and the broker for the program: nobody logs an error, the queue grows, and \
                 a restart seems to help"
            }
        });
        let Outcome { off, ready, sent, .. } = outcome;
        let each = sent.iter().collect::<BTreeSet<_>>().len();
        let so_far = format!("{each} of {LETTERS} letters were sent");
        let unsettled = outcome.unsettled().len() as u32;
        let mut state = None;
        let observed = match off {
            Off::Resting(_) if each < LETTERS => {
                let facts = [
                    ("messages_ready", *ready, Some(0)),
                    ("messages_unacknowledged", unsettled, Some(0)),
                ];
                state = Some(self.queue.evidence("before its end", &facts));
                format!(
                    "{off}: {so_far}, {ready} messages are ready, and {unsettled} were delivered \
                     and never settled"
                )
            }
            Off::Resting(_) if !outcome.back.is_empty() => {
                format!("{} of {ALL} messages came back after its end", outcome.back.len())
            }
            Off::Resting(_) if sent.len() > each => {
                format!("{} letters were sent twice", sent.len() - each)
            }
            Off::Resting(_) => return Ok(()),
            other => format!("{other}; {so_far}"),
        };
        let expected = "every letter is sent, and no message comes back after the program's end";
        Err(self.case.failure(expected, observed).with(self.table(outcome)).with(state))
    }

    /// Told last: who raises the prefetch has more to learn from what comes back.
    fn is_taken_by_fives(&self, in_hand: u32) -> Result<(), Stop> {
        self.case.matters(
            "a program that takes the whole queue leaves nothing for the second one that was \
             started to help, and its memory grows with the queue",
        );
        let expected = "no more than five messages are in the program at a time";
        let observed =
            format!("inside the first letter, {in_hand} of {ALL} messages were in the program");
        let fact = [("messages_unacknowledged", in_hand, Some(PREFETCH))];
        let fact = self.queue.evidence("while the program was inside the first letter", &fact);
        self.case.expect(in_hand <= PREFETCH, expected, observed).map_err(|stop| stop.with(fact))
    }

    fn table(&self, outcome: &Outcome) -> Evidence {
        let row = |message: &(u64, &str)| {
            let (id, wish) = *message;
            let text = text(message);
            let is_back = outcome.back.contains(&text);
            let is_dead = outcome.dead.contains(&text);
            let is_unsettled = outcome.unsettled().contains(&text);
            let count = outcome.sent.iter().filter(|other| **other == id).count();
            let note = match (wish, count) {
                ("none", 1..) => Some("wants none"),
                _ if is_dead => Some("given up"),
                _ if is_unsettled => Some("not settled"),
                _ => None,
            };
            let effect = match count {
                0 if is_back && !is_unsettled => "in the queue".to_owned(),
                0 => String::new(),
                1 => "sent".to_owned(),
                more => format!("sent {more} times"),
            };
            let settled = (!is_back && !is_dead).then_some(true);
            let note = note.map(str::to_owned);
            MessageRow { message: text, delivered: None, effect, settled, note }
        };
        Evidence::Messages(Messages {
            when: "after the program's end".to_owned(),
            settling: "settled".to_owned(),
            rows: self.messages.iter().map(row).collect(),
            position: None,
        })
    }
}

impl Outcome {
    /// Of those that came back, the ones that a resting program had been given and kept: they go
    /// back to their places, which are before all that was not delivered.
    fn unsettled(&self) -> &[String] {
        let kept = match self.off {
            Off::Resting(_) => self.back.len().saturating_sub(self.ready as usize),
            _ => 0,
        };
        &self.back[..kept]
    }
}

/// Never more than two in a row that ask for nothing, five of them before the middle, and one at
/// the end, where no later message settles it too.
fn messages(case: &Case) -> Vec<(u64, &'static str)> {
    let first = case.number(10_000..=90_000);
    let mut messages: Vec<_> = (first..).take(ALL as usize).map(|id| (id, "post")).collect();
    for pair in 0..5 {
        let place = 1 + 2 * pair + usize::from(case.number(0..=1) == 1);
        messages[place].1 = "none";
    }
    messages[ALL as usize - 1].1 = "none";
    messages
}

fn text((id, wish): &(u64, &str)) -> String {
    format!("{id} {wish}")
}
