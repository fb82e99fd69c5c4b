use harness::check::{Case, CheckResult, Running, Stop};
use harness::evidence::{Evidence, Lines};
use harness::helpers::Inherited;
use harness::until::secs;

/// The tool knows its own name, gets every line of the list as it is, and answers for itself.
pub(crate) fn exec_argv0(case: &mut Case) -> CheckResult {
    case.matters(
        "a tool that is given one thing less to do does the rest and says that all went well: nobody \
         notices before the lost part is needed",
    );
    let status = case.number(1..=99);

    case.step("hand in a list of four lines, one of them with a space");
    let spaced = format!("{} {}", case.word(), case.word());
    let list = [case.word(), spaced, "--exit".to_owned(), status.to_string()];
    let tool = becomes_the_tool(case, &list)?;
    case.matters("a scheduler watches, stops and believes the one process that it has started");
    tool.exits_with(i32::try_from(status).unwrap_or(0), secs(2))?;
    tool.leaves_nothing()?;

    case.step("hand in an empty list");
    let tool = becomes_the_tool(case, &[])?;
    tool.exits_with(0, secs(2))?;

    case.step("hand in a list whose second line has a NUL byte in it");
    case.matters("a name that is cut at the NUL, or left out, is another table, or one less");
    let mut program = start(case)?;
    program.types(&format!("{}\n{}\0{}\n", case.word(), case.word(), case.word()))?;
    program.close_stdin();
    program.ends(secs(2))?;
    let expected = "with a NUL byte in the list, nothing is dumped";
    let was_started = program.stdout_lines().iter().any(|line| Inherited::parse(line).is_some());
    case.expect(!was_started, expected, "the tool was started")?;
    program.exits_with(2, secs(2))?;
    program.prints("line 2 of the list has a NUL byte in it", secs(1))?;
    program.leaves_nothing()?;

    case.passed(format!(
        "the program became the tool under the same pid, with 4 and with 0 arguments, and handed on \
         its status {status}; a name with a NUL byte in it was refused"
    ))
}

fn start(case: &Case) -> Result<Running, Stop> {
    case.program().env("CHILD", case.probe_path()?).with_stdin().start()
}

/// Hands in the list and looks at what the tool says of its arguments.
fn becomes_the_tool(case: &Case, list: &[String]) -> Result<Running, Stop> {
    let mut program = start(case)?;
    list.iter().try_for_each(|line| program.write_line(line))?;
    program.close_stdin();
    let seen = program.prints_like("the tool's report", secs(3), Inherited::parse)?;

    let name = case.probe_path()?;
    let wanted: Vec<_> = std::iter::once(name.clone()).chain(list.iter().cloned()).collect();
    if seen.argv != wanted {
        let expected = "the tool is called by its name, and given every line of the list";
        let observed = in_words(&seen.argv, &name, list);
        let what = "the tool's arguments, its name first".to_owned();
        let lines = Lines { what, expected: wanted, observed: seen.argv };
        return Err(case.failure(expected, observed).with(Evidence::Lines(lines)));
    }
    let expected = "the program becomes the tool, and there is one process";
    let observed = format!("the program is pid {}, and the tool pid {}", program.pid(), seen.pid);
    case.expect(seen.pid == program.pid(), expected, observed)?;
    Ok(program)
}

fn in_words(argv: &[String], name: &str, list: &[String]) -> String {
    match argv.split_first() {
        Some((first, rest)) if Some(first) == list.first() && rest == &list[1..] => {
            format!(
                "the tool took {first:?} for its own name, and was given {} of {} lines",
                rest.len(),
                list.len()
            )
        }
        Some((first, rest)) if first != name && rest == list => {
            format!("the tool was called {first:?}")
        }
        Some((_, rest)) => {
            format!("{} lines became {} arguments: {rest:?}", list.len(), rest.len())
        }
        None => "the tool was given nothing at all, not even a name".to_owned(),
    }
}
