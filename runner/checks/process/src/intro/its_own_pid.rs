use std::fs;
use std::path::PathBuf;

use harness::check::{Case, CheckResult, Running, Stop};
use harness::evidence::Evidence;
use harness::process;
use harness::until::secs;

/// Each of two instances writes its own process id into its own file.
pub(crate) fn its_own_pid(case: &mut Case) -> CheckResult {
    case.matters(
        "a stop script sends its signal to whichever process the file names: a wrong number ends a \
         stranger and leaves the service running",
    );

    case.step(
        "start two instances, each with a pid file of its own, and wait until they are ready",
    );
    let mut first = Instance::start(case, "the first instance")?;
    let mut second = Instance::start(case, "the second instance")?;

    case.step("compare the number in each file with the process that wrote it");
    first.is_in_its_file(case, &second)?;
    second.is_in_its_file(case, &first)?;

    case.step("send each a request, then stop one by the word and one by the end of its input");
    for instance in [&mut first, &mut second] {
        let request = case.word();
        instance.program.write_line(&request)?;
        instance.program.prints(&format!("handled {request}"), secs(2))?;
    }
    first.program.write_line("stop")?;
    second.program.close_stdin();
    for instance in [&first, &second] {
        instance.program.exits_with(0, secs(2))?;
        instance.program.leaves_nothing()?;
        let gone = !instance.pid_file.exists();
        let observed = format!("{} ended and left its file", instance.name);
        case.expect(gone, "the service removes its pid file when it ends", observed)?;
    }

    case.passed(format!(
        "two instances ran at the same time, pids {} and {}, and each file named its own",
        first.program.pid(),
        second.program.pid(),
    ))
}

struct Instance {
    name: &'static str,
    program: Running,
    pid_file: PathBuf,
}

impl Instance {
    fn start(case: &Case, name: &'static str) -> Result<Self, Stop> {
        let pid_file = case.folder().join(format!("{}.pid", case.word()));
        let program = case.program().env("PID_FILE", &pid_file).with_stdin().start()?;
        program.prints("ready", secs(5))?;
        Ok(Self { name, program, pid_file })
    }

    fn is_in_its_file(&self, case: &Case, other: &Self) -> Result<(), Stop> {
        let own = self.program.pid();
        let text = fs::read_to_string(&self.pid_file).unwrap_or_default();
        if text == format!("{own}\n") {
            return Ok(());
        }
        let expected =
            format!("the pid file of {} (pid {own}) holds {own} and a newline", self.name);
        if text.trim() == own.to_string() {
            case.matters(
                "tools that read such a file line by line, as the shell's `read` does, take a line \
                 without an end for a failure",
            );
        }
        let (observed, named) = match (text.lines().count(), text.trim().parse::<i32>()) {
            (0, _) => ("when it was ready there was nothing in the file".to_owned(), None),
            (1, Ok(pid)) if pid == own => (format!("the file holds {text:?}"), None),
            (1, Ok(pid)) => (format!("the file names pid {pid}, {}", who(pid, other)), Some(pid)),
            (1, Err(_)) => (format!("the file holds {text:?}, which is no process id"), None),
            (lines, _) => (format!("the file holds {lines} lines: {text:?}"), None),
        };
        Err(case.failure(&expected, observed).with(tree(own, named)))
    }
}

/// Whom a wrong number names.
fn who(pid: i32, other: &Instance) -> String {
    if pid == other.program.pid() {
        return "which is the other instance".to_owned();
    }
    match process::status(pid) {
        Some(_) if pid == std::process::id().cast_signed() => {
            "which is the process that started the service".to_owned()
        }
        Some(status) => format!("which is another process, `{}`", status.name),
        None => "which no process has any more".to_owned(),
    }
}

/// The two instances below the process that started them: this one.
fn tree(own: i32, named: Option<i32>) -> Evidence {
    let mut tree = process::snapshot("while the service runs", &[std::process::id().cast_signed()]);
    for row in &mut tree.rows {
        if Some(row.pid) == named {
            row.note = Some("the pid file names this one".to_owned());
        } else if row.pid == own {
            row.note = Some("the pid file should name this one".to_owned());
        }
    }
    Evidence::Processes(tree)
}
