use std::fs;

use harness::check::{Case, CheckResult, Reworded, Rule, Rules, Stop};
use harness::evidence::{Evidence, OpenFiles};
use harness::process;
use harness::until::secs;
use nix::sys::signal::Signal;

use super::monitor::Monitor;

const PROMPT: Rule = Rule {
    says: "each line is in the log at once and in one piece, says what is so, and is numbered \
           without a gap",
    matters: "a log that lags behind ends before the moment that everybody wants to read about",
};
const NOT_SO: &str = "a number that is always 0 is believed as long as nobody needs it";
const HALVES: &str = "whoever follows the file reads half a line now and then, and two writers mix \
                      theirs";
const KEEPS: Rule = Rule {
    says: "what stands in the log is kept, at a start and at SIGHUP",
    matters: "a service is started anew after a crash, and with the log goes what led to it",
};
const REOPENS: Rule = Rule {
    says: "after `reopened` it writes to a new file LOG, and has the renamed one closed",
    matters: "a rotated log that is still written to is packed in the middle of a line, or fills \
              the disk under no name at all",
};
const LAST: Rule = Rule {
    says: "at SIGTERM it writes that it was stopped, and exits with status 0",
    matters: "without a last line nobody can tell a monitor that was stopped from one that was killed",
};
const ENDS: Rule = Rule {
    says: "when the process has ended, it writes that it is gone, and exits with status 0",
    matters: "a monitor that goes on with the last numbers of a dead process says that all is well",
};
const CHEAP: Rule = Rule {
    says: "a line takes fewer read calls than there are processes",
    matters: "a monitor whose cost grows with the machine is busiest where there is least to spare",
};

/// It logs at once, keeps what it logged, and costs next to nothing.
pub(crate) fn monitor_service(case: &mut Case) -> CheckResult {
    let mut rules = case.rules(&[PROMPT, KEEPS, REOPENS, LAST, ENDS, CHEAP]);
    case.matters("a monitor that does not get ready watches nobody");
    case.step("let it watch a process, with a line in its log already");
    let first = rules.first(Monitor::start(case, 10, &[]))?;
    rules.scene(&[KEEPS, PROMPT, REOPENS], |rules| logs(first, rules))?;
    rules.scene(&[LAST], |rules| is_stopped(case, rules))?;
    rules.scene(&[ENDS, CHEAP], |rules| outlives(case, rules))?;
    rules.verdict(
        "6 of 6 rules hold: its lines were there at once, before and behind a rotation, with nothing \
         lost; its last line said why; and a line did not cost more for 30 other processes",
    )
}

fn logs(monitor: Monitor, rules: &mut Rules) -> Result<(), Stop> {
    let case = monitor.case;
    let lines = monitor.has_lines("monitor.log", 1, 3);
    rules.judge(PROMPT, lines.map(|()| "1, 2, 3 ... before and behind the rotation"))?;
    let kept = monitor.text("monitor.log").starts_with(&monitor.old);
    let observed = "at the start the line of the last run was deleted or overwritten";
    rules.judge(KEEPS, case.expect(kept, KEEPS.says, observed).map(|()| "as it was"))?;

    case.step("rename the log, send SIGHUP, and look where it writes to");
    fs::rename(monitor.path("monitor.log"), monitor.path("monitor.log.1"))?;
    monitor.reopens(1)?;
    let files = process::open_files(monitor.service.pid());
    let is_open = files.iter().any(|file| file.target.ends_with("/monitor.log.1"));
    let rows = Evidence::OpenFiles(OpenFiles { when: "after `reopened`".to_owned(), rows: files });
    let observed = "after `reopened` it had monitor.log.1 open";
    case.expect(!is_open, REOPENS.says, observed).map_err(|stop| stop.with(rows))?;
    monitor.service.until("there is a new file LOG", secs(1), |_| {
        if monitor.path("monitor.log").exists() { Ok(()) } else { Err("there was none".to_owned()) }
    })?;
    rules.holds(REOPENS, "the new file is open, and monitor.log.1 is not");
    if rules.keeps(PROMPT) {
        let next = monitor.numbers("monitor.log.1").len() as u64 + 1;
        let lines = monitor.has_lines("monitor.log", next, next + 1);
        rules.judge(PROMPT, lines.map(|()| "1, 2, 3 ... before and behind the rotation"))?;
    }

    case.step("send SIGHUP without a rename");
    let before = monitor.text("monitor.log");
    let kept = monitor.reopens(2).and_then(|()| {
        if rules.keeps(PROMPT) {
            monitor.writes_on()?;
        }
        let is_kept = monitor.text("monitor.log").starts_with(&before);
        case.expect(
            is_kept,
            KEEPS.says,
            "at a SIGHUP without a rename the lines so far were deleted or overwritten",
        )
    });
    rules.judge(KEEPS, kept.map(|()| "as it was, at a start and at SIGHUP"))?;
    Ok(())
}

fn is_stopped(case: &Case, rules: &mut Rules) -> Result<(), Stop> {
    case.step("stop it between two lines, a minute apart");
    let monitor = Monitor::start(case, 60_000, &["--spin"])?;
    monitor.service.settles(secs(2))?;
    monitor.service.signal(Signal::SIGTERM)?;
    monitor.service.exits_with(0, secs(2)).observing("stopped between two lines")?;
    let text = monitor.text("monitor.log");
    let lines: Vec<_> = text.lines().filter(|line| !monitor.old.contains(line)).collect();
    let is_said = lines.len() == 2 && lines[0].starts_with("1 memory=") && lines[1] == "2 stopped";
    let count = lines.len();
    let last = lines.last().map_or("nothing".to_owned(), |last| format!("{last:?}"));
    let observed = format!("of 2 lines {count} were in the log, and the last one was {last}");
    case.expect(is_said, LAST.says, observed)?;
    rules.holds(LAST, "its last line is \"2 stopped\"");
    let used = monitor.used.as_millis();
    let observed =
        format!("of a process that had used {used} ms of a processor it said {:?}", lines[0]);
    // The kernel counts in steps of 10 ms where sysinfo reads it.
    let cpu =
        lines[0].rsplit_once("cpu=").and_then(|(_, rest)| rest.strip_suffix(" ms")?.parse().ok());
    let is_true = cpu.is_some_and(|cpu: u128| cpu + 20 >= used);
    if let Err(stop) = case.expect(is_true, PROMPT.says, observed) {
        rules.judge(PROMPT.costing(NOT_SO), Err::<String, _>(stop))?;
    }
    monitor.service.leaves_nothing()
}

/// Ended by us, the process is gone. Before that the monitor has written some lines about it.
fn outlives(case: &Case, rules: &mut Rules) -> Result<(), Stop> {
    case.step("let it watch one process among 30 more, and end that process");
    let mut monitor = Monitor::start(case, 5, &["--crowd", "30"])?;
    let processes = count_processes()?;
    let (mut reads, mut writes, mut seen) = (0, 0, 0);
    monitor.service.until("it writes some lines", secs(3), |service| {
        reads = process::read_calls(service.pid()).unwrap_or(reads);
        let slept = process::status(service.pid()).map_or(0, |status| status.switches);
        // Its lines may be in a buffer; then it has read much by now, or slept often.
        let lines = monitor.numbers("monitor.log").len();
        writes = process::write_calls(service.pid()).unwrap_or(writes);
        seen = lines as u64;
        let enough =
            service.ended().is_some() || lines >= 8 || reads > 40 * processes || slept > 100;
        if enough { Ok(()) } else { Err(format!("there were {lines}")) }
    })?;

    monitor.watched = None;
    let ended = monitor.service.exits_with(0, secs(1));
    let ended = ended.observing("after the end of the process").and_then(|()| {
        let text = monitor.text("monitor.log");
        let last = text.lines().last().unwrap_or_default().to_owned();
        let observed = format!("the last line was {last:?}");
        case.expect(last.ends_with(" gone"), ENDS.says, observed).map(|()| last)
    });
    rules.judge(ENDS, ended.map(|last| format!("its last line is {last:?}")))?;

    // What came later is not what the calls were for; but what was in a buffer then may have been.
    let last = || monitor.numbers("monitor.log").last().copied();
    let Some(lines) = Some(seen).filter(|&seen| seen > 0).or_else(last).filter(|&last| last > 0)
    else {
        return Ok(()); // How many lines the calls were for is not known.
    };
    if seen >= 8 && writes / seen >= 3 {
        let observed = format!("{writes} write calls for {seen} lines: a line came in pieces");
        let stop = case.failure(PROMPT.says, observed);
        rules.judge(PROMPT.costing(HALVES), Err::<String, _>(stop))?;
    }
    let observed = format!("{} read calls a line, with {processes} processes there", reads / lines);
    case.expect(reads / lines < processes, CHEAP.says, observed.as_str())?;
    rules.holds(CHEAP, observed);
    Ok(())
}

fn count_processes() -> Result<u64, Stop> {
    let entries = fs::read_dir("/proc")?.flatten();
    let is_process =
        |entry: &fs::DirEntry| entry.file_name().to_string_lossy().parse::<u32>().is_ok();
    Ok(entries.filter(is_process).count() as u64)
}
