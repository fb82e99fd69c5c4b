use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Instant;

use harness::check::{Case, CheckResult, Running, Stop};
use harness::until::{ms, secs, until};

const INTERVAL_MS: u64 = 60;
const MIB: usize = 1 << 20;
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
    let total = Look::now()?.received;
    let program = case.program().arg("lo").env("INTERVAL_MS", INTERVAL_MS.to_string()).start()?;
    program.prints("watching lo", secs(3))?;
    let first = line(&program, 1)?;
    let observed =
        format!("{first:.0} bytes/s was said, which is what was counted since it came up");
    case.expect(first < total as f64, EXPECTED, observed)?;

    case.step("hold the program for three intervals, and send something meanwhile");
    let frozen = program.freeze()?;
    let before = Look::now()?;
    let next = program.stdout_lines().iter().filter_map(|line| read(line)).count() + 1;
    let bytes = usize::try_from(case.number(12..=20)).unwrap_or(12) * MIB;
    send(bytes)?;
    until(secs(5), || (before.at.elapsed() > ms(3 * INTERVAL_MS)).then_some(()));
    drop(frozen);
    let said = line(&program, next)?;
    let after = Look::now()?;
    let sent = after.received - before.received;
    if sent < bytes as u64 {
        let reason = "the counters in /sys/class/net/lo are not those of the loopback interface that \
                      this process uses";
        return Err(Stop::unknown(reason, "run it where /sys belongs to the network namespace"));
    }
    is_rate(case, said, &before, &after)?;

    case.step("look at the line after it, when all is quiet again");
    let said = line(&program, next + 1)?;
    let quiet = Look::now()?;
    let real = rate(&after, &quiet);
    let observed = format!(
        "after it {} bytes came in, {real:.0} a second, and {said:.0} bytes/s was said",
        quiet.received - after.received
    );
    // Others may use the interface. Their bytes are counted, at moments that are not quite ours.
    let allowed = 2.0 * real + 0.1 * rate(&before, &after);
    case.expect(said < allowed, "what came before the line before does not count", observed)?;

    case.passed(format!(
        "while {sent} bytes came in within {} ms, held three intervals long, their rate was said, and \
         {said:.0} bytes/s after it",
        (after.at - before.at).as_millis()
    ))
}

fn is_rate(case: &Case, said: f64, before: &Look, after: &Look) -> Result<(), Stop> {
    let (bytes, passed) = ((after.received - before.received) as f64, after.at - before.at);
    let real = rate(before, after);
    let is = |value: f64| said > value * 0.8 && said < value * 1.25;
    let what = match () {
        () if is(bytes) => ", which are the bytes between its two looks",
        () if is(bytes * 1000.0 / INTERVAL_MS as f64) => {
            ", which is the rate if INTERVAL_MS had passed"
        }
        () => "",
    };
    let observed = format!(
        "{bytes:.0} bytes came in within {} ms, {real:.0} a second, and {said:.0} bytes/s was \
         said{what}",
        passed.as_millis()
    );
    let holds = said > real * 0.6 && said < real * 1.6;
    case.expect(holds, EXPECTED, observed)
}

/// What the kernel has counted, and when.
struct Look {
    at: Instant,
    received: u64,
}

impl Look {
    fn now() -> Result<Self, Stop> {
        let counter = "/sys/class/net/lo/statistics/rx_bytes";
        let received = fs::read_to_string(counter).ok().and_then(|text| text.trim().parse().ok());
        let received = received.ok_or_else(|| {
            let reason =
                format!("the kernel does not say what the loopback interface received ({counter})");
            Stop::unknown(reason, "run it where /sys is mounted")
        })?;
        Ok(Self { at: Instant::now(), received })
    }
}

fn rate(before: &Look, after: &Look) -> f64 {
    (after.received - before.received) as f64 / (after.at - before.at).as_secs_f64()
}

fn line(program: &Running, number: usize) -> Result<f64, Stop> {
    program.prints_nth(number, "a line with a rate, every INTERVAL_MS milliseconds", secs(2), read)
}

fn read(line: &str) -> Option<f64> {
    line.strip_prefix("lo: ")?.strip_suffix(" bytes/s")?.parse().ok()
}

/// Sends this many bytes from here to here, and returns when they have come in.
fn send(bytes: usize) -> Result<(), Stop> {
    let unusable = |error| {
        let reason = format!("the loopback interface cannot be used here: {error}");
        Stop::unknown(reason, "ip link set lo up")
    };
    let listener = TcpListener::bind("127.0.0.1:0").map_err(unusable)?;
    let mut sender = TcpStream::connect(listener.local_addr()?).map_err(unusable)?;
    let (mut receiver, _) = listener.accept()?;
    let reader = thread::spawn(move || {
        let mut buffer = vec![0; MIB];
        while receiver.read(&mut buffer).is_ok_and(|count| count > 0) {}
    });
    let buffer = vec![1; MIB];
    for _ in 0..bytes / MIB {
        sender.write_all(&buffer)?;
    }
    drop(sender);
    reader.join().map_err(|_| Stop::unknown("nothing could be received", "cargo run -- doctor"))
}
