use std::fs;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use harness::check::{Case, CheckResult, Running, Stop};
use harness::until::secs;
use harness::world::World;
use nix::sys::signal::Signal;

use super::idle::timed_sleep;

/// Letters that come together, and one that comes while another is being sent, all leave.
pub(crate) fn signals_do_not_queue(case: &mut Case) -> CheckResult {
    case.matters(
        "two signals of one kind that wait are one; whoever takes a signal for a message loses as \
         many as come at a time, and notices on the day when much is going on",
    );
    let post = Post { world: case.world()?, spool: case.folder().join("spool") };
    let gateway = case.program().env("SPOOL", &post.spool).start()?;
    gateway.prints("ready", secs(3))?;
    let first = case.number(1000..=2000);
    let many = case.number(8..=15);

    case.step("put in one letter, and tell the gateway");
    post.put_in(&gateway, first)?;
    post.are_sent(case, &gateway, first..=first, "the letter was left, of which it was told")?;
    sleeps(case, &gateway)?;

    case.step(&format!("put in {many} letters, and tell it of each, while it has no time"));
    gateway.settles(secs(3))?;
    let frozen = gateway.freeze()?;
    let burst = first + 1..=first + many;
    burst.clone().try_for_each(|letter| post.put_in(&gateway, letter))?;
    drop(frozen);
    let observed = format!("of {many} letters were left, of each of which it was told");
    post.are_sent(case, &gateway, burst, &observed)?;

    case.step("put in another letter, and one more while it sends that");
    let [held, late] = [1, 2].map(|more| first + many + more);
    gateway.rests(secs(3))?;
    post.world.holds("send");
    post.put_in(&gateway, held)?;
    gateway.reaches(&post.world, "send", held, secs(3))?;
    post.put_in(&gateway, late)?;
    gateway.takes(Signal::SIGUSR1, secs(3))?;
    gateway.rests(secs(3))?;
    post.world.opens("send");
    let observed = format!("letter {late}, put in while letter {held} was being sent, was left");
    post.are_sent(case, &gateway, held..=late, &observed)?;
    post.were_sent_once(case, first..=late)?;

    case.step("stop it");
    gateway.signal(Signal::SIGTERM)?;
    gateway.prints("bye", secs(3))?;
    gateway.exits_with(0, secs(3))?;
    gateway.leaves_nothing()?;
    case.passed(format!(
        "{many} letters that came with {many} signals in one moment were sent, and so was the one \
         that came in the middle of another; none twice"
    ))
}

struct Post {
    world: World,
    spool: PathBuf,
}

impl Post {
    /// In the order in which every sender does it: first the letter, then the signal.
    fn put_in(&self, gateway: &Running, letter: u64) -> Result<(), Stop> {
        // A program that does nothing has not made the folder either.
        fs::create_dir_all(&self.spool)?;
        fs::write(self.spool.join(letter.to_string()), "Dear reader\n")?;
        gateway.signal(Signal::SIGUSR1)
    }

    /// Waits until the spool has none of these, or will not change any more. `observed` says what
    /// it means if some were left.
    fn are_sent(
        &self,
        case: &Case,
        gateway: &Running,
        letters: RangeInclusive<u64>,
        observed: &str,
    ) -> Result<(), Stop> {
        let left = || {
            let is_left = |letter: &u64| self.spool.join(letter.to_string()).exists();
            letters.clone().filter(is_left).count()
        };
        let expected = "it leaves no letter in the spool that it has been told of";
        let sent = gateway.answers(expected, secs(3), |_| (left() == 0).then_some(()))?;
        if sent.is_some() {
            return Ok(());
        }
        let observed = match gateway.ended() {
            Some(ended) => format!("told of a letter, it {ended}"),
            None if letters.end() - letters.start() > 1 => format!("{} {observed}", left()),
            None => observed.to_owned(),
        };
        Err(case.failure(expected, observed).with(gateway.snapshot("at rest, after the signals")))
    }

    fn were_sent_once(&self, case: &Case, letters: RangeInclusive<u64>) -> Result<(), Stop> {
        let acts = self.world.acts();
        for letter in letters {
            let times = acts.iter().filter(|act| act.what == "send" && act.id == letter).count();
            let observed = format!("letter {letter} was sent {times} times, not once");
            case.expect(times == 1, "each letter is sent once", observed)?;
        }
        Ok(())
    }
}

/// It waits for signals, and for nothing else.
fn sleeps(case: &Case, gateway: &Running) -> Result<(), Stop> {
    let Some(call) = timed_sleep(gateway)? else { return Ok(()) };
    case.matters("a program that looks whether there is something keeps disk and processor awake");
    let observed = format!("with nothing to do it sleeps in {call} for a time, and looks again");
    Err(case.failure("it sleeps until somebody sends it a signal", observed))
}
