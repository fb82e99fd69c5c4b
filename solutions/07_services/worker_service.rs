//! The deploy that was never over: solved
//!
//! Three faults, and each is a question that every service has to answer. What comes first, the stop
//! or the next piece of work? How long may the stop take in all? And what does somebody do who has
//! missed some of the news?

use std::collections::{BTreeSet, HashSet};
use std::process::ExitCode;
use std::sync::{Arc, Mutex as Lock, MutexGuard, PoisonError};
use std::time::Duration;
use std::{env, fs, io, thread};

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Mutex, mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

const WORKERS: usize = 5;

/// What all workers have to know: the state of now, not the way there.
///
/// A broadcast channel keeps the last 16 messages here. Who reads too slowly gets `Lagged(n)`: n are
/// lost to him, the channel goes on. That is neither the end (`Closed`) nor nothing. `Err(_) =>
/// break` takes it for the end, and `Err(_) => continue` loses n accounts; a larger channel only
/// moves the number at which it happens.
///
/// A watch channel keeps one value, the newest. Nobody can lag behind it, however many changes there
/// were, and a worker that was busy for an hour knows the whole list with one look. For anything that
/// is a state (settings, lists, "we are stopping") it is the right channel. Where each message
/// counts, broadcast it is, and `Lagged` means: read all of it again from where it is kept.
struct News {
    blocked: HashSet<u64>,
    is_stopping: bool,
}

/// What all workers work on.
struct Desk {
    queue: Mutex<mpsc::UnboundedReceiver<u64>>,
    in_hand: Lock<BTreeSet<u64>>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<ExitCode> {
    // Handlers before anything else, and before `ready`: whoever waits for that line may signal.
    let mut hangup = signal(SignalKind::hangup())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;

    let desk = Arc::new(Desk { queue: Mutex::new(take_in()), in_hand: Lock::default() });
    let (tell, news) = watch::channel(News { blocked: read_blocked()?, is_stopping: false });
    let mut workers = JoinSet::new();
    for _ in 0..WORKERS {
        workers.spawn(work(desk.clone(), news.clone()));
    }
    println!("ready");

    loop {
        tokio::select! {
            _ = hangup.recv() => {
                // The old list is better than none, and than no service: `sighup_reload`.
                let Ok(blocked) = read_blocked() else {
                    println!("not reloaded");
                    continue;
                };
                println!("reloaded, {} blocked", blocked.len());
                tell.send_modify(|news| news.blocked = blocked);
            }
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
        }
    }

    let grace = grace();
    println!("stopping, within {} ms", grace.as_millis());
    tell.send_modify(|news| news.is_stopping = true);

    // One limit around all of it. A limit for each worker, one after the other, is five limits: what
    // hangs usually hangs for all of them. And the limit has to be below that of whoever stops us:
    // 10 s for `docker stop`, 30 s for Kubernetes, 90 s for systemd unless they are told otherwise.
    //
    // The charges are not dropped when the limit is reached, but when `main` returns and takes the
    // runtime with it. Until then we may still say what they were.
    let all = async { while workers.join_next().await.is_some() {} };
    let _ = timeout(grace, all).await;

    // What was not begun goes to the successor, who needs to know it. A queue that outlives its
    // readers (a broker, a table) would have it anyway; this one lives in our memory.
    let mut queue = desk.queue.lock().await;
    let left: Vec<u64> = std::iter::from_fn(|| queue.try_recv().ok()).collect();
    println!("left{}", list(&left));

    // Not from the result of `timeout`: the desk knows it, whichever way we came here. And a status
    // that is not 0, or a deploy that cut off five charges looks like one that did not.
    let unfinished: Vec<u64> = in_hand(&desk).iter().copied().collect();
    if unfinished.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    println!("unfinished{}", list(&unfinished));
    Ok(ExitCode::FAILURE)
}

/// Charges one account after the other until it is told to stop.
async fn work(desk: Arc<Desk>, mut news: watch::Receiver<News>) {
    loop {
        let account = tokio::select! {
            // If both are ready, the first: the stop. The other way round, a queue that is never
            // empty means a stop that is never heard. Without `biased` the first branch is chosen
            // by lot in each turn, and some of the five workers begin one charge more.
            biased;
            // Both futures may be dropped half-way without loss (the page of each says so under
            // "Cancel safety"). A charge could not, and so it is not in here but below.
            _ = news.wait_for(|news| news.is_stopping) => break,
            Some(account) = next(&desk) => account,
        };
        // Looked at when it matters: after the account is known, before it is charged.
        if news.borrow().blocked.contains(&account) {
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
}

/// The next account of the queue; waits if there is none.
async fn next(desk: &Desk) -> Option<u64> {
    // Closing the queue at the stop (`Receiver::close`) would not help: what is in it still comes
    // out, that is what it is for.
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

// What a larger service takes from a crate: `tokio_util::sync::CancellationToken` for the stop,
// `tokio_util::task::TaskTracker` for the wait. What it adds: a second SIGTERM that gives up at once
// (`tokio_second_ctrl_c`), and "not ready" to the load balancer before the stop.
//
// tokio::sync::broadcast under "Lagging", tokio::sync::watch, tokio::select! under "Fairness";
// systemd.kill(5), systemd.service(5) under TimeoutStopSec=
