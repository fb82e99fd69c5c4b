//! `kill -9` of the real runner, a hundred times, at moments spread over all that it does: nothing
//! of it runs on, no folder stays, and no progress is lost.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod leftovers;
mod support;
#[expect(dead_code, reason = "`watch_pty` uses all of it")]
mod terminal;

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use faultlings::progress::{Progress, Store};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Map, json};

use leftovers::Mark;
use support::Tiny;
use terminal::{Terminal, pause};

/// Whatever the runner had started is gone so soon after it.
const GONE: Duration = Duration::from_secs(2);
/// A build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
const STATE: &str = ".faultlings/state.json";
/// Records of exercises that the course does not have, which a lost or half-written file would lack.
const OTHERS: usize = 50;

/// What the runner is killed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Moment {
    /// Anything from its first instruction on.
    Start,
    /// While a process of this name runs.
    Inside(&'static str),
    /// After a verdict: what comes next is built ahead, and then nothing goes on.
    Idle,
    /// While progress is written.
    Saving,
}

/// Which command is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Watch,
    Run,
}

/// What is killed, how often, and how much later each time: a hundred kills.
const PLAN: [(Moment, Kind, u32, Duration); 13] = [
    (Moment::Start, Kind::Watch, 10, Duration::from_millis(2)),
    (Moment::Start, Kind::Run, 10, Duration::from_millis(2)),
    (Moment::Inside("rustc"), Kind::Watch, 8, Duration::from_millis(12)),
    (Moment::Inside("rustc"), Kind::Run, 8, Duration::from_millis(12)),
    (Moment::Inside("checks-tiny"), Kind::Watch, 4, Duration::from_millis(1)),
    (Moment::Inside("checks-tiny"), Kind::Run, 4, Duration::from_millis(1)),
    (Moment::Inside("sleep"), Kind::Watch, 6, Duration::from_millis(8)),
    (Moment::Inside("sleep"), Kind::Run, 6, Duration::from_millis(8)),
    (Moment::Idle, Kind::Watch, 8, Duration::from_millis(60)),
    (Moment::Saving, Kind::Watch, 10, Duration::from_micros(500)),
    (Moment::Saving, Kind::Run, 10, Duration::from_millis(3)),
    (Moment::Inside("cargo"), Kind::Watch, 8, Duration::from_millis(40)),
    (Moment::Inside("cargo"), Kind::Run, 8, Duration::from_millis(40)),
];

/// Never ends, and starts a process that has a session of its own and takes no SIGTERM.
const STAYS: &str = r#"
fn main() {
    let stay = "trap '' TERM HUP INT; while :; do sleep 60; done";
    let _ = std::process::Command::new("setsid").args(["-f", "sh", "-c", stay]).status();
    loop {
        std::thread::park();
    }
}
"#;

#[test]
fn a_hundred_kills_leave_nothing_behind_and_lose_nothing() {
    let course = Tiny::built("killed");
    let mark = Mark::new();
    prepare(&course, Moment::Start, 0);
    assert!(Victim::start(&course, &mark, Kind::Run).said().contains("✓ Passed"), "a first build");

    let mut kills = 0;
    let (mut met, mut saved) = (BTreeMap::<_, u32>::new(), 0);
    for (moment, kind, times, step) in PLAN {
        for time in 0..times {
            kills += 1;
            prepare(&course, moment, kills);
            let mut victim = Victim::start(&course, &mark, kind);
            victim.reaches(moment, &mark);
            pause(step * time);
            *met.entry((moment, kind)).or_default() += u32::from(is_met(moment, &mark));
            victim.kill();

            let alive = mark.alive_after(GONE);
            assert!(alive.is_empty(), "kill {kills}, {kind:?} {moment:?}: {alive:?}");
            let kept = kept(&course);
            // `run` says so once it is on disk.
            let said = kind == Kind::Run && victim.said().contains("✓ Passed");
            assert!(!said || kept.passed("greets"), "kill {kills}, {kind:?} {moment:?}: no pass");
            let news = kept.passed("greets") || kept.hints_shown("greets") > 0;
            saved += u32::from(moment == Moment::Saving && news);
        }
    }
    println!("{met:#?}\n{saved} of the kills while saving came after the save");
    assert_eq!(kills, 100);
    for ((moment, kind), times) in met {
        assert!(times > 0, "no kill of {kind:?} met {moment:?}, so nothing was proved of it");
    }
    the_next_start_is_as_ever(&course, &mark);
}

/// It judges as if nothing had happened, and what a kill may leave is swept.
fn the_next_start_is_as_ever(course: &Tiny, mark: &Mark) {
    prepare(course, Moment::Start, 0);
    assert!(Victim::start(course, mark, Kind::Run).said().contains("✓ Passed"));
    assert!(kept(course).passed("greets"));
    assert_eq!(mark.folders(), Vec::<String>::new());
}

/// Nothing runs now: puts the text there that brings about the moment, and progress without a pass.
fn prepare(course: &Tiny, moment: Moment, number: u32) {
    let others = (0..OTHERS).map(|n| (format!("renamed_{n}"), json!({ "passed": true })));
    let state = json!({ "version": 1, "current": "greets", "exercises": Map::from_iter(others) });
    course.write(STATE, state.to_string());
    let text = match moment {
        Moment::Inside(_) => STAYS,
        Moment::Start | Moment::Idle | Moment::Saving => "fn main() { println!(\"hello\"); }",
    };
    course.write("exercises/00_tiny/greets.rs", format!("// Kill {number}.\n{text}\n"));
    if moment == Moment::Inside("cargo") {
        // Without it cargo is asked.
        let _ = fs::remove_file(course.path(".faultlings/recipes/greets.json"));
    }
}

/// Whether what the kill is aimed at still goes on.
fn is_met(moment: Moment, mark: &Mark) -> bool {
    match moment {
        Moment::Inside(name) => mark.running().values().any(|running| running == name),
        // A look would take longer than what is aimed at.
        Moment::Start | Moment::Idle | Moment::Saving => true,
    }
}

/// What is recorded, which is all that was recorded before.
fn kept(course: &Tiny) -> Progress {
    let (_, progress, notices) = Store::open(&course.path("")).unwrap();
    assert_eq!(notices, Vec::<String>::new(), "the file is whole");
    let lost: Vec<_> =
        (0..OTHERS).map(|n| format!("renamed_{n}")).filter(|name| !progress.passed(name)).collect();
    assert_eq!(lost, Vec::<String>::new());
    assert_eq!(progress.current(), Some("greets"));
    let names = fs::read_dir(course.path(".faultlings")).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let aside: Vec<_> = names.filter(|name| name.contains("damaged")).collect();
    assert_eq!(aside, Vec::<String>::new(), "nor did a start find it damaged");
    progress
}

type Lines = Box<dyn Iterator<Item = String>>;

/// A runner that is about to be killed.
enum Victim {
    Watch(Terminal),
    /// With what it says.
    Run(Child, Lines),
}

impl Victim {
    fn start(course: &Tiny, mark: &Mark, kind: Kind) -> Victim {
        let words = if kind == Kind::Watch { "watch greets" } else { "run greets" };
        let mut command = course.command(words);
        mark.put_on(&mut command);
        match kind {
            Kind::Watch => Victim::Watch(Terminal::start(&command, 80, 24)),
            Kind::Run => {
                let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
                let lines = BufReader::new(child.stdout.take().unwrap()).lines();
                Victim::Run(child, Box::new(lines.map_while(Result::ok)))
            }
        }
    }

    fn reaches(&mut self, moment: Moment, mark: &Mark) {
        let runs = |name: &str| mark.running().values().any(|running| running == name);
        let until_it_runs = |name: &str| {
            let deadline = Instant::now() + PATIENCE;
            while !runs(name) {
                assert!(Instant::now() < deadline, "{name} does not run");
                pause(Duration::from_millis(1));
            }
        };
        match (moment, self) {
            (Moment::Start, _) => {}
            (Moment::Inside(name), _) => until_it_runs(name),
            (Moment::Idle, Victim::Watch(terminal)) => terminal.shows(&["✓ Passed"]),
            (Moment::Saving, Victim::Watch(terminal)) => {
                terminal.shows(&["✓ Passed"]);
                terminal.press("h");
            }
            (Moment::Saving, Victim::Run(_, lines)) => {
                // The program prints one word and ends.
                while !lines.next().unwrap().contains("start the program") {}
            }
            (Moment::Idle, Victim::Run(..)) => unreachable!("it does not stay"),
        }
    }

    fn pid(&self) -> Pid {
        match self {
            Victim::Watch(terminal) => terminal.pid(),
            Victim::Run(child, _) => Pid::from_raw(child.id().cast_signed()),
        }
    }

    /// Returns when it is dead: one that dies has no memory by which it is known for a moment in which
    /// it still has its files, and so the lock that the next one wants.
    fn kill(&mut self) {
        kill(self.pid(), Signal::SIGKILL).unwrap();
        match self {
            Victim::Watch(terminal) => drop(terminal.ends()),
            Victim::Run(child, _) => drop(child.wait().unwrap()),
        }
    }

    /// Waits for its end, and for what `run` has said until then.
    fn said(&mut self) -> String {
        match self {
            Victim::Watch(terminal) => {
                terminal.ends();
                String::new()
            }
            Victim::Run(child, lines) => {
                let said = lines.collect::<Vec<_>>().join("\n");
                child.wait().unwrap();
                said
            }
        }
    }
}
