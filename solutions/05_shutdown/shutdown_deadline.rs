//! The job that nobody knew by name: solved
//!
//! Waiting for others needs a limit of one's own, shorter than that of whoever waits for us: only so
//! can the program say what was left undone. The limit is one half. The other is that a thread in a
//! blocking call cannot be called off, not by a timeout, not by `abort`; and that a runtime which is
//! dropped waits for it once more.
//!
//! What changes: the wait has a limit, what is left is named, and nobody waits at the end.

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::time::Duration;
use std::{env, io};

use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use tokio::{runtime, time};

fn main() -> io::Result<ExitCode> {
    // What `#[tokio::main]` writes, but for the end: there it drops the runtime, and that waits for
    // all that runs on the pool of `spawn_blocking`, for ever if need be. `shutdown_timeout(..)`
    // would wait for some time more, after the time that we have already given.
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let status = runtime.block_on(convert());
    runtime.shutdown_background();
    // Returning from main ends the process, and with it the threads that are still in their jobs.
    // Their destructors do not run; what a job leaves half done, its next start has to find.
    status
}

async fn convert() -> io::Result<ExitCode> {
    let grace = env::var("GRACE_MS").ok().and_then(|ms| ms.parse().ok());
    let grace = Duration::from_millis(grace.unwrap_or(30_000));
    let mut jobs: BTreeSet<u64> = env::args().skip(1).filter_map(|job| job.parse().ok()).collect();
    if jobs.is_empty() {
        jobs.extend(1..=3);
    }

    let mut stops = signal(SignalKind::terminate())?;
    let mut under_way = Jobs { running: JoinSet::new(), left: jobs };
    for job in under_way.left.clone() {
        // Converting a film keeps a thread busy, and would keep the runtime's only one.
        under_way.running.spawn_blocking(move || (job, world::act("convert", job)));
    }
    println!("ready");

    tokio::select! {
        // `join_next` takes a job only when it is ready with it.
        () = under_way.all_end() => {}
        _ = stops.recv() => {
            println!("stopping, for at most {} ms", grace.as_millis());
            // One limit around the whole wait. Around each `join_next` it would begin anew with
            // every job that ends. Not a sleep of that length either: when all jobs have ended
            // there is nothing to wait for.
            //
            // A timeout can only end what gives it a chance: it is looked at whenever the future in
            // it is waiting. A std channel's `recv`, or a `join` of a std thread, never is.
            let ended = time::timeout(grace, under_way.all_end()).await;
            if ended.is_err() {
                // By name, as SIGKILL would not. `under_way.running.shutdown()` or `abort_all()`
                // helps with tasks; these are in a blocking call, and it would wait for them.
                for job in &under_way.left {
                    println!("job {job} given up");
                }
                return Ok(ExitCode::FAILURE);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
    // The limit of systemd is TimeoutStopSec (90 s unless set), docker's `--time` (10 s), Kubernetes'
    // terminationGracePeriodSeconds (30 s): ours has to be shorter, with time to spare.
    //
    // tokio::time::timeout, tokio::runtime::Runtime under "Shutdown", tokio::task::JoinSet
}

/// The jobs, and the numbers of those that have not ended.
struct Jobs {
    running: JoinSet<(u64, Result<(), world::Refused>)>,
    left: BTreeSet<u64>,
}

impl Jobs {
    /// Waits for one job after the other, in the order in which they end, and says how each ended.
    async fn all_end(&mut self) {
        while let Some(ended) = self.running.join_next().await {
            match ended {
                Ok((job, result)) => {
                    self.left.remove(&job);
                    match result {
                        Ok(()) => println!("job {job} done"),
                        Err(refused) => println!("job {job}: {refused}"),
                    }
                }
                Err(error) => println!("a job came to grief: {error}"),
            }
        }
    }
}
