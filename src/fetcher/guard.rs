//! Pure: is this address public, is this URL allowed? Asked on every hop, and by the resolver for every name.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::config::Private;

/// A refusal, with the reason that people read in `feeds.last_error`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{host} is not contacted: {reason}")]
pub struct Blocked {
    /// Host or address.
    pub host: String,
    /// Why, and which setting would allow it.
    pub reason: String,
    /// Whether `fetch.allow_private` could.
    pub allowable: bool,
}

/// What may be contacted although it is not public: `fetch.allow_private`, to which the configuration adds the lines of its file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    hosts: HashSet<String>,
    domains: Vec<String>,
    nets: Vec<Net>,
}

/// Whether `url` may be asked at all: http(s), a host, no address and no name that is known not to be public.
///
/// Names are judged by what they resolve to later, in the resolver; addresses never get there (the HTTP client does not resolve
/// them), so they are judged here. The `url` crate has already folded `0x7f.1`, `2130706433` and full-width digits.
///
/// # Errors
/// Says what is refused and which setting would allow it.
pub fn check_url(url: &Url, policy: &Policy) -> Result<(), Blocked> {
    let refuse = |host: &str, reason: String| Err(Blocked { host: host.to_owned(), reason, allowable: false });
    if !matches!(url.scheme(), "http" | "https") {
        return refuse(url.scheme(), "only http and https addresses are asked".to_owned());
    }
    let Some(host) = url.host() else {
        return refuse(url.scheme(), "the address names no host".to_owned());
    };
    let text = host.to_string();
    let ip = match &host {
        Host::Domain(name) => {
            // `localhost..` is no name to a resolver, but there are proxies that drop the dots and then know it
            if name.strip_suffix('.').unwrap_or(name).split('.').any(str::is_empty) {
                return refuse(&text, "a part of the name is empty".to_owned());
            }
            if !policy.allows_host(name)
                && let Some(why) = special_name(name, policy)
            {
                return Err(private(&text, why));
            }
            None
        }
        Host::Ipv4(ip) => Some(IpAddr::V4(*ip)),
        Host::Ipv6(ip) => Some(IpAddr::V6(*ip)),
    };
    if let Some(ip) = ip
        && !policy.allows_ip(ip)
        && let Some(why) = not_public(ip)
    {
        return Err(private(&text, &format!("the address is not public ({why})")));
    }
    match url.port() {
        Some(port) if REFUSED_PORTS.contains(&port) => refuse(&text, format!("port {port} does not speak HTTP")),
        _ => Ok(()),
    }
}

/// The addresses of `name` that may be connected to; an answer that mixes public and private ones keeps the public ones.
///
/// # Errors
/// When none is left, naming the first that was refused.
pub fn vet(name: &str, addresses: &[IpAddr], policy: &Policy) -> Result<Vec<IpAddr>, Blocked> {
    let (good, refused): (Vec<IpAddr>, Vec<IpAddr>) = addresses.iter().partition(|ip| allows(name, **ip, policy));
    match refused.first() {
        Some(ip) if good.is_empty() => Err(refusal(name, *ip)),
        _ => Ok(good),
    }
}

/// Whether a proxy may be asked for `name`: it picks the address itself, so none of them may be refused.
///
/// # Errors
/// Names the first that is.
pub fn vet_for_proxy(name: &str, addresses: &[IpAddr], policy: &Policy) -> Result<(), Blocked> {
    addresses.iter().find(|ip| !allows(name, **ip, policy)).map_or(Ok(()), |ip| Err(refusal(name, *ip)))
}

fn allows(name: &str, ip: IpAddr, policy: &Policy) -> bool {
    policy.allows_host(name) || policy.allows_ip(ip) || is_public(ip)
}

fn refusal(name: &str, ip: IpAddr) -> Blocked {
    let why = not_public(ip).unwrap_or("special use");
    private(name, &format!("it resolves to {ip}, which is not public ({why})"))
}

fn private(host: &str, why: &str) -> Blocked {
    const REMEDY: &str = "allow_private under [fetch] in the configuration lists exceptions";
    Blocked { host: host.to_owned(), reason: format!("{why}; {REMEDY}"), allowable: true }
}

/// Whether `ip` is an address of the public Internet, by the IANA special-purpose registries (RFC 6890 and later).
///
/// IPv6 forms that carry an IPv4 address are judged by it (mapped, NAT64) or refused as deprecated (compatible, 6to4, Teredo).
pub fn is_public(ip: IpAddr) -> bool {
    not_public(ip).is_none()
}

/// Cross-protocol attacks: a line of HTTP makes a mail or database server do things. The rest of the ports is free,
/// because feeds do live on odd ones.
const REFUSED_PORTS: [u16; 29] = [
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 53, 110, 119, 135, 139, 143, 389, 445, 465, 587, 636, 993, 995, 6379, 11211,
];

const NOT_PUBLIC_V4: [(Ipv4Addr, u8, &str); 15] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8, "this network"),
    (Ipv4Addr::new(10, 0, 0, 0), 8, "private network"),
    (Ipv4Addr::new(100, 64, 0, 0), 10, "shared by a provider's customers"),
    (Ipv4Addr::new(127, 0, 0, 0), 8, "loopback"),
    (Ipv4Addr::new(169, 254, 0, 0), 16, "link-local"),
    (Ipv4Addr::new(172, 16, 0, 0), 12, "private network"),
    (Ipv4Addr::new(192, 0, 0, 0), 24, "protocol assignments"),
    (Ipv4Addr::new(192, 0, 2, 0), 24, "documentation"),
    (Ipv4Addr::new(192, 88, 99, 0), 24, "6to4 relays"),
    (Ipv4Addr::new(192, 168, 0, 0), 16, "private network"),
    (Ipv4Addr::new(198, 18, 0, 0), 15, "benchmarking"),
    (Ipv4Addr::new(198, 51, 100, 0), 24, "documentation"),
    (Ipv4Addr::new(203, 0, 113, 0), 24, "documentation"),
    (Ipv4Addr::new(224, 0, 0, 0), 4, "multicast"),
    (Ipv4Addr::new(240, 0, 0, 0), 4, "reserved"),
];

/// The first that holds counts. The last line refuses all that is not global unicast, so what IANA reserves next is refused already.
const NOT_PUBLIC_V6: [(Ipv6Addr, u8, &str); 11] = [
    (Ipv6Addr::LOCALHOST, 128, "loopback"),
    (Ipv6Addr::new(0, 0, 0, 0, 0, 0, 0, 0), 96, "unspecified or IPv4-compatible"),
    (Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, 0, 0), 48, "local NAT64"),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7, "private network"),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10, "link-local"),
    (Ipv6Addr::new(0xfec0, 0, 0, 0, 0, 0, 0, 0), 10, "site-local"),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8, "multicast"),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, "protocol assignments, Teredo"),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, "documentation"),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, "6to4"),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, "documentation"),
];

fn not_public(ip: IpAddr) -> Option<&'static str> {
    match ip {
        IpAddr::V4(_) => {
            NOT_PUBLIC_V4.iter().find(|(base, bits, _)| Net::new((*base).into(), *bits).contains(ip)).map(|line| line.2)
        }
        IpAddr::V6(v6) => {
            if let Some(inner) = v6.to_ipv4_mapped().or_else(|| nat64(v6)) {
                return not_public(IpAddr::V4(inner));
            }
            let known =
                NOT_PUBLIC_V6.iter().find(|(base, bits, _)| Net::new((*base).into(), *bits).contains(ip)).map(|line| line.2);
            known.or_else(|| (v6.segments()[0] >> 13 != 1).then_some("not global unicast"))
        }
    }
}

/// RFC 6052: networks with IPv6 only reach IPv4 through `64:ff9b::/96`.
fn nat64(v6: Ipv6Addr) -> Option<Ipv4Addr> {
    let [0x64, 0xff9b, 0, 0, 0, 0, high, low] = v6.segments() else { return None };
    Some(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)))
}

/// RFC 6761, 6762, 8375, ICANN's `.internal`, and names without a dot, which only a search list or a local name server knows. Behind
/// a proxy nobody would vet what they resolve to.
fn special_name(name: &str, policy: &Policy) -> Option<&'static str> {
    const LOCAL: [&str; 7] = ["local", "internal", "intranet", "lan", "home", "corp", "home.arpa"];
    let name = fold(name);
    if within(&name, "localhost") || within(&name, "localdomain") {
        let loopback = policy.allows_ip(Ipv4Addr::LOCALHOST.into()) || policy.allows_ip(Ipv6Addr::LOCALHOST.into());
        return (!loopback).then_some("the name means this machine");
    }
    // With an allowed network these names are what it is reached by; their addresses are still vetted.
    let local = !name.contains('.') || LOCAL.iter().any(|zone| within(&name, zone));
    (policy.nets.is_empty() && local).then_some("the name belongs to a local network")
}

fn within(name: &str, zone: &str) -> bool {
    name.strip_suffix(zone).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn fold(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

impl Policy {
    /// Reads lines as [`Private::read`] has them.
    ///
    /// # Errors
    /// Names the line that is none.
    pub fn parse(lines: &[String]) -> Result<Self, String> {
        let mut policy = Self::default();
        for line in lines {
            match Private::read(line)? {
                Some(Private::Host(name)) => drop(policy.hosts.insert(name)),
                Some(Private::Below(zone)) => policy.domains.push(zone),
                Some(Private::Net { base, bits }) => policy.nets.push(Net::new(base, bits)),
                None => {}
            }
        }
        Ok(policy)
    }

    /// Whether the user named this host, whatever it resolves to.
    pub fn allows_host(&self, name: &str) -> bool {
        let name = fold(name);
        let below = |domain: &String| name.strip_suffix(domain.as_str()).is_some_and(|rest| rest.ends_with('.'));
        self.hosts.contains(&name) || self.domains.iter().any(below)
    }

    /// Whether the user named this address or a network around it. An IPv4-mapped address is the IPv4 address.
    pub fn allows_ip(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        self.nets.iter().any(|net| net.contains(ip))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Net {
    base: IpAddr,
    bits: u8,
}

impl Net {
    fn new(base: IpAddr, bits: u8) -> Self {
        Self { base, bits }
    }

    fn contains(self, ip: IpAddr) -> bool {
        match (self.base, ip) {
            (IpAddr::V4(base), IpAddr::V4(ip)) => {
                (base.to_bits() ^ ip.to_bits()).checked_shr(32 - u32::from(self.bits)).unwrap_or(0) == 0
            }
            (IpAddr::V6(base), IpAddr::V6(ip)) => {
                (base.to_bits() ^ ip.to_bits()).checked_shr(128 - u32::from(self.bits)).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

#[cfg(test)]
#[path = "guard_tests.rs"]
mod tests;
