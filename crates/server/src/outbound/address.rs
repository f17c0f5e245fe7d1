//! Which addresses a request may go to. What is not known to be public is not.
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Where an address leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zone {
    /// The internet.
    Public,
    /// This machine or a private network: allowed only where the administrator says so.
    Private,
    /// Nowhere a request should ever go: metadata services, link-local, multicast, reserved, embedded addresses.
    Never,
}

/// The zone of an address (registries of IANA: RFC 6890 and its updates).
pub(crate) fn zone(address: IpAddr) -> Zone {
    match address {
        IpAddr::V4(address) => v4(address),
        IpAddr::V6(address) => v6(address),
    }
}

#[expect(clippy::match_same_arms, reason = "one arm for each reason")]
fn v4(address: Ipv4Addr) -> Zone {
    match address.octets() {
        // metadata of Alibaba Cloud inside shared space, and of Azure inside public space
        [100, 100, 100, 200] | [168, 63, 129, 16] => Zone::Never,
        // loopback, private use, shared address space
        [127 | 10, ..] | [192, 168, ..] | [172, 16..=31, ..] | [100, 64..=127, ..] => Zone::Private,
        // this network, multicast, reserved, broadcast; link-local with its metadata services
        [0 | 224..=255, ..] | [169, 254, ..] => Zone::Never,
        // protocol assignments, documentation, 6to4 relays, benchmarks
        [192, 0, 0 | 2, _]
        | [192, 88, 99, _]
        | [198, 18..=19, ..]
        | [198, 51, 100, _]
        | [203, 0, 113, _] => Zone::Never,
        _ => Zone::Public,
    }
}

#[expect(clippy::match_same_arms, reason = "one arm for each reason")]
fn v6(address: Ipv6Addr) -> Zone {
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 1] => Zone::Private,
        // NAT64 (RFC 6052), what a network without IPv4 makes of every name: as public as what it stands for
        [0x0064, 0xff9b, 0, 0, 0, 0, high, low] => match v4(embedded(high, low)) {
            Zone::Public => Zone::Public,
            Zone::Private | Zone::Never => Zone::Never,
        },
        // metadata of Amazon inside unique local space
        [0xfd00, 0x0ec2, ..] => Zone::Never,
        [0xfc00..=0xfdff, ..] => Zone::Private,
        // protocol assignments with Teredo, documentation, 6to4: they embed or stand for other addresses
        [0x2001, 0..=0x01ff | 0x0db8, ..] | [0x2002, ..] | [0x3fff, 0..=0x0fff, ..] => Zone::Never,
        [0x2000..=0x3fff, ..] => Zone::Public,
        // unspecified, IPv4-mapped and -compatible, NAT64 of a network's own, link-local, site-local, multicast, unassigned
        _ => Zone::Never,
    }
}

/// The last four bytes of an IPv6 address.
const fn embedded(high: u16, low: u16) -> Ipv4Addr {
    let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
    Ipv4Addr::new(a, b, c, d)
}
