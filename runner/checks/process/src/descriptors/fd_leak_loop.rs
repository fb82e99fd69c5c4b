use std::fs;
use std::io;

use harness::check::{Case, CheckResult, Running, Stop};
use harness::evidence::{Evidence, OpenFile, OpenFiles};
use harness::process::open_files;
use harness::until::secs;

/// Requests of each kind; a leak of one in twenty would be seen too.
const REQUESTS: usize = 20;

/// However many files were asked for, and however that went, no more descriptors are open.
pub(crate) fn fd_leak_loop(case: &mut Case) -> CheckResult {
    case.matters(
        "a process may have 1024 descriptors unless somebody raised the limit; a service that loses \
         one a request answers for hours and then can neither open a file nor accept a connection",
    );
    let mut service = case.program().with_stdin().start()?;

    case.step("have one file measured 20 times");
    let file = File::new(case)?;
    file.is_measured(case, &mut service)?;
    let before = open_files(service.pid());
    for _ in 0..REQUESTS {
        file.is_measured(case, &mut service)?;
    }
    is_as_before(case, &service, &before, "20 requests for one file")?;

    case.step("have 20 other files measured");
    for _ in 0..REQUESTS {
        File::new(case)?.is_measured(case, &mut service)?;
    }
    is_as_before(case, &service, &before, "20 requests for 20 files")?;

    case.step("have 20 folders measured, which can be opened but not read");
    for _ in 0..REQUESTS {
        let name = case.word();
        fs::create_dir(case.folder().join(&name))?;
        is_refused(case, &mut service, &name, nix::libc::EISDIR)?;
    }
    is_as_before(case, &service, &before, "20 requests for folders")?;

    case.step("have 20 files measured that are not there");
    for _ in 0..REQUESTS {
        is_refused(case, &mut service, &case.word(), nix::libc::ENOENT)?;
    }
    is_as_before(case, &service, &before, "20 requests for files that are not there")?;

    case.step("have one more file measured, and end the service's input");
    File::new(case)?.is_measured(case, &mut service)?;
    service.close_stdin();
    service.exits_with(0, secs(2))?;
    service.leaves_nothing()?;

    case.passed(format!(
        "after 80 requests, for files, folders and nothing at all, the service had {} descriptors \
         open, as after the first",
        before.len(),
    ))
}

/// A file of fresh name and length; most are longer than the service's buffer.
struct File {
    name: String,
    lines: u64,
    bytes: usize,
}

impl File {
    fn new(case: &Case) -> Result<Self, Stop> {
        let (name, line, lines) = (case.word(), case.word(), case.number(1..=2000));
        let text = format!("{line}\n").repeat(usize::try_from(lines).unwrap_or(1));
        case.file(&name, &text)?;
        Ok(Self { name, lines, bytes: text.len() })
    }

    fn is_measured(&self, case: &Case, service: &mut Running) -> Result<(), Stop> {
        let Self { name, lines, bytes } = self;
        answers(case, service, name, &format!("{name}: {lines} lines, {bytes} bytes"))
    }
}

fn is_refused(case: &Case, service: &mut Running, name: &str, errno: i32) -> Result<(), Stop> {
    answers(case, service, name, &format!("{name}: {}", io::Error::from_raw_os_error(errno)))
}

/// Its next line is this one. The same words may stand there from an earlier request.
fn answers(case: &Case, service: &mut Running, name: &str, wanted: &str) -> Result<(), Stop> {
    let expected = format!("the service answers {wanted:?}");
    let number = service.stdout_lines().len();
    service.write_line(name)?;
    let line = service.until(&expected, secs(3), |service| {
        match (service.stdout_lines().get(number), service.ended()) {
            (Some(line), _) => Ok(format!("it answered {line:?}")),
            (None, Some(ended)) => Ok(format!("it {ended}")),
            (None, None) => Err("it did not answer".to_owned()),
        }
    })?;
    case.expect(line == format!("it answered {wanted:?}"), &expected, line)
}

fn is_as_before(
    case: &Case,
    service: &Running,
    before: &[OpenFile],
    requests: &str,
) -> Result<(), Stop> {
    let mut rows = open_files(service.pid());
    let expected = "the service has as many descriptors open as before";
    let observed = format!(
        "after {requests} it had {} descriptors open, before them {}",
        rows.len(),
        before.len(),
    );
    let count = rows.len();
    rows.retain(|row| !before.iter().any(|old| old.fd == row.fd));
    let rows = some_of(before, &rows);
    let table = OpenFiles { when: format!("of the service after {requests}"), rows };
    case.expect(count == before.len(), expected, observed)
        .map_err(|stop| stop.with(Evidence::OpenFiles(table)))
}

/// Those that were there before, and so many of the new ones that one sees what they are.
fn some_of(before: &[OpenFile], new: &[OpenFile]) -> Vec<OpenFile> {
    const SHOWN: usize = 4;
    let mut rows: Vec<_> = new.iter().take(SHOWN).cloned().collect();
    for row in &mut rows {
        row.note = Some("answered long ago".to_owned());
    }
    let hidden = new.len().saturating_sub(SHOWN);
    if let Some(last) = rows.last_mut().filter(|_| hidden > 0) {
        last.note = Some(format!("answered long ago, and {hidden} more like it"));
    }
    [before, &rows].concat()
}
