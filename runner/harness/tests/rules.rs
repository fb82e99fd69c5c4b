//! Rules that are judged one by one, on programs that keep some of them.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::path::Path;

use harness::check::{Case, Rule, Stop};
use harness::evidence::Evidence;
use harness::report::Failure;
use harness::supervise::sweep;
use harness::until::secs;

const SAYS: Rule = Rule { says: "it says hello", matters: "nobody is greeted" };
const STATUS: Rule = Rule { says: "it exits with status 0", matters: "a caller gives up" };
const QUIET: Rule = Rule { says: "it says nothing else", matters: "a parser gives up" };

fn failure(stop: Stop) -> Failure {
    match stop {
        Stop::Failed(failure) => *failure,
        Stop::Unknown(unknown) => panic!("{unknown:?}"),
    }
}

/// What the verdict is on a script for sh.
fn judged(script: &str) -> Result<String, Failure> {
    sweep::adopt_orphans().unwrap();
    let case = Case::new(Path::new("/bin/sh"), 7).unwrap();
    let mut rules = case.rules(&[SAYS, STATUS, QUIET]);
    let program = || case.program().args(["-c", script]).start();
    rules
        .scene(&[SAYS, STATUS], |rules| {
            let program = program()?;
            program.prints("hello", secs(10))?;
            rules.holds(SAYS, "it did");
            program.exits_with(0, secs(10))?;
            rules.holds(STATUS, "it does");
            Ok(())
        })
        .unwrap();
    rules
        .scene(&[QUIET], |rules| {
            case.step("the second scene");
            let program = program()?;
            program.ends(secs(10))?;
            let lines = program.stdout_lines().len();
            let looked = case.expect(lines < 2, "at most one line", format!("{lines} lines"));
            rules.judge(QUIET, looked.map(|()| format!("{lines} lines"))).map(drop)
        })
        .unwrap();
    rules.verdict("all hold").map(|passed| passed.proved).map_err(failure)
}

fn marks(failure: &Failure) -> Vec<(Option<bool>, &str)> {
    let Some(Evidence::Rules(rows)) = failure.evidence.first() else { panic!("{failure:?}") };
    rows.iter().map(|row| (row.holds, row.seen.as_str())).collect()
}

#[test]
fn all_hold() {
    assert_eq!(judged("echo hello").unwrap(), "all hold");
}

#[test]
fn the_first_broken_rule_speaks_and_the_others_are_in_the_table() {
    let failure = judged("echo hello; echo again; exit 3").unwrap_err();
    assert_eq!(failure.observed, "1 of 3 rules hold; it exited with status 3");
    assert_eq!((failure.expected.as_str(), failure.why.as_str()), (STATUS.says, STATUS.matters));
    let exited = "it exited with status 3";
    assert_eq!(
        marks(&failure),
        [(Some(true), "it did"), (Some(false), exited), (Some(false), "2 lines")]
    );
}

#[test]
fn what_a_scene_did_not_come_to_is_not_looked_at() {
    let failure = judged("exit 3").unwrap_err();
    let words = "1 of 3 rules hold; it exited with status 3; it has printed nothing";
    assert_eq!(failure.observed, words);
    assert_eq!(marks(&failure)[1..], [(None, "not looked at"), (Some(true), "0 lines")]);
}

#[test]
fn a_timeline_begins_with_its_scene_and_the_seed() {
    let failure = judged("echo hello; echo again").unwrap_err();
    let Some(Evidence::Timeline(moments)) = failure.evidence.last() else { panic!() };
    let what: Vec<_> = moments.iter().map(|moment| moment.what.as_str()).collect();
    let second = ["started", "\"hello\"", "\"again\"", "exited with status 0"];
    assert_eq!(what, [&["seed 7", "the second scene"][..], &second].concat());
}

#[test]
fn a_rule_that_was_broken_stays_broken() {
    let case = Case::new(Path::new("/bin/sh"), 7).unwrap();
    let mut rules = case.rules(&[SAYS]);
    assert!(!rules.judge(SAYS, Err::<String, _>(case.failure("x", "it stammered"))).unwrap());
    rules.holds(SAYS, "later it did");
    assert_eq!(failure(rules.verdict("").unwrap_err()).observed, "0 of 1 rules hold; it stammered");
}

#[test]
fn a_failure_after_the_last_rule_of_a_scene_breaks_that_one() {
    let case = Case::new(Path::new("/bin/sh"), 7).unwrap();
    let mut rules = case.rules(&[SAYS, STATUS]);
    let scene = rules.scene(&[SAYS, STATUS], |rules| {
        rules.holds(SAYS, "yes");
        rules.holds(STATUS, "yes");
        Err(case.failure("nothing is left", "a child was left"))
    });
    scene.unwrap();
    assert!(rules.keeps(SAYS) && !rules.keeps(STATUS));
}

#[test]
fn without_a_program_no_rule_is_looked_at() {
    let case = Case::new(Path::new("/bin/sh"), 7).unwrap();
    let rules = case.rules(&[SAYS, STATUS]);
    let tried = rules.first(Err::<(), _>(case.failure("it gets ready", "it exited")));
    let failure = failure(tried.unwrap_err());
    assert_eq!(failure.observed, "0 of 2 rules hold; it exited");
    assert_eq!(marks(&failure), [(None, "not looked at"); 2]);
    assert_eq!(rules.first(Ok(3)).unwrap(), 3);
}

#[test]
fn an_obstacle_of_the_kit_ends_the_check() {
    let case = Case::new(Path::new("/bin/sh"), 7).unwrap();
    let mut rules = case.rules(&[SAYS]);
    let obstacle = || Stop::unknown("no disk", "df");
    assert_eq!(rules.scene(&[SAYS], |_| Err(obstacle())).unwrap_err(), obstacle());
    // Nothing is broken, but nothing was seen to hold either: that is no pass.
    assert!(matches!(rules.verdict("").unwrap_err(), Stop::Unknown(_)));
}
