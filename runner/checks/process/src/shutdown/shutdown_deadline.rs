use std::time::{Duration, Instant};

use harness::check::{Asleep, Case, CheckResult, Rest, Reworded, Running, Stop};
use harness::supervise::Ended;
use harness::until::{ms, secs};
use harness::world::{ActState, World};
use nix::sys::signal::Signal;

use super::acts::{is_still_inside, stops};

/// In milliseconds: the limit, and the pace at which jobs end while it runs.
const GRACE: u64 = 250;
const PACE: u64 = 100;
/// So many that they would be done long after the limit.
const JOBS: u64 = 10;

const NO_LIMIT: &str = "a service that waits without a limit is killed by whoever has one, and then \
                        nobody says what was left undone";

/// Jobs get their time, all together and no more; then it is said which ones were given up.
pub(crate) fn shutdown_deadline(case: &mut Case) -> CheckResult {
    let world = case.world()?;
    world.holds("convert");

    case.step("start it with three jobs and a limit of a minute; one ends, then comes SIGTERM");
    case.matters("a job that is given up too early is work that is done twice");
    let first = case.number(100..=999);
    let program = start(case, &world, first, 3, 60_000)?;
    ends(&world, &program, first)?;
    program.signal(Signal::SIGTERM)?;
    is_still_inside(case, &program, "the jobs under way get their time after SIGTERM")?;
    case.matters("a job that has ended is not noticed, and the stop takes longer than it has to");
    for job in [first + 1, first + 2] {
        ends(&world, &program, job)?;
    }
    stops(case, &program, "it ends as soon as all jobs have ended")?;
    program.exits_with(0, secs(1)).expecting("when all jobs are done its status is 0")?;
    program.leaves_nothing()?;

    case.step(&format!(
        "start it with {JOBS} jobs and a limit of {GRACE} ms; send SIGTERM when it has run for longer"
    ));
    case.matters(NO_LIMIT);
    let first = case.number(1000..=9999);
    let program = start(case, &world, first, JOBS, GRACE)?;
    works_for(&program, ms(GRACE + 50))?;
    let asked = Instant::now();
    program.signal(Signal::SIGTERM)?;
    has_a_limit(case, &program)?;

    case.step(&format!("let one job end every {PACE} ms"));
    let let_go = one_by_one(case, &world, &program, first)?;
    let (ended, took) = (program.ends(secs(1))?, asked.elapsed());
    has_waited(case, &program, took)?;
    let expected = format!("{GRACE} ms after SIGTERM, all jobs together, it gives up what is left");
    let observed =
        format!("each job that ended gave the others more time: {JOBS} of {JOBS} were waited for");
    case.expect(let_go < JOBS, &expected, observed)?;
    each_is_named(case, &program, first, let_go)?;
    let left = count(&program, " given up");
    let observed = format!("it gave up {left} jobs, and {ended}");
    let expected = "when a job was given up its status is 1";
    case.expect(ended == Ended::Exited(1), expected, observed)?;
    program.leaves_nothing()?;

    case.passed(format!(
        "3 jobs got the time that they needed and not more; of {JOBS} others that ended one by one, \
         {left} were left when the limit was over, and were given up by name, with status 1"
    ))
}

/// All jobs are at work.
fn start(case: &Case, world: &World, first: u64, jobs: u64, grace: u64) -> Result<Running, Stop> {
    let numbers = (first..first + jobs).map(|job| job.to_string());
    let program = case.program().args(numbers).env("GRACE_MS", grace.to_string()).start()?;
    program.prints("ready", secs(3))?;
    for job in first..first + jobs {
        program.reaches(world, "convert", job, secs(2))?;
    }
    Ok(program)
}

/// Its jobs are held, so it does nothing for so long.
fn works_for(program: &Running, time: Duration) -> Result<(), Stop> {
    let since = Instant::now();
    program.until("it goes on working", secs(2), |program| match program.ended() {
        None if since.elapsed() < time => Err("its jobs were under way".to_owned()),
        _ => Ok(()),
    })
}

/// After its end: it has not given up before the limit, which runs from the signal on. Where it did not
/// give up anything there was no need to wait.
fn has_waited(case: &Case, program: &Running, took: Duration) -> Result<(), Stop> {
    let given_up = count(program, " given up");
    let expected = "jobs get GRACE_MS from SIGTERM on before they are given up";
    let took = took.as_millis();
    let observed = format!("{took} ms after SIGTERM, GRACE_MS={GRACE}, it had given up {given_up}");
    case.matters("a job that is given up too early is work that is done twice");
    case.expect(given_up == 0 || took >= u128::from(GRACE), expected, observed)?;
    case.matters(NO_LIMIT);
    Ok(())
}

fn ends(world: &World, program: &Running, job: u64) -> Result<(), Stop> {
    world.lets_go("convert", job, ActState::Done);
    program.prints(&format!("job {job} done"), secs(2))
}

/// None of its jobs ends by itself. So if it sleeps without a timer, it waits for ever.
fn has_a_limit(case: &Case, program: &Running) -> Result<(), Stop> {
    let expected = "GRACE_MS after SIGTERM it says which jobs it gives up, and ends";
    match program.sleeps_or_ends(secs(2))? {
        Rest::Asleep(asleep) if sleeps_for_ever(&asleep) && count(program, " given up") == 0 => {
            let observed = format!("no timer runs: {asleep}");
            Err(case.failure(expected, observed).with(program.snapshot("after SIGTERM")))
        }
        _ => Ok(()),
    }
}

/// Lets one job go after the other until the program ends; how many that took.
fn one_by_one(case: &Case, world: &World, program: &Running, first: u64) -> Result<u64, Stop> {
    let mut let_go = 0;
    let mut since = Instant::now();
    loop {
        match program.sleeps_or_ends(secs(2))? {
            Rest::Ended(_) => return Ok(let_go),
            Rest::Asleep(asleep) if sleeps_for_ever(&asleep) => {
                let given_up = count(program, " given up");
                let observed = format!(
                    "the limit is over, {given_up} jobs were given up, and it is still there: {asleep}"
                );
                let expected = "when it has given up the jobs it ends";
                if given_up > 0 {
                    case.matters(
                        "it has given up its jobs and waits for them all the same; whoever stops it \
                         kills it in the end, and takes that for a crash",
                    );
                }
                return Err(case
                    .failure(expected, observed)
                    .with(program.snapshot("after the limit")));
            }
            Rest::Asleep(_) if since.elapsed() >= ms(PACE) && let_go < JOBS => {
                world.lets_go("convert", first + let_go, ActState::Done);
                let_go += 1;
                since = Instant::now();
            }
            Rest::Asleep(_) if since.elapsed() >= secs(2) => {
                stops(case, program, "it ends when all jobs have ended")?;
            }
            Rest::Asleep(_) => {}
        }
    }
}

/// No timer runs that could be the limit. Threads of tokio's pool that have nothing to do wait for
/// work for 10 s, and then end.
fn sleeps_for_ever(asleep: &Asleep) -> bool {
    asleep.wakes_in().is_none_or(|time| time > secs(5))
}

fn count(program: &Running, ending: &str) -> usize {
    program.stdout_lines().iter().filter(|line| line.ends_with(ending)).count()
}

/// A job that was let go in the last moment may be called either; one that was not cannot be done.
fn each_is_named(case: &Case, program: &Running, first: u64, let_go: u64) -> Result<(), Stop> {
    let lines = program.stdout_lines();
    let says = |words: String| lines.contains(&words);
    for job in first..first + JOBS {
        let (is_done, is_given_up) =
            (says(format!("job {job} done")), says(format!("job {job} given up")));
        let may_be_done = job < first + let_go;
        let expected = "of each job that is not done it is said that it was given up";
        if is_done && !may_be_done {
            return Err(case.failure(expected, format!("job {job} was called done, and was not")));
        }
        let observed = format!("of job {job} nothing was said, and it was not done");
        case.expect(is_done || is_given_up, expected, observed)?;
    }
    Ok(())
}
