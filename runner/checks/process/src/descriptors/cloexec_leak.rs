use std::fs;
use std::path::{Path, PathBuf};

use harness::check::{Case, CheckResult, Seen, Stop};
use harness::evidence::{Evidence, OpenFile, OpenFiles};
use harness::helpers::Inherited;
use harness::process;
use harness::until::secs;

use super::deployment::{Deployment, ends_before};

/// Services get their arguments and their log, and nothing that the program made for itself.
pub(crate) fn cloexec_leak(case: &mut Case) -> CheckResult {
    case.step("start two services that stay, and wait for the end of the program");
    case.matters(
        "a pipe ends when nobody can write into it any more, and this program ends with the pipe: \
         it lives as long as any service that it started, and the deployment is never finished",
    );
    let (arguments, ready) = stay(case, 2);
    let deployment = Deployment::start(case, case.decoy_path()?, &arguments)?;
    let started = "both services are started with their arguments";
    let pid = |path: &PathBuf| deployment.program.until(started, secs(3), |_| pid_in(path));
    let pids = ready.iter().map(pid).collect::<Result<Vec<_>, _>>()?;
    ends_before(case, &deployment.program, &pids)?;
    deployment.ends_with(0, "started")?;
    let gone = pids.iter().filter(|&&pid| process::status(pid).is_none_or(|it| it.is_zombie()));
    let gone: Vec<_> = gone.map(|pid| format!("pid {pid} was not running any more")).collect();
    case.expect(gone.is_empty(), "the services run on without the program", gone.join(", "))?;

    case.step("start five services that report what they were given");
    case.matters(
        "whoever has a descriptor keeps what it leads to: a pipe that never ends or fills unread, a \
         port that cannot be bound again, a file that was deleted and still fills the disk",
    );
    let words: Vec<_> = (0..5).map(|_| case.word()).collect();
    let deployment = Deployment::start(case, case.probe_path()?, &words)?;
    for (number, word) in (1..).zip(&words) {
        let expected = format!("service {number} is started with its argument and its log");
        let log = deployment.log(number);
        let report = deployment.program.until(&expected, secs(3), |_| report_in(&log, word))?;
        has_only_three(case, number, report)?;
    }
    deployment.ends_with(0, "started")?;

    case.step("start three services that do not exist");
    case.matters("a service that is called started and does not run is missed when it is needed");
    let deployment = Deployment::start(case, case.folder().join(case.word()), &words[..3])?;
    deployment.ends_with(1, "not started (entity not found)")?;

    case.passed(
        "the program ended while its 2 services ran on; 5 others had descriptors 0, 1 and 2 and no \
         more; and that 3 could not be started was noticed",
    )
}

/// Arguments of services that stay, and the files in which they leave their process ids.
fn stay(case: &Case, count: usize) -> (Vec<String>, Vec<PathBuf>) {
    let paths = (0..count).map(|_| case.folder().join(case.word()));
    paths.map(|path| (format!("--ready-file {} --linger 60", path.display()), path)).unzip()
}

fn pid_in(path: &Path) -> Seen<i32> {
    let pid = fs::read_to_string(path).ok().and_then(|text| text.parse().ok());
    pid.ok_or_else(|| "one of them did not get ready".to_owned())
}

fn report_in(log: &Path, word: &str) -> Seen<Inherited> {
    let text = fs::read_to_string(log).unwrap_or_default();
    match text.lines().find_map(Inherited::parse) {
        Some(given) if given.argv.get(1).is_some_and(|argument| argument == word) => Ok(given),
        Some(given) => Err(format!("it was started with the arguments {:?}", &given.argv[1..])),
        None => Err(format!("its log held {text:?}")),
    }
}

fn has_only_three(case: &Case, number: u64, given: Inherited) -> Result<(), Stop> {
    let mut rows = given.fds;
    let extra: Vec<_> = rows.iter().filter(|file| file.fd > 2).map(in_words).collect();
    for row in rows.iter_mut().filter(|row| row.fd > 2) {
        row.note = Some("the service knows nothing of it".to_owned());
    }
    let holds = rows.len() == 3 && extra.is_empty();
    let observed = match extra.len() {
        0 => format!("service {number} of 5 had {} of the three", rows.len()),
        _ => format!("service {number} of 5 was also given {}", extra.join(" and ")),
    };
    let table = OpenFiles { when: format!("of service {number}, as it reported them"), rows };
    let expected = "a service is given descriptors 0, 1 and 2, and no other";
    case.expect(holds, expected, observed).map_err(|stop| stop.with(Evidence::OpenFiles(table)))
}

fn in_words(file: &OpenFile) -> String {
    let what = match &file.target {
        target if target.ends_with("(read end)") => "the read end of a pipe",
        target if target.ends_with("(write end)") => "the write end of a pipe",
        target => target,
    };
    format!("{what} (descriptor {})", file.fd)
}
