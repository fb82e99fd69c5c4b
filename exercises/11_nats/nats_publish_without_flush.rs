//! The pictures that nobody saw
//!
//! A weighbridge takes a picture of each lorry. When it closes in the evening, a job closes the day,
//! sends the pictures to the office and ends, so that the machine can be switched off. It has said
//! `sent 64 pictures` and ended with status 0 each evening since March. In June there was a dispute
//! about a lorry, and somebody looked: the office has not got one picture. When the job was tried
//! out, in a test that went on to do other things, all of them had arrived.
//!
//! What it does: closes the day, sends picture FIRST, FIRST + 1 and so on, COUNT of them, to the
//! subject `pictures`, and ends with status 0:
//!
//! ```text
//! sent 64 pictures
//! ```
//!
//! What it should do: just that, and each picture arrives. The line to the office is slow on some
//! evenings and stands still for a while on others; then the job takes longer. On all others it is
//! done as soon as the last picture has gone. Whoever reads `sent` ends whatever is left of the job, so
//! that is said behind all that it has to do.
//!
//! By hand, with a broker that runs (`cargo run -- brokers up`), and somebody who listens in another
//! terminal; NATS speaks text (put in the port that `brokers up` names):
//!
//! ```text
//! (echo 'SUB pictures 1'; cat) | nc 127.0.0.1 4222 | cut -c -72
//! cargo run -q -p nats --bin nats_publish_without_flush -- 7 5 1
//! ```
//!
//! FIRST is 1, COUNT is 64 and a picture has 256 KiB unless you say otherwise, in this order.

use std::env;

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
        client.publish(subject.clone(), take(picture, size).into()).await?;
    }
    // TODO: `publish` has said `Ok` each time. Who was it that said so?
    println!("sent {count} pictures");
    Ok(())
}

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
