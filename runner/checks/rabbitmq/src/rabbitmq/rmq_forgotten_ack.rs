use std::collections::BTreeSet;

use harness::check::{Case, CheckResult, Stop};
use harness::evidence::{Evidence, MessageRow, Messages};
use harness::until::secs;
use harness::world::World;

use crate::broker::with_rabbit;
use crate::queue::Queue;
use crate::shift::{Off, done, is_cut_off, is_killed, is_killed_if_it_lives, starts, works};

/// Messages of a run, and how many of them ask for a letter.
const ALL: u32 = 20;
const LETTERS: usize = 14;

/// Killed in the middle of a letter, it loses none; left alone, it is done with every message.
pub(crate) fn rmq_forgotten_ack(case: &mut Case) -> CheckResult {
    with_rabbit(case, |case, rabbit, world| {
        let messages = messages(case);
        let queue = rabbit.makes_queue(&case.name("letters"), &[])?;
        queue.receives(messages.iter().map(|(id, wish)| format!("{id} {wish}")))?;
        loses_none(case, world, &queue, messages[0].0)?;
        is_done_with_all(case, world, &queue, &messages)?;
        case.passed(format!(
            "killed in the middle of a letter it lost none of {ALL} messages; then it sent \
             {LETTERS} letters, each once, was done with {ALL} of {ALL} messages, and none came \
             back"
        ))
    })
}

fn loses_none(case: &Case, world: &World, queue: &Queue, first: u64) -> Result<(), Stop> {
    case.matters(
        "a message that the broker has forgotten before the letter was sent is lost without a \
         trace in the next crash, or the next deploy",
    );
    case.step("kill the program in the middle of the first of 20 messages");
    world.holds("post");
    let program = starts(case)?;
    program.reaches(world, "post", first, secs(3))?;
    is_killed(&program)?;
    let left = queue.left()?;
    is_cut_off(world, "post");
    let expected = "killed before the first letter was sent, it has lost no message";
    let observed = format!("{left} of {ALL} messages were with the broker after its end");
    let fact = queue.evidence("after SIGKILL", &[("messages_ready", left, Some(ALL))]);
    case.expect(left == ALL, expected, observed).map_err(|stop| stop.with(fact))
}

fn is_done_with_all(
    case: &Case,
    world: &World,
    queue: &Queue,
    messages: &[(u64, &str)],
) -> Result<(), Stop> {
    case.matters(
        "what is never settled fills the prefetch, and then the program waits for the broker and \
         the broker for the program: nobody logs an error, the queue grows, and a restart seems \
         to help",
    );
    case.step("start it again, and let it send");
    let program = starts(case)?;
    let off = works(&program, world, "post", queue, LETTERS)?;
    let ready = queue.ready()?;
    case.step("kill it: what it was done with does not come back");
    is_killed_if_it_lives(&program)?;
    let left = queue.left()?;
    let sent = done(world, "post");
    let each = sent.iter().collect::<BTreeSet<_>>().len();
    let so_far = format!("{each} of {LETTERS} letters were sent");
    let unsettled = left.saturating_sub(ready);
    let mut state = None;
    let observed = match off {
        Off::Resting if each < LETTERS => {
            let facts = [
                ("messages_ready", ready, Some(0)),
                ("messages_unacknowledged", unsettled, Some(0)),
            ];
            state = Some(queue.evidence("before its end", &facts));
            format!(
                "it sleeps: {so_far}, {ready} messages are ready, and {unsettled} were delivered \
                 and never settled"
            )
        }
        Off::Resting if left > 0 => format!("{left} of {ALL} messages came back after its end"),
        Off::Resting if sent.len() > each => {
            format!("{} letters were sent twice", sent.len() - each)
        }
        Off::Resting => return Ok(()),
        other => format!("{other}; {so_far}"),
    };
    let expected = "every letter is sent, and no message comes back after the program's end";
    let table = table(messages, &sent, &queue.texts()?);
    Err(case.failure(expected, observed).with(table).with(state))
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

fn table(messages: &[(u64, &str)], sent: &[u64], back: &[String]) -> Evidence {
    let row = |(id, wish): &(u64, &str)| {
        let text = format!("{id} {wish}");
        let is_back = back.contains(&text);
        let effect = match sent.iter().filter(|other| *other == id).count() {
            0 => String::new(),
            1 => "sent".to_owned(),
            more => format!("sent {more} times"),
        };
        let note = match (is_back, *wish, effect.is_empty()) {
            (true, "none", _) => Some("nothing to do, and never settled".to_owned()),
            (true, _, false) => Some("done, and never settled".to_owned()),
            _ => None,
        };
        MessageRow { message: text, delivered: None, effect, settled: Some(!is_back), note }
    };
    Evidence::Messages(Messages {
        when: "after the program's end".to_owned(),
        settling: "settled".to_owned(),
        rows: messages.iter().map(row).collect(),
        position: None,
    })
}
