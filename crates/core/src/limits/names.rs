//! What counters are called: keyed hashes, so that a name tells of no number and no address.
use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::keys::Key;
use crate::phone::PhoneNumber;

/// The name of a number in counters, messages and analytics: a keyed hash, unlinkable without the key.
pub fn number_id(key: &Key, phone: &PhoneNumber) -> String {
    name(key, &[b"number", phone.digits().as_bytes()])
}

/// Addresses that tell who asks: those of this machine and of private networks are a proxy's that is not among `trusted_proxies`, or
/// of people whom somebody let in.
pub fn telling(address: IpAddr) -> Option<IpAddr> {
    let address = address.to_canonical();
    let is_private = match address {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    };
    (!is_private).then_some(address)
}

/// What one customer of a network operator has: an address of IPv4, a /64 of IPv6. It begins as its network does, so that the counters of
/// both lie together.
pub(super) fn address_id(key: &Key, address: IpAddr) -> String {
    let network = network_id(key, address);
    within(&network, &prefix_id(key, "address", address, (32, 64)))
}

/// What one organisation has: a /24 of IPv4, a /48 of IPv6.
pub(super) fn network_id(key: &Key, address: IpAddr) -> String {
    prefix_id(key, "network", address, (24, 48))
}

fn prefix_id(key: &Key, what: &str, address: IpAddr, (v4, v6): (u8, u8)) -> String {
    let prefix = if address.is_ipv4() { v4 } else { v6 };
    let base = crate::network::first_of(address, prefix).to_string();
    name(key, &[what.as_bytes(), base.as_bytes()])
}

/// The name of a part of something, which lies beside it in the index: what is changed together is on one page then. 66 bits tell the
/// parts of one thing apart.
pub(super) fn within(whole: &str, part: &str) -> String {
    let part = part.get(..11).unwrap_or(part);
    format!("{whole}.{part}")
}

pub(super) fn name(key: &Key, parts: &[&[u8]]) -> String {
    URL_SAFE_NO_PAD.encode(key.mac(parts).get(..16).unwrap_or_default())
}
