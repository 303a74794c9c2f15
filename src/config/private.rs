//! One exception of `fetch.allow_private`: read here for the check and for the guard alike, so that they cannot disagree.

use std::net::IpAddr;

use url::Host;

/// Something that may be contacted although it is not public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Private {
    /// This host, whatever it resolves to; lower case, without a dot at its end.
    Host(String),
    /// All hosts below this one.
    Below(String),
    /// The addresses that share the first `bits` bits with `base`; an IPv4-mapped one is the IPv4 address, as it is to the guard.
    Net {
        /// Any address of the network.
        base: IpAddr,
        /// 0 to 32 or 128.
        bits: u8,
    },
}

impl Private {
    /// Reads `host`, `*.host`, an address, or `ADDRESS/BITS`; `#` begins a comment, and a line without anything else is nothing.
    ///
    /// # Errors
    /// Names what is none of these, and the remedy.
    pub fn read(line: &str) -> Result<Option<Self>, String> {
        let entry = line.split('#').next().unwrap_or_default().trim();
        if entry.is_empty() {
            return Ok(None);
        }
        let wrong = || {
            let entry = entry.escape_debug();
            format!("\"{entry}\" is no host; write a host (nas.lan, *.lan), an address (192.168.1.5) or a network (192.168.1.0/24)")
        };
        let plain = entry.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(entry);
        if let Some((base, bits)) = plain.split_once('/') {
            let base: IpAddr = base.parse().map_err(|_| wrong())?;
            let most = if base.is_ipv4() { 32 } else { 128 };
            return match bits.parse::<u8>() {
                Ok(bits) if bits <= most => Ok(Some(Self::net(base, bits))),
                _ => Err(format!("\"{}\" is no network: the prefix is a number from 0 to {most}", entry.escape_debug())),
            };
        }
        if let Ok(base) = plain.parse::<IpAddr>() {
            return Ok(Some(Self::net(base, if base.is_ipv4() { 32 } else { 128 })));
        }
        let read = match entry.strip_prefix("*.") {
            Some(zone) => name(zone).map(Self::Below),
            None => name(entry).map(Self::Host),
        };
        read.map(Some).ok_or_else(wrong)
    }

    fn net(base: IpAddr, bits: u8) -> Self {
        const MAPPED: u8 = 96;
        match (base.to_canonical(), bits.checked_sub(MAPPED)) {
            (IpAddr::V4(inner), Some(bits)) if base.is_ipv6() => Self::Net { base: inner.into(), bits },
            _ => Self::Net { base, bits },
        }
    }
}

/// `2130706433` and `0x7f.1` are addresses to a browser: whoever allows one writes it plainly. `a.lan,b.lan` is a name to the
/// `url` crate, and would allow neither.
fn name(text: &str) -> Option<String> {
    let Host::Domain(name) = Host::parse(text).ok()? else { return None };
    let name = name.strip_suffix('.').unwrap_or(&name).to_ascii_lowercase();
    let is_label = |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    name.split('.').all(is_label).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_addresses_and_networks() {
        let check = |line: &str, expected: Option<Private>| assert_eq!(Private::read(line), Ok(expected), "{line}");
        let host = |name: &str| Some(Private::Host(name.to_owned()));
        let below = |name: &str| Some(Private::Below(name.to_owned()));
        let net = |base: &str, bits| Some(Private::Net { base: base.parse().unwrap(), bits });
        check("nas.lan", host("nas.lan"));
        check("  NAS.lan. # the box", host("nas.lan"));
        check("my_host", host("my_host"));
        check("bücher.example", host("xn--bcher-kva.example"));
        check("*.lan", below("lan"));
        check("*.home.lan", below("home.lan"));
        check("10.0.0.1", net("10.0.0.1", 32));
        check("::1", net("::1", 128));
        check("[::1]", net("::1", 128));
        check("10.0.0.0/8", net("10.0.0.0", 8));
        check("fd00::/8", net("fd00::", 8));
        check("::ffff:10.0.0.1", net("10.0.0.1", 32));
        check("::ffff:10.0.0.0/104", net("10.0.0.0", 8));
        check("::ffff:10.0.0.0/95", net("::ffff:10.0.0.0", 95));
        check("", None);
        check(" # nothing", None);
    }

    #[test]
    fn what_is_none_of_these_is_named() {
        for line in [
            ".",
            "..",
            "*",
            "*.",
            "*.*.lan",
            "a.*",
            "*.10.0.0.1",
            "*.10.0.0.0/8",
            "http://nas.lan",
            "nas.lan:80",
            "nas/24",
            "/8",
            "2130706433",
            "0x7f.1",
            "a b",
            "a.lan,b.lan",
        ] {
            let error = Private::read(line).unwrap_err();
            assert!(error.starts_with(&format!("\"{line}\" is no host; write a host (nas.lan, *.lan)")), "{error}");
        }
        for (line, most) in [("10.0.0.0/33", 32), ("10.0.0.0/x", 32), ("10.0.0.0/-1", 32), ("::/129", 128)] {
            let expected = format!("\"{line}\" is no network: the prefix is a number from 0 to {most}");
            assert_eq!(Private::read(line), Err(expected));
        }
        for line in ["a\rb", "10.0.0.0/\n"] {
            let error = Private::read(line).unwrap_err();
            assert!(!error.contains(['\r', '\n']), "{error}");
        }
    }
}
