use std::net::TcpListener;
use std::time::{Duration, SystemTime};

use harness::broker::Broker;
use harness::check::{Case, CheckResult, Program, Reworded, Running, Stop};
use harness::evidence::{BrokerFact, BrokerState, Evidence};
use harness::report::Stream;
use harness::supervise::Ended;
use harness::until::secs;

use crate::broker::on_kafka;
use crate::topic::Topic;

const LINGER_MS: i64 = 200;
/// For a broker that takes what it is given, and for one that never answers.
const LIMIT_MS: &str = "2000";
const SHORT_LIMIT_MS: &str = "100";
/// For programs that are not done after LIMIT_MS: a right one is, in both cases.
const DONE: Duration = secs(3);
/// What the topic takes at most, in bytes, which is far more than all orders but a long one are; and
/// how long that one is.
const WIDEST: u32 = 10_000;
const LONG: usize = 20_000;

/// What it says it has stored is stored; and of a broker that does not take all of it it says so.
pub(crate) fn kafka_flush_before_exit(case: &mut Case) -> CheckResult {
    on_kafka(case, |case, kafka| {
        let topic = kafka.narrow_topic(case, "orders", WIDEST)?;
        let first = case.number(1000..=9000);
        let orders: Vec<_> =
            (first..first + case.number(40..=60)).map(|order| order.to_string()).collect();

        case.step(&format!("give it {} orders, and end its input", orders.len()));
        let mut job = start(case.program().env("LIMIT_MS", LIMIT_MS))?;
        gives(&mut job, &orders)?;
        stores(case, &job, &topic, &orders)?;

        case.step("give it to a broker that takes the connection and never answers");
        let silent = TcpListener::bind("127.0.0.1:0")?;
        let address = silent.local_addr()?.to_string();
        let program = case.program().env(Broker::Kafka.variable(), address);
        let mut job = start(program.env("LIMIT_MS", SHORT_LIMIT_MS))?;
        gives(&mut job, &orders)?;
        let what = "a broker that never answered took no order";
        case.matters("a job that waits for longer than it may is the one that the next job meets");
        let expected = "when the broker has not taken the orders within LIMIT_MS, it ends";
        let late = format!("LIMIT_MS was {SHORT_LIMIT_MS}, and the broker never answered");
        let ended = job.ends(DONE).expecting(expected).observing(&late)?;
        owns_up(case, &job, ended, what, orders.len())?;

        case.step("give it two orders, one after the other, and leave its input open");
        let mut job = start(case.program().env("LIMIT_MS", LIMIT_MS))?;
        lingers(case, &mut job, &topic, orders.len())?;

        kafka.refuses_what_is_too_long("whether it tells of an order that was refused")?;
        case.step("give it one that is longer than the topic takes, and end its input");
        gives(&mut job, &["7".repeat(LONG)])?;
        let what = "the broker refused one of 3 orders";
        let ended = job.ends(DONE).expecting("it ends").observing(what)?;
        owns_up(case, &job, ended, what, 3)?;

        case.passed(format!(
            "{count} of {count} orders were stored when it said so; with a broker that never \
             answered, and with one that refused an order, it said no more than was true, and exited \
             with status 1",
            count = orders.len()
        ))
    })
}

fn start(program: Program) -> Result<Running, Stop> {
    program.env("LINGER_MS", LINGER_MS.to_string()).with_stdin().start()
}

/// The last that it is given.
fn gives(job: &mut Running, orders: &[String]) -> Result<(), Stop> {
    job.sends(&format!("{} orders", orders.len()), (orders.join("\n") + "\n").as_bytes())?;
    job.close_stdin();
    Ok(())
}

/// All of them, each once, a status that says so, and a line.
fn stores(case: &Case, job: &Running, topic: &Topic, orders: &[String]) -> Result<(), Stop> {
    let ended = job.ends(DONE);
    let records = topic.records()?;
    let count = format!("{} of {} orders are stored", records.len(), orders.len());
    let expected = "each order is stored once, and then the program exits with status 0";
    let view = Evidence::Broker(BrokerState {
        of: "of topic orders, after that".to_owned(),
        rows: vec![BrokerFact {
            name: "records".to_owned(),
            observed: records.len().to_string(),
            expected: Some(orders.len().to_string()),
        }],
    });
    let (observed, why) = match ended {
        Ok(ended) => (
            format!("{count}, and the program {ended}"),
            "an order that was in the memory of a process which has ended is nowhere: no log has it, \
             no retry sends it, and the status said that all is well",
        ),
        Err(Stop::Failed(_)) => (
            format!(
                "with LINGER_MS={LINGER_MS} and LIMIT_MS={LIMIT_MS} it was not done after {} s, and \
                 {count}",
                DONE.as_secs()
            ),
            "a job whose orders wait for one another is still at work when the next evening comes",
        ),
        Err(unknown) => return Err(unknown),
    };
    case.matters(why);
    let mut stored: Vec<_> = records.into_iter().map(|record| record.payload).collect();
    stored.sort();
    let holds = stored == orders && ended == Ok(Ended::Exited(0));
    case.expect(holds, expected, observed).map_err(|stop| stop.with(view))?;

    case.matters("who looks at the job in the morning finds nothing that it has said");
    let observed = format!("{count}, and it did not say so");
    case.expect(says(job, orders.len()), "it says that the orders are stored", observed)
}

/// Whether a line of it has this number and the word `stored`.
fn says(job: &Running, count: usize) -> bool {
    let count = count.to_string();
    let is_it = |line: &String| {
        line.contains("stored") && line.split_whitespace().any(|word| word == count)
    };
    job.stdout_lines().iter().any(is_it)
}

/// It has not stored all of them: its status is 1, and it has not said that it has.
fn owns_up(case: &Case, job: &Running, ended: Ended, what: &str, count: usize) -> Result<(), Stop> {
    case.matters(match ended {
        Ended::Exited(0) => "nobody runs a job again whose status was 0",
        _ => "whoever is to run the job again looks for a fault in it first",
    });
    let is_panic = job.text(Stream::Stderr).contains("panicked at");
    let it = if is_panic { "after a panic the program" } else { "the program" };
    let observed = format!("{what}, and {it} {ended}");
    let expected = "when the broker has not taken all orders, its status is 1";
    case.expect(ended == Ended::Exited(1), expected, observed)?;

    case.matters("who reads what the job has said believes it, whatever its status was");
    let observed = format!("{what}, and before its end the program said that {count} were stored");
    case.expect(!says(job, count), "it says that orders are stored when they are", observed)
}

/// An order waits for others, unless its input has ended. `before` is what the topic has.
fn lingers(case: &Case, job: &mut Running, topic: &Topic, before: usize) -> Result<(), Stop> {
    case.matters(
        "a request for each order, where one for many was enough, is what the broker is busy with \
         when others want something of it",
    );
    // With the first one it makes its connection, which takes its time. One that reads to the end
    // of its input before it sends anything stores neither.
    for nth in 0..2 {
        job.write_line(&format!("{}", nth + 1))?;
        if !topic.outgrows(before + nth, secs(1))? {
            return Ok(());
        }
    }
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_millis();
    let created = topic.records()?.last().and_then(|record| record.created).unwrap_or_default();
    let waited = i64::try_from(now).unwrap_or(i64::MAX) - created;
    let expected = "an order may wait LINGER_MS for others before it is sent";
    let observed = format!(
        "LINGER_MS was {LINGER_MS}, nothing came behind the second order, and {waited} ms after it \
         was handed over it was stored"
    );
    // The two clocks count whole milliseconds, and timers are not better than that.
    case.expect(waited >= LINGER_MS - 10, expected, observed)
}
