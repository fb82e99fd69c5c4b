mod burst;
mod said;

use std::time::{Duration, Instant};

use harness::check::{Case, CheckResult, Running, Stop};
use harness::until::{ms, secs, until};

use burst::{Burst, Look, MIB, send};
use said::{count, is_rate, line};

const INTERVAL_MS: u64 = 40;
/// A hold that is neither the program's interval nor near the shipped one times any round number.
const LONG: Duration = ms(230);
/// Two bursts of which one takes so many times as long as the other have no factor in common that
/// makes a rate of the bytes of both.
const LONGER: f64 = 1.5;
const EXPECTED: &str = "a rate is said, in bytes per second";

/// A rate is what came in between two looks over the time between them.
pub(crate) fn net_rate(case: &mut Case) -> CheckResult {
    case.matters(
        "a rate that depends on how often it is asked for sends technicians to healthy lines, and hides \
         the full one",
    );
    case.step("watch the loopback interface");
    // So that its count can be told from what comes later.
    send(32 * MIB)?;
    let begin = Look::now()?;
    let program = case.program().arg("lo").env("INTERVAL_MS", INTERVAL_MS.to_string()).start()?;
    program.prints("watching lo", secs(3))?;
    let start = (begin.at, Instant::now());
    let first = line(&program, 1)?;
    let (total, now) = (begin.received as f64, Look::now()?.received as f64);
    let what = match first <= now {
        true => "which is what was counted since it came up",
        false => "made of all that lo has counted since it came up",
    };
    let observed = format!("{first:.0} bytes/s was said, {what}");
    case.expect(first < total, EXPECTED, observed)?;

    case.step("hold the program for some intervals, and send something meanwhile");
    let (long, said_of_long, next) = held(case, &program, begin, LONG)?;
    is_rate(case, said_of_long, &long, start, None)?;

    case.step("look at the line after it, when all is quiet again");
    let said_after = line(&program, next + 1)?;
    let quiet = Look::now()?;
    let more = quiet.received - long.said.received;
    let real = more as f64 / (quiet.at - long.said.at).as_secs_f64();
    let observed = format!(
        "after it {more} bytes came in, {real:.0} a second, and {said_after:.0} bytes/s was said"
    );
    // Others may use the interface. Their bytes are counted, at moments that are not quite ours.
    let (lowest, _) = long.rates();
    case.expect(
        said_after < 2.0 * real + 0.1 * lowest,
        "what came before the line before does not count",
        observed,
    )?;

    case.step("send something within one interval");
    // The look of the line before was after the release.
    let (short, said, _) = held(case, &program, long.released, ms(0))?;
    is_rate(case, said, &short, start, Some((&long, said_of_long)))?;
    if long.shortest() < short.longest().mul_f64(LONGER) {
        case.step("hold it for longer than that took");
        let time = short.longest().mul_f64(LONGER);
        let (longer, said_of_longer, _) = held(case, &program, short.released, time)?;
        is_rate(case, said_of_longer, &longer, start, Some((&short, said)))?;
    }

    case.passed(format!(
        "of {:.0} bytes that came in while it was held for {} ms the rate was said, of {:.0} within {} \
         ms as well, and {said_after:.0} bytes/s in between",
        long.bytes(),
        long.shortest().as_millis(),
        short.bytes(),
        short.longest().as_millis()
    ))
}

/// Stops the program in its sleep for at least this long, and sends something meanwhile. What is
/// said of that, and the number of the line that says it.
fn held(
    case: &Case,
    program: &Running,
    begin: Look,
    time: Duration,
) -> Result<(Burst, f64, usize), Stop> {
    let frozen = program.freeze()?;
    let stopped = Look::now()?;
    let bytes = usize::try_from(case.number(10..=16)).unwrap_or(10) * MIB;
    send(bytes)?;
    until(secs(5), || (stopped.at.elapsed() > time).then_some(()));
    // All that it said before has come by now.
    let next = count(program) + 1;
    let released = Look::now()?;
    drop(frozen);
    let said = line(program, next)?;
    let burst = Burst { begin, stopped, released, said: Look::now()? };
    if burst.bytes() < bytes as f64 {
        let reason = "the counters in /sys/class/net/lo are not those of the loopback interface that \
                      this process uses";
        return Err(Stop::unknown(reason, "run it where /sys belongs to the network namespace"));
    }
    Ok((burst, said, next))
}
