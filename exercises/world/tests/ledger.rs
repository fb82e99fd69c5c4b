//! Both ways of acting against a ledger that this test plays.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::process::{Command, Output};
use std::{env, fs, thread};

/// The tests' own process acts, so that no test changes the environment of another.
const ACTS: &str = "WORLD_TEST_ACTS";

/// Not a test of its own: what the tests below start, with the ledger in its environment.
#[test]
fn acts() {
    match env::var(ACTS).as_deref() {
        Ok("blocking") => println!("ANSWER {:?}", world::act("charge", 7)),
        #[cfg(feature = "tokio")]
        Ok("async") => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            println!("ANSWER {:?}", runtime.unwrap().block_on(world::act_async("charge", 7)));
        }
        _ => {}
    }
}

const WAYS: &[&str] = if cfg!(feature = "tokio") { &["blocking", "async"] } else { &["blocking"] };

#[expect(clippy::disallowed_methods, reason = "the harness must not depend on what it plays for")]
fn act(way: &str, ledger: Option<&PathBuf>) -> String {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "acts", "--nocapture"]).env(ACTS, way).env("WORLD_MS", "1");
    if let Some(ledger) = ledger {
        command.env("FAULTLINGS_LEDGER", ledger);
    }
    let Output { stdout, .. } = command.output().unwrap();
    String::from_utf8(stdout).unwrap()
}

/// Answers one visitor with these bytes and gives what the visitor said.
fn ledger(name: &str, answer: &'static str) -> (PathBuf, thread::JoinHandle<String>) {
    let path = env::temp_dir().join(format!("world-{}-{name}.sock", std::process::id()));
    let _ = fs::remove_file(&path);
    let listener = UnixListener::bind(&path).unwrap();
    let visit = thread::spawn(move || {
        let (visitor, _): (UnixStream, _) = listener.accept().unwrap();
        let mut line = String::new();
        BufReader::new(&visitor).read_line(&mut line).unwrap();
        (&visitor).write_all(answer.as_bytes()).unwrap();
        line
    });
    (path, visit)
}

#[test]
fn one_line_each_way() {
    for (answer, wanted) in [
        ("done\n", "ANSWER Ok(())"),
        ("refused 503 not now\n", "Some(503)"),
        ("", "code: None"),
        ("don", "code: None"),
    ] {
        for way in WAYS {
            let (path, visit) = ledger(&format!("{way}{}", answer.len()), answer);
            let said = act(way, Some(&path));
            assert!(said.contains(wanted), "{way}, {answer:?}: {said}");
            assert_eq!(visit.join().unwrap(), "act charge 7\n");
            fs::remove_file(path).unwrap();
        }
    }
}

#[test]
fn nobody_there_is_no_answer() {
    let nowhere = env::temp_dir().join("no-such-world.sock");
    for way in WAYS {
        assert!(act(way, Some(&nowhere)).contains("code: None"));
    }
}

#[test]
fn by_hand_it_says_so() {
    for way in WAYS {
        let said = act(way, None);
        assert!(said.contains("charge 7: done\n") && said.contains("ANSWER Ok(())"), "{said}");
    }
}
