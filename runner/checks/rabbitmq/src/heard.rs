//! What the broker has said to a program, read from the line between the two.
//!
//! AMQP 0-9-1 is a sequence of frames: a byte for the kind, two for the channel, four for the length
//! of what comes then, and a byte at the end. In a frame of kind 1 the first four bytes name a
//! method.

use std::collections::BTreeMap;

use harness::proxy::Proxy;
use harness::until::{secs, until};

/// The kind of frame that carries a method.
const METHOD: u8 = 1;

/// What comes before the content of a frame.
const HEAD: usize = 7;

/// Methods that answer a publisher, as class and number.
const SELECT_OK: [u8; 4] = [0, 85, 0, 11];
const RETURN: [u8; 4] = [0, 60, 0, 50];
const ACK: [u8; 4] = [0, 60, 0, 80];
const NACK: [u8; 4] = [0, 60, 0, 120];

/// A message for a consumer.
const DELIVER: [u8; 4] = [0, 60, 0, 60];

/// What a program was told.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    /// Whether it has asked for confirms.
    pub(crate) confirms: bool,
    /// How many messages were answered for, by a confirm or a refusal.
    pub(crate) answered: u64,
    /// How many messages came back.
    pub(crate) returned: usize,
    /// How many refusals there were.
    pub(crate) refused: usize,
    /// How many messages it was given to work on, those that came again counted again.
    pub(crate) delivered: usize,
}

impl Heard {
    /// All that was said on this line. For after the program's end: then the broker closes its own,
    /// and nothing more comes.
    pub(crate) fn on(line: &Proxy) -> Self {
        until(secs(5), || (line.open() == 0).then_some(()));
        Self::of(&line.said())
    }

    fn of(mut said: &[u8]) -> Self {
        let mut heard = Self::default();
        // Confirms are counted for each channel from 1, and one may stand for all before it.
        let mut answered: BTreeMap<[u8; 2], u64> = BTreeMap::new();
        while let [kind, c1, c2, l1, l2, l3, l4, rest @ ..] = said {
            let length = u32::from_be_bytes([*l1, *l2, *l3, *l4]) as usize;
            let Some(content) = rest.get(..length) else { break };
            if let ([m1, m2, m3, m4, arguments @ ..], &METHOD) = (content, kind) {
                let method = [*m1, *m2, *m3, *m4];
                heard.confirms |= method == SELECT_OK;
                heard.returned += usize::from(method == RETURN);
                heard.refused += usize::from(method == NACK);
                heard.delivered += usize::from(method == DELIVER);
                if let (Some(tag), ACK | NACK) = (arguments.first_chunk(), method) {
                    let last = answered.entry([*c1, *c2]).or_default();
                    *last = (*last).max(u64::from_be_bytes(*tag));
                }
            }
            said = said.get(HEAD + length + 1..).unwrap_or_default();
        }
        heard.answered = answered.values().sum();
        heard
    }
}

#[cfg(test)]
mod tests {
    use super::{ACK, DELIVER, Heard, RETURN, SELECT_OK};

    fn frame(method: [u8; 4], arguments: &[u8]) -> Vec<u8> {
        let length = u32::try_from(4 + arguments.len()).unwrap().to_be_bytes();
        [&[1, 0, 1], &length[..], &method, arguments, &[0xCE]].concat()
    }

    #[test]
    fn counts_what_was_answered() {
        let ack = |tag: u8| frame(ACK, &[0, 0, 0, 0, 0, 0, 0, tag, 1]);
        let heartbeat = vec![8, 0, 0, 0, 0, 0, 0, 0xCE];
        let deliver = frame(DELIVER, &[1, 49, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 113]);
        let said =
            [frame(SELECT_OK, &[]), ack(1), heartbeat, frame(RETURN, &[1, 56]), deliver, ack(4)];
        let heard = Heard::of(&said.concat());
        assert!(heard.confirms);
        assert_eq!((heard.answered, heard.returned, heard.refused), (4, 1, 0));
        assert_eq!(heard.delivered, 1);
    }
}
