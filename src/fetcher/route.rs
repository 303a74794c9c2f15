//! What this machine can say of itself when a request came nowhere: nothing is sent.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};

use super::errors;

/// Addresses that belong to nobody (RFC 5737, 3849): only a default route leads there.
const NOBODY_V4: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);
const NOBODY_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);

/// The state of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Machine {
    /// It has a way out, as far as it knows.
    Well,
    /// Neither kind of address has a default route.
    Offline,
    /// It has no socket left to look with.
    Exhausted(String),
}

/// Looks. To connect a datagram socket is to look the route up, no more.
pub(super) fn machine() -> Machine {
    const DISCARD: u16 = 9;
    let look = |from: IpAddr, to: IpAddr| -> io::Result<()> { UdpSocket::bind((from, 0))?.connect((to, DISCARD)) };
    let looked = [look(Ipv4Addr::UNSPECIFIED.into(), NOBODY_V4.into()), look(Ipv6Addr::UNSPECIFIED.into(), NOBODY_V6.into())];
    if looked.iter().any(Result::is_ok) {
        return Machine::Well;
    }
    let exhausted = looked.into_iter().filter_map(Result::err).find(errors::is_out_of_resources);
    exhausted.map_or(Machine::Offline, |error| Machine::Exhausted(error.to_string()))
}
