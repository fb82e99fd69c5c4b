//! A program at work: it takes messages, acts on the outside, and comes to rest.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, Instant};

use harness::check::{Case, Program, Rest, Running, Stop};
use harness::proxy::Proxy;
use harness::supervise::Ended;
use harness::until::{ms, secs, until};
use harness::world::{Act, ActState, World};
use nix::sys::signal::Signal;

use crate::broker::Rabbit;
use crate::queue::Queue;

/// A program that has work left in the queue and does none for so long does none any more.
const IDLE: Duration = ms(500);

/// In that time the broker has to answer so many questions about the queue, all alike. On a machine
/// with too much to do one of its threads may answer us while another, which has a message for the
/// program, waits for a processor; not a hundred times.
const IDLE_ANSWERS: usize = 100;

/// The same at the end of the work: what is delivered is on its way until the broker's processes
/// have had their turns.
const LAST_ANSWERS: usize = 10;

/// Enough for twenty messages on a machine with much else to do.
const WORK_TIME: Duration = secs(10);

/// One message is not given to a right program so often.
const AGAIN: usize = 25;

/// Between two looks at all that was printed.
const BETWEEN: Duration = ms(100);

/// How a program's work came to an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Off {
    /// It sleeps, and it has done all that was asked for, or for so long nothing about the rest.
    Resting(Duration),
    /// It has ended.
    Ended(Ended),
    /// It prints this line over and over.
    Repeating(String),
    /// It works on and on.
    Busy,
}

/// As it continues a sentence on what was observed.
impl fmt::Display for Off {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Resting(idle) => write!(f, "it has been idle for {:.1} s", idle.as_secs_f64()),
            Self::Ended(ended) => write!(f, "it {ended}"),
            Self::Repeating(line) => write!(f, "it printed {line:?} again and again"),
            Self::Busy => write!(f, "after {} s it was still busy", WORK_TIME.as_secs()),
        }
    }
}

/// Starts the program and waits until it takes messages.
pub(crate) fn starts(case: &Case) -> Result<Running, Stop> {
    is_ready(case.program())
}

/// The same, with the line between it and the broker.
pub(crate) fn starts_on_a_line(case: &Case, rabbit: &Rabbit) -> Result<(Running, Proxy), Stop> {
    let line = case.proxy(rabbit.address())?;
    let program = is_ready(case.program().env("FAULTLINGS_RABBITMQ", line.address()))?;
    Ok((program, line))
}

fn is_ready(program: Program) -> Result<Running, Stop> {
    let program = program.start()?;
    program.prints("ready", secs(5))?;
    Ok(program)
}

/// The end that asks nobody. What the program had written to its socket, the broker still gets.
pub(crate) fn is_killed(program: &Running) -> Result<(), Stop> {
    program.signal(Signal::SIGKILL)?;
    program.is_killed_by(Signal::SIGKILL, secs(2))
}

/// The same for one that may have ended by itself.
pub(crate) fn is_killed_if_it_lives(program: &Running) -> Result<(), Stop> {
    if program.ended().is_some() { Ok(()) } else { is_killed(program) }
}

/// After its end: what it was in the middle of is not done.
pub(crate) fn is_cut_off(world: &World, what: &str) {
    for id in at_gate(world, what) {
        world.lets_go(what, id, ActState::Refused);
    }
}

/// Ids of the acts of this name that the program is inside of.
pub(crate) fn at_gate(world: &World, what: &str) -> Vec<u64> {
    let is_held = |act: &Act| act.what == what && act.state == ActState::Held;
    world.acts().iter().filter(|act| is_held(act)).map(|act| act.id).collect()
}

/// Ids of the acts of this name that were done, in order.
pub(crate) fn done(world: &World, what: &str) -> Vec<u64> {
    let is_done = |act: &Act| act.what == what && act.state == ActState::Done;
    world.acts().iter().filter(|act| is_done(act)).map(|act| act.id).collect()
}

/// Waits until a program that is held inside an act has taken all that it takes meanwhile: it
/// sleeps, and neither at the gate nor in the queue does anything move. Returns how many messages
/// are ready then.
pub(crate) fn takes_its_share(
    program: &Running,
    world: &World,
    what: &str,
    queue: &Queue,
) -> Result<u32, Stop> {
    let (mut last, mut same) = (None, 0);
    program.until("inside an act the program comes to rest", WORK_TIME, |program| {
        let now = match queue.ready() {
            Ok(ready) => (at_gate(world, what).len(), ready),
            Err(stop) => return Ok(Err(stop)),
        };
        same = if last == Some(now) { same + 1 } else { 0 };
        last = Some(now);
        match (same >= LAST_ANSWERS).then(|| program.sleeps_or_ends(ms(200))) {
            Some(Ok(_)) if at_gate(world, what).len() == now.0 => Ok(Ok(now.1)),
            Some(Err(Stop::Unknown(unknown))) => Ok(Err(Stop::Unknown(unknown))),
            _ => Err("it was still busy with something".to_owned()),
        }
    })?
}

/// Answers whatever comes to the gate of `what`, which has to be shut, until `wanted` acts are done
/// and the program rests, or it is clear that this will not be. `answer` says how an act ends.
///
/// Each act is let go by itself: then the program has its answer, and if it sleeps after that, all
/// it had to say to the broker is said.
pub(crate) fn works(
    program: &Running,
    world: &World,
    what: &str,
    queue: &Queue,
    wanted: usize,
    mut answer: impl FnMut(u64) -> ActState,
) -> Result<Off, Stop> {
    let before = done(world, what).len();
    let mut last = (0, 0);
    let (mut since, mut same) = (Instant::now(), 0);
    let mut next_look = Instant::now() + BETWEEN;
    let off = program.until("the program does its work", WORK_TIME, |program| {
        for id in at_gate(world, what) {
            world.lets_go(what, id, answer(id));
        }
        let count = done(world, what).len() - before;
        if let Some(ended) = program.ended() {
            return Ok(Ok(Off::Ended(ended)));
        }
        if Instant::now() >= next_look {
            next_look = Instant::now() + BETWEEN;
            if let Some(line) = repeated_line(&program.stdout_lines()) {
                return Ok(Ok(Off::Repeating(line)));
            }
        }
        let now = match queue.ready() {
            Ok(ready) => (count, ready),
            Err(stop) => return Ok(Err(stop)),
        };
        if last != now {
            (last, since, same) = (now, Instant::now(), 0);
        }
        same += 1;
        let is_idle = same >= IDLE_ANSWERS && since.elapsed() >= IDLE;
        let is_over = is_idle || now == (wanted, 0) && same >= LAST_ANSWERS;
        match is_over.then(|| program.sleeps_or_ends(ms(200))) {
            Some(Ok(Rest::Asleep(_))) if at_gate(world, what).is_empty() => {
                Ok(Ok(Off::Resting(since.elapsed())))
            }
            _ => Err(String::new()),
        }
    });
    off.unwrap_or(Ok(Off::Busy))
}

/// Waits until `has_moved`; false once it has not for as long as the broker can take.
pub(crate) fn moves(
    queue: &Queue,
    mut has_moved: impl FnMut() -> Result<bool, Stop>,
) -> Result<bool, Stop> {
    let (since, mut answers) = (Instant::now(), 0);
    let moved = until(WORK_TIME, || {
        answers += 1;
        match has_moved().and_then(|moved| queue.ready().map(|_| moved)) {
            Ok(false) if answers < IDLE_ANSWERS || since.elapsed() < IDLE => None,
            answer => Some(answer),
        }
    });
    moved.unwrap_or(Ok(false))
}

/// A line that was printed more than [`AGAIN`] times.
fn repeated_line(lines: &[String]) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    lines.iter().for_each(|line| *counts.entry(line).or_default() += 1);
    counts.into_iter().find(|(_, count)| *count > AGAIN).map(|(line, _)| line.to_owned())
}
