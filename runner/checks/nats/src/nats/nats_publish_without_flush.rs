use std::time::Instant;

use async_nats::Message;
use harness::check::{Case, CheckResult, Reworded, Running, Stop};
use harness::evidence::{Evidence, MessageRow, Messages};
use harness::proxy::Proxy;
use harness::supervise::Ended;
use harness::until::{secs, until};
use harness::world::{ActState, World};

use crate::broker::{Nats, with_nats};
use crate::mailbox::Mailbox;
use crate::still::stands_still;

const COUNT: u64 = 32;
/// The size of a picture in KiB: in all they would fit into the buffers of a socket, or, 8 MiB, by far
/// not; what is behind these buffers is in the program.
const SMALL: u64 = 1;
const LARGE: u64 = 256;

/// Each picture arrives, over a line that works and over one that stands still for a while.
pub(crate) fn nats_publish_without_flush(case: &mut Case) -> CheckResult {
    with_nats(case, arrives)
}

fn arrives(case: &mut Case, nats: &Nats) -> CheckResult {
    let world = case.world()?;
    world.holds("close");
    let office = nats.mailbox(case.name("pictures"))?;

    case.step(&format!("let it send {COUNT} small pictures over a line that works"));
    case.matters(
        "a job that waits for a fixed time waits in vain on every good evening, and for too short a \
         time on a bad one",
    );
    let job = Job::start(case, nats, &world, SMALL)?;
    let begun = Instant::now();
    world.lets_go("close", job.first, ActState::Done);
    let ended =
        job.program.ends(secs(4)).expecting("the job ends when the last picture has gone")?;
    let took = begun.elapsed();
    case.matters(
        "a job that ends before its messages have left loses them without an error, each time it \
         runs; status 0 says that all is well",
    );
    job.has_sent(case, &office, &|arrived| format!("it {ended}, and {arrived}"))?;
    is_content(case, &job, ended)?;

    case.step("let it send as many large ones over a line that stands still for a while");
    case.matters(
        "what works in a quiet network loses messages on the day on which the other side is slow; and \
         that is a day on which there is much to send",
    );
    let job = Job::start(case, nats, &world, LARGE)?;
    job.line.holds();
    world.lets_go("close", job.first, ActState::Done);
    // It has made its pictures, which takes its time on a busy machine, when it sleeps.
    stands_still(&job.program, || false)?;
    let says_sent = job.says_sent();
    job.line.lets_go();
    let ended = job.program.ends(secs(5)).expecting("the job ends when the line moves again")?;
    let observed = |arrived| format!("the line stood still for a while; it {ended}, and {arrived}");
    job.has_sent(case, &office, &observed)?;
    if says_sent {
        case.matters(
            "whoever reads `sent` ends what is left of the job, and with it what waits for the line",
        );
        let expected = "it says that they are sent when they are";
        let observed = format!(
            "it said `sent {COUNT} pictures` while the line stood still, and the last of them were \
             still in the program"
        );
        return Err(case.failure(expected, observed));
    }
    is_content(case, &job, ended)?;
    job.program.leaves_nothing()?;

    case.passed(format!(
        "{COUNT} of {COUNT} pictures arrived within {} ms, and as many large ones after the line had \
         stood still, in which the job waited and did not call them sent",
        took.as_millis()
    ))
}

/// The job on one evening, connected and about to close the day.
struct Job {
    program: Running,
    line: Proxy,
    first: u64,
    kib: u64,
}

impl Job {
    fn start(case: &Case, nats: &Nats, world: &World, kib: u64) -> Result<Self, Stop> {
        let line = case.proxy(nats.address())?;
        let first = case.number(1_000..=99_999);
        let numbers = [first, COUNT, kib].map(|number| number.to_string());
        let program =
            case.program().args(numbers).env("FAULTLINGS_NATS", line.address()).start()?;
        program.reaches(world, "close", first, secs(3))?;
        // A client asks for a sign of life when it has connected, and again when its task begins. With
        // an answer that lies unread, the kernel resets the connection at the end of the program, and
        // throws away what it has not sent: a loss of another kind, by chance, and none of this lesson.
        until(secs(1), || (pongs(&line.said()) >= 2).then_some(()));
        Ok(Self { program, line, first, kib })
    }

    fn says_sent(&self) -> bool {
        self.program.stdout_lines().iter().any(|line| line.starts_with("sent "))
    }

    /// All has arrived, once and in order. `observed` continues the number of those that have.
    fn has_sent(
        &self,
        case: &Case,
        office: &Mailbox<'_>,
        observed: &dyn Fn(String) -> String,
    ) -> Result<(), Stop> {
        // The server closes its end of the connection when it has read all that was sent.
        until(secs(5), || (self.line.open() == 0).then_some(()));
        let arrived = office.empty()?;
        let arrived: Vec<_> =
            arrived.iter().filter_map(|message| number(message, self.kib)).collect();
        let sent: Vec<_> = (self.first..self.first + COUNT).collect();
        if arrived == sent {
            return Ok(());
        }
        let whole = sent.iter().filter(|picture| arrived.contains(picture)).count();
        let observed = match whole as u64 == COUNT {
            false => observed(format!("{whole} of {COUNT} pictures arrived")),
            true => format!("{} pictures arrived for {COUNT}, or not in order", arrived.len()),
        };
        let expected = "each picture arrives once, and in the order in which it was sent";
        Err(case.failure(expected, observed).with(became_of(&sent, &arrived)))
    }
}

/// It says what it did, and ends well.
fn is_content(case: &Case, job: &Job, ended: Ended) -> Result<(), Stop> {
    let observed = format!("all pictures arrived, and it {ended}");
    case.expect(ended == Ended::Exited(0), "when all is sent the status is 0", observed)?;
    job.program.prints(&format!("sent {COUNT} pictures"), secs(1))
}

fn pongs(said: &[u8]) -> usize {
    said.windows(6).filter(|bytes| bytes == b"PONG\r\n").count()
}

/// Which picture it is, if it is a whole one.
fn number(message: &Message, kib: u64) -> Option<u64> {
    let whole = message.payload.len() as u64 == kib * 1024;
    let title = message.payload.split(|byte| *byte == b'\r').next().filter(|_| whole)?;
    std::str::from_utf8(title).ok()?.strip_prefix("picture ")?.parse().ok()
}

fn became_of(sent: &[u64], arrived: &[u64]) -> Evidence {
    let row = |picture: &u64| MessageRow {
        message: format!("picture {picture}"),
        delivered: None,
        effect: String::new(),
        settled: Some(arrived.contains(picture)),
        note: None,
    };
    Evidence::Messages(Messages {
        when: "after the end of the program".to_owned(),
        settling: "arrived".to_owned(),
        rows: sent.iter().map(row).collect(),
        position: None,
    })
}
