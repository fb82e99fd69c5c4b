use std::net::TcpListener;

use harness::broker::Broker;
use harness::check::{Case, CheckResult, Program, Reworded, Running, Stop};
use harness::evidence::{BrokerFact, BrokerState, Evidence};
use harness::supervise::Ended;
use harness::until::secs;

use crate::broker::on_kafka;
use crate::topic::Topic;

const LINGER_MS: &str = "300";
const LIMIT_MS: &str = "100";

/// What it says it has stored is stored; and of a broker that does not answer it says so.
pub(crate) fn kafka_flush_before_exit(case: &mut Case) -> CheckResult {
    on_kafka(case, |case, kafka| {
        let topic = kafka.topic(case, "orders", 1)?;
        let first = case.number(1000..=9000);
        let orders: Vec<_> =
            (first..first + case.number(40..=60)).map(|order| order.to_string()).collect();

        case.step(&format!("give it {} orders, and end its input", orders.len()));
        case.matters(
            "an order that was in the memory of a process which has ended is nowhere: no log has \
             it, no retry sends it, and the status said that all is well",
        );
        let job = give(case.program().env("LIMIT_MS", "3000"), &orders)?;
        stores(case, &job, &topic, &orders)?;

        case.step("give it to a broker that takes the connection and never answers");
        case.matters(
            "nobody runs a job again whose status was 0, and a job that waits for ever is the one \
             that the next day's job waits for",
        );
        let silent = TcpListener::bind("127.0.0.1:0")?;
        let address = silent.local_addr()?.to_string();
        let program = case.program().env(Broker::Kafka.variable(), address);
        let job = give(program.env("LIMIT_MS", LIMIT_MS), &orders)?;
        let expected = "when the broker has not taken the orders within LIMIT_MS, it ends, and not with status 0";
        let hung = "of a broker that never answers it waits without end";
        let ended = job.ends(secs(3)).expecting(expected).observing(hung)?;
        let observed =
            format!("a broker that never answered took no order, and the program {ended}");
        case.expect(matches!(ended, Ended::Exited(1..)), expected, observed)?;

        case.passed(format!(
            "{} of {} orders were stored when it said so; with a broker that never answered it \
             ended after LIMIT_MS={LIMIT_MS}, and {ended}",
            orders.len(),
            orders.len()
        ))
    })
}

fn give(program: Program, orders: &[String]) -> Result<Running, Stop> {
    let mut job = program.env("LINGER_MS", LINGER_MS).with_stdin().start()?;
    job.sends(&format!("{} orders", orders.len()), (orders.join("\n") + "\n").as_bytes())?;
    job.close_stdin();
    Ok(job)
}

/// All of them, each once, and a status that says so.
fn stores(case: &Case, job: &Running, topic: &Topic, orders: &[String]) -> Result<(), Stop> {
    let ended = job.ends(secs(3));
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
    let observed = match ended {
        Ok(ended) => format!("{count}, and the program {ended}"),
        Err(Stop::Failed(_)) => format!("after 3 s it was not done, and {count}"),
        Err(unknown) => return Err(unknown),
    };
    let mut stored: Vec<_> = records.into_iter().map(|record| record.payload).collect();
    stored.sort();
    let holds = stored == orders && ended == Ok(Ended::Exited(0));
    case.expect(holds, expected, observed).map_err(|stop| stop.with(view))
}
