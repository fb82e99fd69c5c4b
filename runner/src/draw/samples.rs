//! Verdicts as checks give them, for snapshots here and of the watch screen.

use harness::evidence::{
    BrokerFact, BrokerState, Evidence, Lines, MessageRow, Messages, Moment, OpenFile, OpenFiles,
    ProcessRow, ProcessTree, Rule, SignalSet, SignalSets,
};
use harness::report::{Failure, Output, Passed, Stream, Unknown, Verdict};

pub(crate) fn passed() -> Passed {
    Passed { proved: "The header is printed once, by the parent alone, and the exit status of the whole tree is 0 (3 processes seen, 3 waited for).".into() }
}

pub(crate) fn unknown() -> Unknown {
    Unknown {
        reason: "the kernel does not let the check read /proc/4711/syscall".into(),
        next: "`cargo run -- doctor` shows what is missing".into(),
    }
}

pub(crate) fn failed(evidence: Vec<Evidence>) -> Verdict {
    Verdict::Failed(Failure {
        expected: "the header once, whichever process prints it".into(),
        observed: "the header twice: pid 4711 and its child 4712 both wrote the same 27 bytes".into(),
        why: "A buffer that is copied by fork and flushed by both processes puts one order on two invoices.".into(),
        evidence,
    })
}

pub(crate) fn timeline() -> Evidence {
    let moment = |ms, who: &str, what: &str| Moment { ms, who: who.into(), what: what.into() };
    Evidence::Timeline(vec![
        moment(0, "check", "started the program"),
        moment(3, "program 4711", "wrote \"header\\n\" to a pipe"),
        moment(
            4,
            "program 4711",
            "forked child 4712 while 27 bytes were still in its buffer of standard output",
        ),
        moment(1204, "child 4712", "exited with 0"),
    ])
}

pub(crate) fn processes() -> Evidence {
    let row = |depth, pid, name: &str, state, doing: Option<&str>, note: Option<&str>| ProcessRow {
        depth,
        pid,
        name: name.into(),
        state,
        doing: doing.map(str::to_owned),
        note: note.map(str::to_owned),
    };
    Evidence::Processes(ProcessTree {
        when: "while the program sleeps".into(),
        rows: vec![
            row(0, 4711, "zombie_parade", 'S', Some("in wait4(4714)"), None),
            row(1, 4712, "zombie_parade", 'Z', None, Some("nobody has waited for it")),
            row(1, 4713, "sh", 'S', Some("in read(3), a pipe"), None),
            row(2, 4715, "sleep", 'R', None, None),
            row(1, 4714, "zombie_parade", 'T', None, None),
        ],
    })
}

pub(crate) fn open_files() -> Evidence {
    let row = |fd, target: &str, note: Option<&str>| OpenFile {
        fd,
        target: target.into(),
        note: note.map(str::to_owned),
    };
    Evidence::OpenFiles(OpenFiles {
        when: "of the child, as it reported them".into(),
        rows: vec![
            row(0, "/dev/null", None),
            row(1, "pipe:[88121] (write end)", None),
            row(2, "pipe:[88122] (write end)", None),
            row(
                11,
                "/home/learner/faultlings/secrets/payment-gateway.key",
                Some("opened by its parent"),
            ),
        ],
    })
}

pub(crate) fn lines() -> Evidence {
    let texts = |text: &str| text.split('|').map(str::to_owned).collect();
    Evidence::Lines(Lines {
        what: "standard output".into(),
        expected: texts("Nightly report|order 1 shipped|order 2 shipped||total 2"),
        observed: texts(
            "Nightly report|Nightly report|order 1 shipped|order 2 \x1b[31mshipped|total 2",
        ),
    })
}

pub(crate) fn signals() -> Evidence {
    let names = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    let row = |set: &str, observed, expected| SignalSet {
        set: set.into(),
        observed: names(observed),
        expected: names(expected),
    };
    Evidence::Signals(SignalSets {
        when: "of the child, as it reported them".into(),
        rows: vec![
            row("blocked", "SIGTERM SIGUSR1", "SIGUSR1"),
            row("ignored", "", ""),
            row("caught", "", "SIGHUP"),
        ],
    })
}

pub(crate) fn rules() -> Evidence {
    let row = |rule: &str, holds, seen: &str| Rule { rule: rule.into(), holds, seen: seen.into() };
    Evidence::Rules(vec![
        row("a job that has begun is finished", Some(true), "5 of 5"),
        row("no job begins after the shutdown", Some(false), "2 began after it, jobs 7 and 8"),
        row("it exits with status 0", None, ""),
    ])
}

pub(crate) fn messages() -> Evidence {
    let row = |message: &str, delivered, effect: &str, settled, note: Option<&str>| MessageRow {
        message: message.into(),
        delivered,
        effect: effect.into(),
        settled,
        note: note.map(str::to_owned),
    };
    Evidence::Messages(Messages {
        when: "while the program is inside message 3".into(),
        settling: "committed".into(),
        rows: vec![
            row("offset 2", Some(1), "sent once", Some(true), None),
            row("offset 3", Some(2), "begun, not done", Some(true), Some("lost if it dies now")),
            row("offset 4", Some(0), "", Some(false), None),
            row("offset 5", None, "", None, None),
        ],
        position: Some("committed 4 | inside message 3".into()),
    })
}

pub(crate) fn broker() -> Evidence {
    let row = |name: &str, observed: &str, expected: Option<&str>| BrokerFact {
        name: name.into(),
        observed: observed.into(),
        expected: expected.map(str::to_owned),
    };
    Evidence::Broker(BrokerState {
        of: "of queue orders, after SIGKILL".into(),
        rows: vec![
            row("messages_ready", "0", Some("17")),
            row("consumers", "0", Some("0")),
            row("durable", "true", None),
        ],
    })
}

pub(crate) fn written() -> Vec<Output> {
    let piece = |stream, text: &str, dropped| Output { stream, text: text.into(), dropped };
    vec![
        piece(Stream::Stdout, "Nightly report\norder 1\tshipped\n", 0),
        piece(Stream::Stderr, "\x1b[31mwarning\x1b[0m: 50%\r100% \u{fffd}\n", 0),
        piece(
            Stream::Stdout,
            "a line that is a good deal wider than a narrow terminal, and has no end",
            3_221_225_472,
        ),
    ]
}
