//! Free ports of the loopback interface.

use std::net::{Ipv4Addr, TcpListener};
use std::ops::RangeInclusive;

/// Below 32768, where the kernel takes ports for outgoing connections (ip(7),
/// `ip_local_port_range`): a port found free there may be somebody's own end a moment later.
const USUAL: RangeInclusive<u16> = 20_000..=32_000;

/// As many different free ports as asked for, from the range in `FAULTLINGS_PORTS` (`21000-21010`)
/// if it is set. Between this look and the server's own bind(2) somebody else may take one, so a
/// server that cannot bind is started again with others.
pub(crate) fn free<const COUNT: usize>() -> Result<[u16; COUNT], String> {
    let range = match std::env::var("FAULTLINGS_PORTS") {
        Ok(text) => parse(&text).ok_or_else(|| {
            format!("FAULTLINGS_PORTS is `{text}`, not two ports as in 21000-21010")
        })?,
        Err(_) => USUAL,
    };
    let (first, last) = (*range.start(), *range.end());
    in_range(range)
        .ok_or_else(|| format!("fewer than {COUNT} free ports between {first} and {last}"))
}

fn in_range<const COUNT: usize>(range: RangeInclusive<u16>) -> Option<[u16; COUNT]> {
    // A random beginning, so that two starts at once seldom look at the same port.
    let start = fastrand::u16(range.clone());
    let candidates = (start..=*range.end()).chain(*range.start()..start);
    // Held until all are found, or the same would be found twice.
    let mut held = Vec::new();
    for port in candidates {
        if held.len() == COUNT {
            break;
        }
        held.extend(TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok().map(|free| (port, free)));
    }
    let ports: Vec<u16> = held.iter().map(|(port, _)| *port).collect();
    ports.try_into().ok()
}

fn parse(text: &str) -> Option<RangeInclusive<u16>> {
    let (first, last) = text.split_once('-')?;
    let range = first.trim().parse().ok()?..=last.trim().parse().ok()?;
    (!range.is_empty()).then_some(range)
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpListener};

    use super::{in_range, parse};

    #[test]
    fn a_taken_port_is_passed_over() {
        let (port, _held) = (18_000..19_000)
            .find_map(|port| {
                let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok()?;
                TcpListener::bind((Ipv4Addr::LOCALHOST, port + 1)).ok()?;
                Some((port, taken))
            })
            .unwrap();
        for _ in 0..20 {
            assert_eq!(in_range::<1>(port..=port + 1), Some([port + 1]));
        }
        assert_eq!(in_range::<1>(port..=port), None);
        assert_eq!(in_range::<2>(port..=port + 1), None);
    }

    #[test]
    fn a_range_is_two_ports() {
        assert_eq!(parse("21000-21010"), Some(21_000..=21_010));
        for wrong in ["21000", "21010-21000", "a-b", "1-99999"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
