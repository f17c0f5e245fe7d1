//! Networks of addresses, and from where a request came that proxies passed on.
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// An address, or a network in CIDR notation such as `10.0.0.0/8`. Never all addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network {
    base: IpAddr,
    prefix: u8,
}

/// Text that is no network to trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidNetwork {
    /// Not in the form of an address, or of an address and a length.
    #[error("is neither an address nor a network such as 10.0.0.0/8")]
    Form,
    /// The address lies inside the network instead of at its beginning.
    #[error("is not where a network begins; {0} is meant?")]
    Inside(Network),
    /// Whoever trusts everybody believes what anybody writes.
    #[error("is every address: then everybody could claim to be anybody")]
    Everybody,
}

impl Network {
    /// Reads an address or a network. IPv4 addresses that are written as IPv6 (`::ffff:10.0.0.0/104`) are those of IPv4.
    ///
    /// # Errors
    /// [`InvalidNetwork`].
    pub fn parse(text: &str) -> Result<Self, InvalidNetwork> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_e| InvalidNetwork::Form)?;
        let prefix = match length {
            None => width(address),
            Some(length) => read_length(length, width(address)).ok_or(InvalidNetwork::Form)?,
        };
        let (address, prefix) = match (address.to_canonical(), prefix.checked_sub(96)) {
            (v4 @ IpAddr::V4(_), Some(rest)) if address.is_ipv6() => (v4, rest),
            _ => (address, prefix),
        };
        if prefix == 0 {
            return Err(InvalidNetwork::Everybody);
        }
        let network = Self { base: first_of(address, prefix), prefix };
        if network.base == address { Ok(network) } else { Err(InvalidNetwork::Inside(network)) }
    }

    /// The network of so many bits in which an address lies; an address has 32 of them, or 128.
    pub fn around(address: IpAddr, bits: u8) -> Self {
        let address = address.to_canonical();
        let prefix = bits.min(width(address));
        Self { base: first_of(address, prefix), prefix }
    }

    /// What one customer of a network operator has: an address of IPv4, a /64 of IPv6.
    pub fn of_customer(address: IpAddr) -> Self {
        let bits = if address.to_canonical().is_ipv4() { 32 } else { 64 };
        Self::around(address, bits)
    }

    /// How many bits its addresses have in common.
    pub const fn bits(&self) -> u8 {
        self.prefix
    }

    /// Whether one customer has all of it.
    pub const fn is_one_customer(&self) -> bool {
        self.prefix >= if self.base.is_ipv4() { 32 } else { 64 }
    }

    /// Whether an address lies in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.base.is_ipv4() && first_of(address, self.prefix) == self.base
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.base)?;
        if self.prefix == width(self.base) { Ok(()) } else { write!(f, "/{}", self.prefix) }
    }
}

/// Whose request it is. `forwarded` are the entries of `X-Forwarded-For`, the last one first: each proxy appends the address it was
/// asked from. So an entry counts only if whoever wrote it is trusted, and whatever stands left of the first stranger is the stranger's
/// own invention (security statement 23). What cannot be read ends the walk where it is.
pub fn client<'a>(
    peer: IpAddr,
    forwarded: impl IntoIterator<Item = &'a [u8]>,
    trusted: &[Network],
) -> IpAddr {
    let mut here = peer.to_canonical();
    for entry in forwarded {
        let is_trusted = trusted.iter().any(|network| network.contains(here));
        let before = if is_trusted { read_hop(entry) } else { None };
        let Some(before) = before else { break };
        here = before;
    }
    here
}

/// Some proxies write the port, too, and addresses of IPv6 in brackets.
fn read_hop(entry: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(entry).ok()?.trim_matches([' ', '\t']);
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let with_port = || bare.parse::<SocketAddr>().map(|address| address.ip());
    bare.parse::<IpAddr>().or_else(|_no_address| with_port()).ok().map(|ip| ip.to_canonical())
}

fn read_length(text: &str, most: u8) -> Option<u8> {
    let is_number = text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|length| is_number && *length <= most)
}

/// Bits of an address.
const fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// The first address of the network of so many bits in which an address lies.
pub(crate) fn first_of(address: IpAddr, prefix: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(prefix.min(32))).unwrap_or(0);
            Ipv4Addr::from_bits(v4.to_bits() & mask).into()
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(prefix.min(128))).unwrap_or(0);
            Ipv6Addr::from_bits(v6.to_bits() & mask).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn networks(texts: &[&str]) -> Vec<Network> {
        texts.iter().map(|text| Network::parse(text).unwrap()).collect()
    }

    #[test]
    fn a_network_is_read_as_it_is_written() {
        for (text, shown) in [
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("192.0.2.7", "192.0.2.7"),
            ("192.0.2.7/32", "192.0.2.7"),
            ("2001:db8::/32", "2001:db8::/32"),
            ("::1", "::1"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
        ] {
            assert_eq!(Network::parse(text).unwrap().to_string(), shown, "{text}");
        }
        let inside = Network::parse("10.1.2.3/8").unwrap_err();
        assert_eq!(inside.to_string(), "is not where a network begins; 10.0.0.0/8 is meant?");
        for (text, wanted) in [
            ("", InvalidNetwork::Form),
            ("proxy.internal", InvalidNetwork::Form),
            ("10.0.0.0/33", InvalidNetwork::Form),
            ("10.0.0.0/+8", InvalidNetwork::Form),
            ("10.0.0.0/", InvalidNetwork::Form),
            ("10.0.0.0/8/8", InvalidNetwork::Form),
            (" 10.0.0.0/8", InvalidNetwork::Form),
            ("10.0.0.1:80", InvalidNetwork::Form),
            ("2001:db8::/129", InvalidNetwork::Form),
            ("0.0.0.0/0", InvalidNetwork::Everybody),
            ("::/0", InvalidNetwork::Everybody),
            ("::ffff:0.0.0.0/96", InvalidNetwork::Everybody),
        ] {
            assert_eq!(Network::parse(text), Err(wanted), "{text}");
        }
    }

    #[test]
    fn a_network_holds_its_addresses_and_no_others() {
        for (network, address, wanted) in [
            ("10.0.0.0/8", "10.255.255.255", true),
            ("10.0.0.0/8", "11.0.0.0", false),
            ("10.0.0.0/8", "::ffff:10.1.2.3", true),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false),
            ("128.0.0.0/1", "255.0.0.1", true),
            ("2001:db8::/33", "2001:db8:7fff::1", true),
            ("2001:db8::/33", "2001:db8:8000::1", false),
            ("::/1", "10.0.0.1", false),
        ] {
            let address: IpAddr = address.parse().unwrap();
            let found = Network::parse(network).unwrap().contains(address);
            assert_eq!(found, wanted, "{address} in {network}");
        }
    }

    #[test]
    fn s23_only_what_trusted_proxies_wrote_counts() {
        let trusted = &["10.0.0.0/8", "192.0.2.7", "2001:db8:1::/48"];
        for (peer, header, wanted) in [
            // nobody is in between, or somebody we do not know
            ("198.51.100.9", "", "198.51.100.9"),
            ("198.51.100.9", "203.0.113.1", "198.51.100.9"),
            ("198.51.100.9", "203.0.113.1, 10.0.0.2", "198.51.100.9"),
            // through one proxy, through two
            ("10.0.0.2", "203.0.113.1", "203.0.113.1"),
            ("10.0.0.2", "203.0.113.1, 192.0.2.7", "203.0.113.1"),
            ("10.0.0.2", "203.0.113.1 ,\t192.0.2.7", "203.0.113.1"),
            // what the client wrote itself is left of its own address
            ("10.0.0.2", "127.0.0.1, 203.0.113.1", "203.0.113.1"),
            ("10.0.0.2", "10.0.0.5, 203.0.113.1, 192.0.2.7", "203.0.113.1"),
            ("10.0.0.2", "\u{7f}\u{fe}junk, 203.0.113.1", "203.0.113.1"),
            // somebody inside, behind proxies
            ("10.0.0.2", "10.0.0.9, 10.0.0.3", "10.0.0.9"),
            // the walk ends at the last one who is trusted
            ("10.0.0.2", "", "10.0.0.2"),
            ("10.0.0.2", "unknown", "10.0.0.2"),
            ("10.0.0.2", "203.0.113.1, ,192.0.2.7", "192.0.2.7"),
            ("10.0.0.2", "203.0.113.1, 010.0.0.1, 192.0.2.7", "192.0.2.7"),
            ("10.0.0.2", "203.0.113.1;10.0.0.3", "10.0.0.2"),
            // as other proxies write it
            ("10.0.0.2", "203.0.113.1:4711", "203.0.113.1"),
            ("10.0.0.2", "[2001:db8:9::1]:4711", "2001:db8:9::1"),
            ("10.0.0.2", "[2001:db8:9::1]", "2001:db8:9::1"),
            ("2001:db8:1::1", "2001:db8:9::1", "2001:db8:9::1"),
            // one address, whichever way it is written
            ("::ffff:10.0.0.2", "::ffff:203.0.113.1", "203.0.113.1"),
            ("::ffff:198.51.100.9", "203.0.113.1", "198.51.100.9"),
        ] {
            let entries = header.as_bytes().rsplit(|b| *b == b',');
            let entries = entries.filter(|_| !header.is_empty());
            let found = client(peer.parse().unwrap(), entries, &networks(trusted));
            assert_eq!(found.to_string(), wanted, "{peer} says {header:?}");
        }
        let nobody = client("10.0.0.2".parse().unwrap(), [&b"203.0.113.1"[..]], &[]);
        assert_eq!(nobody.to_string(), "10.0.0.2", "nobody is trusted unless configured");
        let latin = client("10.0.0.2".parse().unwrap(), [&b"\xff"[..]], &networks(trusted));
        assert_eq!(latin.to_string(), "10.0.0.2");
    }
}
