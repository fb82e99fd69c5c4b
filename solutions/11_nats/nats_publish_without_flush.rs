//! The pictures that nobody saw: solved
//!
//! `publish` is an order to the client, not to the server: it puts a command into a queue in memory
//! and is done. A task that `connect` has spawned takes the commands out and writes them to the socket.
//! On a runtime of one thread that task runs while `main` waits for something, and from the first
//! `publish` to the end of `main` nothing has to be waited for. Then the runtime ends, and every task
//! with it.
//!
//! What changes: one line, which waits for that task.

use std::env;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), async_nats::Error> {
    let first = number(1, 1);
    let count = number(2, 64);
    let size = number(3, 256) * 1024;

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
    // Returns when all that was published before is written to the socket. From there on it is the
    // kernel's, which goes on sending when this process has ended. It waits for the line, not for a
    // time: if nothing can be written, it does not return. Once, at the end: behind each message it
    // would cost a write each.
    //
    // `drain` is no such wait. It puts a command into the same queue and is done; what it promises
    // happens later, in the task, if there is a later.
    //
    // What this does not say: that the server has taken the pictures, or that there was somebody to
    // hear them. In other clients `flush` is a way to the server and back (PING, PONG); here it is
    // not. Who has to know either asks for an answer (`request`), or sends to a stream: see the next
    // chapter.
    client.flush().await?;
    println!("sent {count} pictures");
    Ok(())
}
// async_nats::Client under `publish`, `flush` and `drain`; async_nats::ConnectOptions under
// `client_capacity`; docs.nats.io, "NATS Client Protocol"

/// A picture: what it is called, and as many bytes in all as it has.
fn take(picture: u64, size: u64) -> Vec<u8> {
    let mut bytes = format!("picture {picture}\r\n").into_bytes();
    bytes.resize(usize::try_from(size).unwrap_or(bytes.len()), b'.');
    bytes
}

/// The argument at this place, counted from 1.
fn number(place: usize, usual: u64) -> u64 {
    env::args().nth(place).and_then(|text| text.parse().ok()).unwrap_or(usual)
}
