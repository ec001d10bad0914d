//! Where proxies reach the gate, and which of them may speak for others.

use super::forwarded::Proxy;
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

/// `[[listeners]]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListenerConfig {
    /// Address and port.
    pub bind: SocketAddr,
    /// The kind of proxy in front.
    pub proxy: Proxy,
    /// The proxies' own addresses; what others send is answered with 403. Default: this machine.
    #[serde(default = "this_machine")]
    pub trusted_peers: Vec<Peer>,
}

fn this_machine() -> Vec<Peer> {
    ["127.0.0.0/8", "::1"].into_iter().filter_map(|peer| peer.parse().ok()).collect()
}

/// An address, or a network as `ADDRESS/BITS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Peer {
    address: IpAddr,
    bits: u8,
}

impl Peer {
    /// Whether `address` is this one or lies in this network. An IPv4 address written as IPv6 is the same address.
    pub fn covers(&self, address: IpAddr) -> bool {
        let (own, other) = (self.address.to_canonical(), address.to_canonical());
        match (own, other) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                same_prefix(own.to_bits().into(), other.to_bits().into(), self.bits, 32)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => same_prefix(own.to_bits(), other.to_bits(), self.bits, 128),
            _ => false,
        }
    }
}

/// Whether the first `bits` of two addresses of `width` bits are the same.
fn same_prefix(own: u128, other: u128, bits: u8, width: u8) -> bool {
    let rest = u32::from(width.saturating_sub(bits));
    // Shifting all 128 bits away is no shift that the machine knows.
    own.checked_shr(rest) == other.checked_shr(rest)
}

impl FromStr for Peer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let odd = || format!("`{text}` is neither an IP address nor a network such as `10.0.0.0/8`");
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u8>().map_err(|_| odd())?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| odd())?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(width);
        if bits > width { Err(odd()) } else { Ok(Self { address, bits }) }
    }
}

impl TryFrom<String> for Peer {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::Peer;

    fn covers(peer: &str, address: &str) -> bool {
        peer.parse::<Peer>().unwrap().covers(address.parse().unwrap())
    }

    #[test]
    fn an_address_covers_itself_and_a_network_its_members() {
        assert!(covers("127.0.0.1", "127.0.0.1") && covers("127.0.0.1", "::ffff:127.0.0.1"));
        assert!(!covers("127.0.0.1", "127.0.0.2") && !covers("::1", "127.0.0.1"));
        assert!(covers("10.0.0.0/8", "10.255.1.2") && !covers("10.0.0.0/8", "11.0.0.1"));
        assert!(covers("0.0.0.0/0", "203.0.113.9") && !covers("0.0.0.0/0", "2001:db8::1"));
        assert!(
            covers("::/0", "2001:db8::1")
                && covers("2001:db8::/32", "2001:db8:1::")
                && !covers("2001:db8::/32", "2001:db9::")
        );
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for odd in ["", "localhost", "10.0.0.0/33", "10.0.0.0/x", "::/129", "10.0.0.1:80"] {
            assert!(odd.parse::<Peer>().is_err(), "{odd}");
        }
    }
}
