//! Waiting for one line of many.

use std::path::Path;

use harness::check::{Case, Stop};
use harness::supervise::sweep;
use harness::until::secs;

#[test]
fn the_third_line_of_a_kind_is_told_from_the_first() {
    sweep::adopt_orphans().unwrap();
    let case = Case::new(Path::new("/bin/sh"), 7).unwrap();
    let script = "echo a 1; echo b; echo a 2; echo a 3; echo a 4; exit 5";
    let program = case.program().args(["-c", script]).start().unwrap();
    let number = |line: &str| line.strip_prefix("a ")?.parse::<u32>().ok();
    assert_eq!(program.prints_nth(3, "the third of them", secs(10), number).unwrap(), 3);
    match program.prints_nth(5, "a fifth", secs(30), number) {
        Err(Stop::Failed(failure)) => {
            assert_eq!(failure.expected, "the program prints a fifth");
            assert!(failure.observed.starts_with("it exited with status 5"), "{failure:?}");
        }
        other => panic!("{other:?}"),
    }
}
