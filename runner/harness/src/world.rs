//! The outside world under a check: the ledger and its gate.
//!
//! A program acts on the world through the package `world`: one connection to a Unix socket and
//! one line `act <what> <id>` for each act. Here every act is written down (the ledger), and an act
//! can be held until the check says so (the gate): while it is held, the check knows that the
//! program is inside it.

use std::io::{self, BufRead, BufReader, Write};
use std::net::Shutdown;
use std::os::fd::AsFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::check::story::Story;
use crate::check::{Running, Stop};

/// The environment variable that tells a program where the world is.
pub(crate) const ADDRESS: &str = "FAULTLINGS_LEDGER";

/// Longer than any machine keeps a thread waiting that only has to write a line.
const ANSWER_TIME: Duration = Duration::from_secs(5);

/// What a program did just before its end is written down by a thread of ours, which may need so
/// long.
const LAST_ACTS: Duration = Duration::from_millis(300);

/// One thing that a program did to the outside, or began to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// What: `charge`, `upload`.
    pub what: String,
    /// To what: an order, a message.
    pub id: u64,
    /// How far it came.
    pub state: ActState,
}

/// How far an act came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActState {
    /// At the gate: the program is inside it, and nothing is done yet.
    Held,
    /// Done.
    Done,
    /// Refused by the check.
    Refused,
}

/// The ledger and the gate of one case.
#[derive(Debug, Clone)]
pub struct World {
    address: PathBuf,
    book: Arc<Book>,
    story: Arc<Story>,
}

#[derive(Debug, Default)]
struct Book {
    page: Mutex<Page>,
    turned: Condvar,
}

#[derive(Debug, Default)]
struct Page {
    acts: Vec<Act>,
    gates: Vec<String>,
    /// Places of the acts whose visitors have their answer.
    answered: Vec<usize>,
    /// The other end of each act: who waits for its answer.
    visitors: Vec<Arc<UnixStream>>,
}

impl Book {
    fn lock(&self) -> MutexGuard<'_, Page> {
        self.page.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl World {
    pub(crate) fn new(folder: &Path, story: &Arc<Story>) -> io::Result<Self> {
        let address = folder.join("world.sock");
        let listener = UnixListener::bind(&address)?;
        let world = Self { address, book: Arc::default(), story: story.clone() };
        let door = world.clone();
        // Lives as long as the check's process; an act that is never let through ends with it.
        thread::spawn(move || {
            for visitor in listener.incoming().flatten() {
                let door = door.clone();
                thread::spawn(move || door.receive(visitor));
            }
        });
        Ok(world)
    }

    pub(crate) fn address(&self) -> &Path {
        &self.address
    }

    /// Shuts the gate for acts of this name: from now on each is held until it is let go.
    pub fn holds(&self, what: &str) {
        self.book.lock().gates.push(what.to_owned());
        // Asleep at a gate is not deadlocked: we can open it.
        self.story.hold();
    }

    /// Opens the gate for acts of this name, for those that stand there and all to come.
    pub fn opens(&self, what: &str) {
        self.book.lock().gates.retain(|gate| gate != what);
        self.book.turned.notify_all();
        self.story.let_go();
        self.story.happened("check", format!("let {what} through"));
    }

    /// Lets one act through that stands at the gate, or refuses it. Returns when the program has
    /// its answer, so that one which sleeps after this sleeps in something else.
    pub fn lets_go(&self, what: &str, id: u64, how: ActState) {
        let is_awaited = self.is_awaited(what, id);
        let mut page = self.book.lock();
        let mut let_go = Vec::new();
        for (place, act) in page.acts.iter_mut().enumerate() {
            if act.what == what && act.id == id && act.state == ActState::Held {
                act.state = how;
                let_go.push(place);
            }
        }
        self.book.turned.notify_all();
        if !let_go.is_empty() {
            let done = match how {
                // A reader of the timeline must not take it for the reason of anything.
                _ if !is_awaited => format!("{what} {id} is over with the program that began it"),
                ActState::Refused => format!("refused {what} {id}"),
                ActState::Held | ActState::Done => format!("let go {what} {id}"),
            };
            self.story.happened("check", done);
        }
        let is_waiting =
            |page: &mut Page| !let_go.iter().all(|place| page.answered.contains(place));
        // Our own thread writes the answer, and a busy machine may let it wait for a while.
        let _page = self.book.turned.wait_timeout_while(page, ANSWER_TIME, is_waiting);
    }

    /// Whether the program still waits for the answer to an act that stands at the gate. One that
    /// hung up in the middle of it (a future that was dropped, a thread that gave up) does not.
    #[must_use]
    pub fn is_awaited(&self, what: &str, id: u64) -> bool {
        let page = self.book.lock();
        let held = |act: &Act| act.what == what && act.id == id && act.state == ActState::Held;
        let waits = |visitor: &UnixStream| {
            // It has said all that there is to say. What can be read now is the end of file.
            let mut end = [PollFd::new(visitor.as_fd(), PollFlags::POLLIN)];
            poll(&mut end, PollTimeout::ZERO) == Ok(0)
        };
        page.acts.iter().zip(&page.visitors).any(|(act, visitor)| held(act) && waits(visitor))
    }

    /// Everything in the ledger, in the order of arrival.
    #[must_use]
    pub fn acts(&self) -> Vec<Act> {
        self.book.lock().acts.clone()
    }

    /// One visitor, one act.
    fn receive(&self, visitor: UnixStream) {
        let mut line = String::new();
        if BufReader::new(&visitor).read_line(&mut line).is_err() {
            return;
        }
        let visitor = Arc::new(visitor);
        let words: Vec<_> = line.split_ascii_whitespace().collect();
        let (place, answered) = match words[..] {
            ["act", what, id] => match id.parse() {
                Ok(id) => self.act(what, id, &visitor),
                Err(_) => (None, "refused 400 the id is not a number\n"),
            },
            _ => (None, "refused 400 say: act <what> <id>\n"),
        };
        // A program that was killed meanwhile does not wait for the answer.
        let _ = (&*visitor).write_all(answered.as_bytes());
        // It reads to the end of the answer, and the page still has this connection.
        let _ = visitor.shutdown(Shutdown::Both);
        self.book.lock().answered.extend(place);
        self.book.turned.notify_all();
    }

    /// The act's place in the ledger, and the answer.
    fn act(&self, what: &str, id: u64, visitor: &Arc<UnixStream>) -> (Option<usize>, &'static str) {
        let mut page = self.book.lock();
        let held = page.gates.iter().any(|gate| gate == what);
        let state = if held { ActState::Held } else { ActState::Done };
        let place = page.acts.len();
        page.acts.push(Act { what: what.to_owned(), id, state });
        page.visitors.push(Arc::clone(visitor));
        self.story.happened(
            "world",
            format!("{what} {id} {}", if held { "begins, and is held" } else { "done" }),
        );
        self.book.turned.notify_all();
        while page.acts[place].state == ActState::Held && page.gates.iter().any(|gate| gate == what)
        {
            page = self.book.turned.wait(page).unwrap_or_else(PoisonError::into_inner);
        }
        if page.acts[place].state == ActState::Held {
            page.acts[place].state = ActState::Done;
        }
        let answer = match page.acts[place].state {
            ActState::Refused => "refused 503 not now\n",
            ActState::Held | ActState::Done => "done\n",
        };
        (Some(place), answer)
    }
}

impl Running {
    /// Waits until the program is inside this act: it stands at the gate, or was done.
    ///
    /// # Errors
    /// [`Stop::Failed`] if it does not come there: it ended, or the time is over.
    pub fn reaches(
        &self,
        world: &World,
        what: &str,
        id: u64,
        within: Duration,
    ) -> Result<(), Stop> {
        let expected = format!("the program comes to {what} {id}");
        let mut ended_at = None;
        let answer = self.until(&expected, within, |running| {
            let acts = world.acts();
            if acts.iter().any(|act| act.what == what && act.id == id) {
                return Ok(Ok(()));
            }
            let last =
                acts.last().map(|act| format!("the last thing it did was {} {}", act.what, act.id));
            let last = last.unwrap_or("it has done nothing to the outside".to_owned());
            match running.ended() {
                Some(ended) => {
                    // Its last act may still be on the way to the ledger.
                    let at = *ended_at.get_or_insert_with(Instant::now);
                    let seen = format!("it {ended}; {last}");
                    if at.elapsed() < LAST_ACTS { Err(seen) } else { Ok(Err(seen)) }
                }
                None => Err(last),
            }
        })?;
        answer.map_err(|seen| world.story.failure(&expected, seen, Vec::new()))
    }
}
