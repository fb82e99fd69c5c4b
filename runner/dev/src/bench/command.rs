//! `dev bench`.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use faultlings::course::{Course, ExerciseId};
use harness::supervise::{Launch, Scratch, output, remove_stale_scratch};
use harness::until::{ms, secs};

use super::checkout::{self, Spent};
use super::floor::Floor;
use super::idle;
use super::options::Options;
use super::table::{self, Row, missed, ratio, seconds, too_long};
use super::watched::Watched;
use super::{passing, rounds, rustlings, starts};

/// From a save until the screen shows that it was noticed.
const NOTICED: Duration = ms(50);
/// CPU to the first screen, of that which installing rustlings takes.
const INSTALLED: f64 = 0.5;

/// `dev bench`: the exit status is 0 if all is as fast as wanted, 1 if not.
pub(crate) fn run(course: &Course, options: &Options) -> Result<ExitCode> {
    let exercise = match &options.name {
        Some(name) => course.by_name(name)?,
        None => course.ids().next().context("the course has no exercise")?,
    };
    // A checkout of an earlier bench that was interrupted is large.
    remove_stale_scratch();
    let scratch = Scratch::new().context("cannot make a temporary folder")?;
    println!("{}\n", surroundings(course, exercise)?);
    let mut misses = Vec::new();

    let clean = scratch.path().join("faultlings");
    checkout::clone(&course.root, &clean)?;
    let copy = Course::load(&clean)?;
    let (mut kit, beginning) = checkout::begin(&copy, exercise)?;
    println!("{}", spent("first screen", beginning.first_screen));
    println!("{}", spent("first verdict", beginning.first_verdict));

    let version = rustlings::version();
    if let (true, Some(version)) = (options.install, &version) {
        let cost = rustlings::install(version, &folder(&scratch, "install")?)?;
        misses.extend(installed(version, cost, beginning.first_screen));
    }
    idle::wait(&kit.screen)?;
    let floor = Floor::new(&copy, exercise, kit.texts.clone(), &folder(&scratch, "floor")?)?;
    let other = folder(&scratch, "other")?;
    let mut other = version.map(|_| rustlings::begin(&other)).transpose()?;
    let rows = rounds::rows(&mut kit, &floor, other.as_mut(), options.repeat)?;
    misses.extend(saves(&rows));
    drop(other);
    misses.extend(idles(&mut kit)?);
    drop(kit);
    misses.extend(passing::times(&copy, &folder(&scratch, "solutions")?));
    misses.extend(starts::of_brokers(&copy)?);

    println!();
    misses.iter().for_each(|miss| println!("MISSED {miss}"));
    if misses.is_empty() {
        println!("everything is as fast as wanted");
    }
    Ok(ExitCode::from(u8::from(!misses.is_empty())))
}

fn folder(scratch: &Scratch, name: &str) -> Result<PathBuf> {
    let folder = scratch.path().join(name);
    fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

/// What is measured, and where.
fn surroundings(course: &Course, exercise: ExerciseId) -> Result<String> {
    let git = Launch::new("git").args(["log", "-1", "--format=%h"]).current_dir(&course.root);
    let commit = output(git, secs(10)).context("cannot start git")?.stdout;
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let name = &course.exercise(exercise).name;
    Ok(format!("commit {}, {processors} processors, saves of {name}", commit.trim()))
}

fn spent(what: &str, Spent { wall, cpu }: Spent) -> String {
    let cpu = cpu.map_or_else(|| "unknown".to_owned(), seconds);
    format!("clean checkout to {what}: {cpu} CPU, {} on the clock", seconds(wall))
}

fn installed(version: &str, cost: Duration, first_screen: Spent) -> Option<String> {
    let ratio = ratio(first_screen.cpu?, cost);
    println!("installing rustlings {version}: {} CPU, ratio {ratio:.2}", seconds(cost));
    missed("CPU to the first screen", ratio, INSTALLED, "installing rustlings")
}

fn saves(rows: &[Row]) -> Vec<String> {
    println!("\n{}", table::heading());
    rows.iter().for_each(|row| println!("{row}"));
    let late = rows.first().filter(|noticed| noticed.kit > NOTICED);
    let late = late.map(|noticed| too_long(noticed.what, noticed.kit, NOTICED));
    rows.iter().flat_map(Row::misses).chain(late).collect()
}

/// Looks at the idle watch, and quits it.
fn idles(kit: &mut Watched) -> Result<Option<String>> {
    idle::wait(&kit.screen)?;
    let idle::Idle { resident, wake_ups } = idle::look(&kit.screen)?;
    println!("\nidle watch: {} KiB in memory, {wake_ups} wake-ups in 10 s", resident / 1024);
    kit.screen.press("q")?;
    kit.screen.ends(secs(10))?;
    Ok((wake_ups > 0).then(|| format!("idle watch: {wake_ups} wake-ups, wanted none")))
}
