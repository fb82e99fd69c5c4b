//! The pictures that nobody saw: solved
//!
//! `publish` is an order to the client, not to the server: it puts a command into a queue in memory
//! and is done. A task that `connect` has spawned takes the commands out and writes them to the socket.
//! On a runtime of one thread that task runs while `main` waits for something, and from the first
//! `publish` to the end of `main` nothing has to be waited for. Then the runtime ends, and every task
//! with it.
//!
//! What changes: `main` waits until that task has written, and the server has taken, what it sent.

use std::env;

use futures_util::StreamExt;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), async_nats::Error> {
    let first = number(1, 1);
    let count = number(2, 64);
    let size = usize::try_from(number(3, 256))? * 1024;

    let client = async_nats::connect(world::nats()).await?;
    let subject = world::name("pictures");
    println!("ready");

    world::act_async("close", first).await?;
    for picture in first..first + count {
        // Ready at once, as long as the queue has room for a command (2048 unless `ConnectOptions`
        // say otherwise). With more threads another one may have written some of the commands by the
        // end of `main`: then some pictures are lost and some are not, each day a different number.
        client.publish(subject.clone(), take(picture, size).into()).await?;
    }
    // `client.flush().await?` in this place returns when all that was published before is written to
    // the socket, and the kernel goes on from there when this process has ended. It waits for the
    // line and not for a time, and is what most programs need. `drain` is no such wait: it puts a
    // command into the same queue and is done, and what it promises happens later, if there is a
    // later.
    //
    // Flushed is not arrived. If the server says anything after our last read (a PONG, a PING), the
    // kernel of a process that has ended answers with a reset, and drops what it has not sent yet. On
    // a busy machine that cost 25 of 32 pictures, after a `flush` that was `Ok`. So this one goes to
    // the server and back. A server works off the lines of one connection in order: whoever gets a
    // message that he has sent to himself knows that everything before it was taken.
    let inbox = client.new_inbox();
    let mut echo = client.subscribe(inbox.clone()).await?;
    client.publish(inbox, "".into()).await?;
    // It waits for as long as it takes; a job that somebody waits for puts a limit around it
    // (`tokio::time::timeout`) and says so, by another status, when the limit was what ended the
    // wait.
    //
    // Taken is not heard either. Whether there was a subscriber, nobody says; that takes an answer of
    // his (`Client::request`), or a stream: see the next chapter.
    echo.next().await;
    println!("sent {count} pictures");
    Ok(())
}
// async_nats::Client under `publish`, `flush` and `drain`; RFC 1122, section 4.2.2.13, on the reset;
// async_nats::ConnectOptions under `client_capacity`; docs.nats.io, "NATS Client Protocol"

/// A picture: what it is called, and as many bytes in all as it has.
fn take(picture: u64, size: usize) -> Vec<u8> {
    let title = format!("picture {picture}\r\n");
    let rest = ".".repeat(size.saturating_sub(title.len()));
    (title + &rest).into_bytes()
}

/// The argument at this place, counted from 1.
fn number(place: usize, usual: u64) -> u64 {
    env::args().nth(place).and_then(|text| text.parse().ok()).unwrap_or(usual)
}
