use std::fs;
use std::path::{Path, PathBuf};

use harness::check::{Case, CheckResult, Running, Stop, list_lines};
use harness::evidence::{Evidence, Lines};
use harness::process::count_open;
use harness::until::secs;

/// Each line is in the file that it belongs to, however often and however badly it goes.
pub(crate) fn double_close(case: &mut Case) -> CheckResult {
    case.matters(
        "a number that is closed twice is somebody else's by the second time: their data goes into \
         our file, ours into theirs, and no call fails",
    );
    case.step("hand in two orders");
    let office = case.folder().join("office");
    let journal = office.join("journal");
    let mut service = start(case, &office, &journal)?;
    let filed = |number: usize| format!("{number} filed");
    for number in 1..=2 {
        let order = case.word();
        let path = office.join(format!("receipt-{number}"));
        let receipt = Paper { name: format!("receipt {number}"), path, wanted: vec![order] };
        is_answered(case, &mut service, number, &receipt.wanted[0], &filed(number))
            .map_err(|stop| stop.with(receipt.lines()))?;
        receipt.is_as_wanted(case)?;
    }
    let open = count_open(service.pid());

    case.step("hand in 20 more");
    let count = 22;
    for number in 3..=count {
        is_answered(case, &mut service, number, &case.word(), &filed(number))?;
    }
    let now = count_open(service.pid());
    let words = |open: Option<usize>| open.map_or("no".to_owned(), |count| count.to_string());
    let expected = "after 20 more orders as many descriptors are open as before";
    case.expect(
        open == now,
        expected,
        format!("{} descriptors were open before, and {} after", words(open), words(now)),
    )?;
    let lines = |number| [format!("{number} begun"), filed(number)];
    let wanted = (1..=count).flat_map(lines).collect();
    Paper { name: "the journal".to_owned(), path: journal, wanted }.is_as_wanted(case)?;
    service.close_stdin();
    service.exits_with(0, secs(3))?;

    case.step("hand in two orders when the journal's disk is full");
    case.matters(
        "what is done at the end of a function is not done on its other ways out, and a full disk is \
         not the day to find that out",
    );
    let mut service = start(case, &office, Path::new("/dev/full"))?;
    for number in 1..=2 {
        let full = "filed, but not in the journal (No space left on device (os error 28))";
        let answer = format!("{number} {full}");
        let path = office.join(format!("receipt-{number}"));
        let name = format!("with the journal on a full disk, receipt {number}");
        let receipt = Paper { name, path, wanted: vec![case.word()] };
        is_answered(case, &mut service, number, &receipt.wanted[0], &answer)?;
        receipt.is_as_wanted(case)?;
    }
    service.close_stdin();
    service.exits_with(0, secs(3))?;

    case.passed(format!(
        "{count} receipts had their order alone, the journal had {} lines, {} descriptors were open \
         throughout, and a full disk was told of and cost no receipt",
        2 * count,
        words(open),
    ))
}

fn start(case: &Case, office: &PathBuf, journal: &Path) -> Result<Running, Stop> {
    case.program().env("OFFICE", office).env("JOURNAL", journal).with_stdin().start()
}

/// The next line is this answer. If there is none, it matters how the service ended.
fn is_answered(
    case: &Case,
    service: &mut Running,
    number: usize,
    order: &str,
    wanted: &str,
) -> Result<(), Stop> {
    let expected = format!("it answers {wanted:?}");
    service.write_line(order)?;
    let seen = service.until(&expected, secs(3), |service| {
        // A debug build dies after its answer, so this is looked at when it rests.
        let line = service.stdout_lines().get(number - 1).cloned();
        let is_idle = service.ended().is_some() || service.has_read_its_input(secs(0)).is_ok();
        if !is_idle {
            return Err("it was busy with it".to_owned());
        }
        match (service.ended(), line) {
            (Some(ended), _) => Ok(format!("it {ended}")),
            (None, Some(line)) if line == wanted => Ok(line),
            (None, Some(line)) => Ok(format!("it answered {line:?}")),
            (None, None) => Err("it did not answer".to_owned()),
        }
    })?;
    case.expect(seen == wanted, &expected, format!("at order {number} {seen}"))
}

/// A file, and the lines that it should have.
struct Paper {
    name: String,
    path: PathBuf,
    wanted: Vec<String>,
}

impl Paper {
    fn seen(&self) -> Vec<String> {
        list_lines(&fs::read_to_string(&self.path).unwrap_or_default())
    }

    fn lines(&self) -> Evidence {
        let (what, expected) = (self.name.clone(), self.wanted.clone());
        Evidence::Lines(Lines { what, expected, observed: self.seen() })
    }

    fn is_as_wanted(&self, case: &Case) -> Result<(), Stop> {
        let Self { name, wanted, .. } = self;
        let seen = self.seen();
        let observed = match seen.iter().find(|line| !wanted.contains(line)) {
            Some(line) => format!("{name} has the line {line:?}, which does not belong there"),
            None => format!("{name} has {} of {} lines", seen.len(), wanted.len()),
        };
        let expected =
            "each receipt has its order and no more, the journal two lines for each order";
        case.expect(seen == *wanted, expected, observed).map_err(|stop| stop.with(self.lines()))
    }
}
