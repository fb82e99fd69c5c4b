//! The deploy that was never over
//!
//! A shop's service charges accounts, five at a time. A deploy tells the old one to stop (SIGTERM),
//! starts the new one, and uses SIGKILL if the old one is still there after a while. In one month:
//!
//! - The old one worked on through its whole queue. SIGKILL came in the middle of five charges, and
//!   nobody knows to this day whether they were made.
//! - One evening the bank did not answer. The old one waited for it until it was killed.
//! - The list of blocked accounts had grown to some thousand. After a reload (SIGHUP) the service
//!   was there, said that it had reloaded, and charged nobody for the rest of the night.
//!
//! What it does: takes numbers of accounts from standard input, one a line, and charges each once.
//! BLOCKED is a file with numbers that must not be charged; it is read at the start and at SIGHUP. One
//! that cannot be read at SIGHUP changes nothing.
//!
//! ```text
//! ready
//! 4711 charged
//! 4712 blocked
//! reloaded, 3 blocked
//! stopping, within 10000 ms        at SIGTERM or SIGINT
//! left 4718 4719                   taken in and not begun: the successor's work
//! unfinished 4713 4714             begun and not finished, if there are such
//! ```
//!
//! What it should do: when it is stopped, begin nothing any more, and finish what was begun. If that
//! takes longer than GRACE_MS in all (10 000 unless set), give it up. The status is 0 if all that was
//! begun was finished, else 1. After a reload, however long the list, all five workers are at work,
//! and an account of the list is not charged.
//!
//! By hand, with charges that take a second, and what to type in another terminal:
//!
//! ```text
//! seq 4701 4799 | WORLD_MS=1000 cargo run -q -p services --bin worker_service; echo "status $?"
//! pkill -TERM -x worker_service
//! ```

use std::collections::{BTreeSet, HashSet};
use std::process::ExitCode;
use std::sync::{Arc, Mutex as Lock, MutexGuard, PoisonError};
use std::time::Duration;
use std::{env, fs, io, thread};

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Mutex, broadcast, mpsc};
use tokio::task::JoinSet;

const WORKERS: usize = 5;

/// What all workers are told.
#[derive(Clone)]
enum News {
    Blocked(u64),
    Stop,
}

/// What all workers work on.
struct Desk {
    queue: Mutex<mpsc::UnboundedReceiver<u64>>,
    in_hand: Lock<BTreeSet<u64>>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<ExitCode> {
    let mut hangup = signal(SignalKind::hangup())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;

    let desk = Arc::new(Desk { queue: Mutex::new(take_in()), in_hand: Lock::default() });
    let (tell, _) = broadcast::channel(16);
    let blocked = read_blocked()?;
    let mut workers = JoinSet::new();
    for _ in 0..WORKERS {
        workers.spawn(work(desk.clone(), tell.subscribe(), blocked.clone()));
    }
    println!("ready");

    loop {
        tokio::select! {
            _ = hangup.recv() => {
                let Ok(blocked) = read_blocked() else {
                    println!("not reloaded");
                    continue;
                };
                println!("reloaded, {} blocked", blocked.len());
                for account in blocked {
                    let _ = tell.send(News::Blocked(account));
                }
            }
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
        }
    }

    // TODO: three faults, one for each part of the story. The verdict lists the rules that do not hold.
    let grace = grace();
    println!("stopping, within {} ms", grace.as_millis());
    let _ = tell.send(News::Stop);
    while workers.join_next().await.is_some() {}

    let mut queue = desk.queue.lock().await;
    let left: Vec<u64> = std::iter::from_fn(|| queue.try_recv().ok()).collect();
    println!("left{}", list(&left));
    let unfinished: Vec<u64> = in_hand(&desk).iter().copied().collect();
    if unfinished.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    println!("unfinished{}", list(&unfinished));
    Ok(ExitCode::FAILURE)
}

/// Charges one account after the other until it is told to stop.
async fn work(desk: Arc<Desk>, mut news: broadcast::Receiver<News>, mut blocked: HashSet<u64>) {
    loop {
        tokio::select! {
            biased; // If both are ready, the first: customers before news.
            Some(account) = next(&desk) => {
                if blocked.contains(&account) {
                    println!("{account} blocked");
                    continue;
                }
                in_hand(&desk).insert(account);
                match world::act_async("charge", account).await {
                    Ok(()) => println!("{account} charged"),
                    Err(refused) => println!("{account} {refused}"),
                }
                in_hand(&desk).remove(&account);
            }
            told = news.recv() => match told {
                Ok(News::Blocked(account)) => {
                    blocked.insert(account);
                }
                Ok(News::Stop) | Err(_) => break,
            },
        }
    }
}

/// The next account of the queue; waits if there is none.
async fn next(desk: &Desk) -> Option<u64> {
    desk.queue.lock().await.recv().await
}

fn in_hand(desk: &Desk) -> MutexGuard<'_, BTreeSet<u64>> {
    desk.in_hand.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Standard input as a queue. A thread of its own reads it: it may sleep in read(2) for ever, and
/// that keeps neither the runtime nor the end of `main` waiting.
fn take_in() -> mpsc::UnboundedReceiver<u64> {
    let (put, queue) = mpsc::unbounded_channel();
    thread::spawn(move || {
        for line in io::stdin().lines().map_while(Result::ok) {
            match line.parse() {
                Ok(account) if put.send(account).is_ok() => {}
                Ok(_) => break,
                Err(_) => println!("no account: {line}"),
            }
        }
    });
    queue
}

/// The accounts that must not be charged.
fn read_blocked() -> io::Result<HashSet<u64>> {
    let Some(path) = env::var_os("BLOCKED") else { return Ok(HashSet::new()) };
    Ok(fs::read_to_string(path)?.lines().filter_map(|line| line.parse().ok()).collect())
}

/// How long a stop may take in all.
fn grace() -> Duration {
    let set = env::var("GRACE_MS").ok().and_then(|text| text.parse().ok());
    Duration::from_millis(set.unwrap_or(10_000))
}

fn list(accounts: &[u64]) -> String {
    accounts.iter().map(|account| format!(" {account}")).collect()
}
