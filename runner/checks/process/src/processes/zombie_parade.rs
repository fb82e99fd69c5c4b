use harness::check::{Case, CheckResult, Running, Seen, Stop};
use harness::process::{self, Call, Thread};
use harness::until::secs;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::ready_file::ReadyFile;

/// Every scanner runs beside the service, is waited for, and is believed.
pub(crate) fn zombie_parade(case: &mut Case) -> CheckResult {
    let code = case.number(1..=99);
    let mut service = case.program().env("CHILD", case.decoy_path()?).with_stdin().start()?;
    service.prints("ready", secs(5))?;

    case.step("hand in three uploads and wait until their scanners have ended");
    for (upload, exit) in [(1, 0), (2, code), (3, 0)] {
        service.write_line(&format!("--exit {exit}"))?;
        service.prints(&format!("upload {upload} taken"), secs(5))?;
    }
    service.until("each of the three scanners ends", secs(5), |service| {
        let busy = service.children().iter().filter(|(_, status)| !status.is_zombie()).count();
        if busy == 0 { Ok(()) } else { Err(format!("{busy} of them were still at work")) }
    })?;

    case.step("ask for the report and look at the service's children");
    service.write_line("report")?;
    service.prints("report: 3 uploads", secs(2))?;
    has_no_zombies(case, &service)?;
    is_reported(case, &service, 1, "status 0", "clean")?;
    is_reported(case, &service, 2, &format!("status {code}"), &format!("refused, status {code}"))?;
    is_reported(case, &service, 3, "status 0", "clean")?;

    case.step("hand in an upload that takes long, and another while its scanner is at work");
    case.matters("a service that waits for one child is there for nobody else in the meantime");
    let ready = ReadyFile::new(case);
    service.write_line(&format!("--ready-file {} --linger 60", ready.name()))?;
    let scanner = service.until("the scanner of upload 4 is started", secs(5), |_| ready.pid())?;
    is_taken(case, &service, 4)?;
    service.write_line(&format!("--exit {code}"))?;
    is_taken(case, &service, 5)?;

    case.step("ask for the report while that scanner is at work");
    case.matters("an upload that is let through before its scanner has ended was not scanned");
    service.write_line("report")?;
    service.until("the service takes the order", secs(2), is_waiting_or_done)?;
    is_not_called_early(case, &service, 4, scanner)?;

    case.step("end that scanner by a signal and read the report");
    let signal = if case.number(0..=1) == 0 { Signal::SIGUSR1 } else { Signal::SIGALRM };
    // ESRCH: the service has ended it already, as its report is going to tell.
    let _ = kill(Pid::from_raw(scanner), signal);
    service.prints("report: 2 uploads", secs(2))?;
    has_no_zombies(case, &service)?;
    let crashed = format!("refused, signal {}", signal as i32);
    is_not_ended_by_another(case, &service, 4, &crashed)?;
    is_reported(case, &service, 4, signal.as_str(), &crashed)?;
    is_reported(case, &service, 5, &format!("status {code}"), &format!("refused, status {code}"))?;

    case.step("end its input");
    service.close_stdin();
    service.exits_with(0, secs(2))?;
    service.leaves_nothing()?;

    case.passed(format!(
        "5 scanners brought 5 verdicts, status {code} and {signal} among them; no zombie was left \
         after a report, and no upload waited for another's scanner"
    ))
}

/// While the scanner of upload 4 is at work. A service that sleeps in a wait for a child will not
/// answer before somebody ends that scanner, so there is nothing to wait for.
fn is_taken(case: &Case, service: &Running, upload: u32) -> Result<(), Stop> {
    let line = format!("upload {upload} taken");
    let answered_or_asleep = service.until("the service answers", secs(2), |service| {
        let wait = all_asleep_in_wait(service);
        match service.stdout_lines().contains(&line) {
            true => Ok(None),
            false => wait.map(Some).ok_or_else(|| format!("upload {upload} was not taken")),
        }
    })?;
    let Some(call) = answered_or_asleep else { return Ok(()) };
    let observed = format!("upload {upload} was not taken: the service sleeps in {call}");
    let expected = "an upload is taken at once, whatever the scanners are doing";
    Err(case.failure(expected, observed).with(service.snapshot("while upload 4 is scanned")))
}

/// The wait that its threads, all of them, sleep in.
fn all_asleep_in_wait(service: &Running) -> Option<String> {
    let threads = process::threads(service.pid());
    let calls: Vec<_> =
        threads.iter().filter_map(sleeps_in).filter(|call| call.is_wait()).collect();
    calls.first().filter(|_| calls.len() == threads.len()).map(|call| call.describe())
}

fn sleeps_in(thread: &Thread) -> Option<&Call> {
    thread.call.as_ref().filter(|_| thread.status.state == 'S')
}

fn has_no_zombies(case: &Case, service: &Running) -> Result<(), Stop> {
    case.matters(
        "a zombie keeps its process id and counts under every limit of processes; a service that \
         adds one per request runs for weeks, and then nothing can be started any more",
    );
    let children = service.children().into_iter();
    let zombies: Vec<_> = children.filter(|(_, status)| status.is_zombie()).collect();
    if zombies.is_empty() {
        return Ok(());
    }
    let pids: Vec<_> = zombies.iter().map(|(pid, _)| pid.to_string()).collect();
    let what = if pids.len() == 1 { "zombie was" } else { "zombies were" };
    let observed = format!("{} {what} left, pid {}", pids.len(), pids.join(", "));
    let expected = "after a report none of the scanners that it tells of is left as a zombie";
    Err(case.failure(expected, observed).with(service.snapshot("after the report")))
}

fn is_reported(
    case: &Case,
    service: &Running,
    upload: u32,
    ended: &str,
    wanted: &str,
) -> Result<(), Stop> {
    case.matters(
        "a scanner's verdict is its exit status, and a verdict that nobody took lets all through",
    );
    let said = line_of(service, upload);
    let observed = match &said {
        Some(line) => format!("its scanner ended with {ended}, and the service said {line:?}"),
        None => format!("its scanner ended with {ended}, and the service did not mention it"),
    };
    let wanted = format!("upload {upload}: {wanted}");
    case.expect(said.as_ref() == Some(&wanted), &format!("the service says {wanted:?}"), observed)
}

/// It waits for somebody else than us, or has answered already.
fn is_waiting_or_done(service: &Running) -> Seen<()> {
    let is_done = service.stdout_lines().iter().any(|line| line == "report: 2 uploads");
    let threads = process::threads(service.pid());
    let main = threads.first().and_then(sleeps_in);
    let is_waiting = main.is_some_and(|call| !call.is_read_from(0));
    if is_done || is_waiting { Ok(()) } else { Err("it did not read it".to_owned()) }
}

fn is_not_called_early(
    case: &Case,
    service: &Running,
    upload: u32,
    scanner: i32,
) -> Result<(), Stop> {
    // The line first: a scanner that is at work after it was also at work when it was printed.
    let line = line_of(service, upload);
    let is_at_work = process::status(scanner).is_some_and(|status| !status.is_zombie());
    match line {
        Some(line) if is_at_work => {
            let expected = "an upload is reported when its scanner has come to its end";
            let observed =
                format!("it said {line:?} while the scanner, pid {scanner}, was at work");
            Err(case.failure(expected, observed).with(service.snapshot("after the report")))
        }
        _ => Ok(()),
    }
}

/// We end the scanner by one signal. If the service tells of another, that one was its own.
fn is_not_ended_by_another(
    case: &Case,
    service: &Running,
    upload: u32,
    ended: &str,
) -> Result<(), Stop> {
    let line = line_of(service, upload).unwrap_or_default();
    let by_another = line.contains("refused, signal ") && !line.ends_with(ended);
    let expected = "a scanner is left at work until it comes to its own end";
    let observed = format!("the scanner was ended in the middle of its work: {line:?}");
    case.expect(!by_another, expected, observed)
}

fn line_of(service: &Running, upload: u32) -> Option<String> {
    let prefix = format!("upload {upload}: ");
    service.stdout_lines().into_iter().find(|line| line.starts_with(&prefix))
}
