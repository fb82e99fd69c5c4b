//! The job that nobody knew by name
//!
//! A studio converts films, several at a time, each in a thread. When the service is stopped it
//! waits for the jobs under way, as it should. One film is damaged, and its job never ends: so the
//! service does not end either, is killed after 90 seconds, and says nothing. Which film it was has
//! to be found out by trying them all again, each time that there is a new release.
//!
//! What it does: starts a job for each number that it is given, and says how each ended. At SIGTERM
//! it waits for those that are still under way, and ends with status 0 when all have ended:
//!
//! ```text
//! job 7 done
//! job 8 done
//! ```
//!
//! What it should do: just that, and not longer than GRACE_MS milliseconds from the signal on, all
//! jobs together. Then it says of each job that is not done that it was given up, and ends at once,
//! with status 1:
//!
//! ```text
//! job 9 given up
//! ```
//!
//! By hand, with jobs that take a minute, and a SIGTERM from another terminal:
//!
//! ```text
//! WORLD_MS=60000 GRACE_MS=3000 cargo run -q -p shutdown --bin shutdown_deadline -- 7 8 9
//! kill "$(pgrep -x shutdown_deadli)"
//! ```
//!
//! The jobs are 1, 2 and 3 unless you give others, and GRACE_MS is 30 seconds.

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::time::Duration;
use std::{env, io};

use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<ExitCode> {
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
            // TODO: at most?
            under_way.all_end().await;
        }
    }
    Ok(ExitCode::SUCCESS)
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
