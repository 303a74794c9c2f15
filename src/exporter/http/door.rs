//! Who may come in: host names that are ours, tokens that are right.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, Uri, header};
use url::{Url, form_urlencoded};

use crate::config::{Http, Secret};

/// Names under which we are asked for rightfully. A page of a stranger that has its own name point to our address (DNS
/// rebinding) sends that name as `Host`; without this check a browser would let it read everything here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hosts {
    any: bool,
    names: Vec<String>,
    /// A listener on all addresses: any literal address may be ours, and no literal can be rebound.
    all_addresses: bool,
}

impl Hosts {
    /// For Unix sockets: no browser gets there, and clients send what they like.
    pub fn any() -> Self {
        Self { any: true, ..Self::default() }
    }

    /// The configured listeners, the sockets that are really bound (systemd, port 0) and the public address.
    /// Ports are not compared: they change on the way through containers, and rebinding lives on names.
    pub fn of(http: &Http, bound: &[SocketAddr]) -> Self {
        let mut hosts = Self::default();
        for listen in http.listen.iter().filter(|listen| !listen.starts_with("unix:") && *listen != "systemd") {
            hosts.add(&name_of(listen));
        }
        for address in bound {
            hosts.add(&address.ip().to_string());
        }
        if let Some(name) = Url::parse(&http.public_url).ok().as_ref().and_then(Url::host_str) {
            hosts.add(&name_of(name));
        }
        hosts
    }

    /// Whether a request with these headers meant us.
    pub(super) fn meant(&self, headers: &HeaderMap, uri: &Uri) -> bool {
        // The absolute form of a request names the host a second time; it must not get by with a good Host header.
        let named = headers.get_all(header::HOST).iter().map(|host| host.to_str().unwrap_or_default());
        let mut named = named.chain(uri.host()).peekable();
        self.any || (named.peek().is_some() && named.all(|host| self.ours(&name_of(host))))
    }

    fn ours(&self, name: &str) -> bool {
        self.names.iter().any(|ours| ours == name) || (self.all_addresses && name.parse::<IpAddr>().is_ok())
    }

    fn add(&mut self, name: &str) {
        let address = name.parse::<IpAddr>().ok();
        if address.is_some_and(|address| address.is_unspecified()) {
            self.all_addresses = true;
        }
        if name == "localhost" || address.is_some_and(|address| address.is_loopback() || address.is_unspecified()) {
            self.names.extend(["localhost", "127.0.0.1", "::1"].map(str::to_owned));
        }
        self.names.push(name.to_owned());
    }
}

/// `[::1]:80`, `Example.ORG.:80`, `example.org` without port, brackets, closing dot, in lower case.
fn name_of(host: &str) -> String {
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => match host.rsplit_once(':') {
            Some((name, _)) if !name.contains(':') => name,
            _ => host,
        },
    };
    name.trim_end_matches('.').to_ascii_lowercase()
}

/// The token a request brings: `token=` or `Authorization: Bearer`.
pub(super) fn brought(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
    });
    bearer.or_else(|| parameter(uri, "token"))
}

/// The first parameter of that name in the address.
pub(super) fn parameter(uri: &Uri, name: &str) -> Option<String> {
    form_urlencoded::parse(uri.query()?.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// Whether `brought` opens a door with these keys. Empty ones are no keys; a door without any is open.
pub(super) fn opens(brought: Option<&str>, keys: &[&Secret]) -> bool {
    let mut keys = keys.iter().filter(|key| !key.is_empty()).peekable();
    // No short cut: the time must not tell which key was nearly right.
    keys.peek().is_none() || keys.fold(false, |open, key| open | same(brought.unwrap_or_default(), key.expose()))
}

/// Comparison whose time does not depend on where two texts of one length differ.
fn same(a: &str, b: &str) -> bool {
    let differing = a.bytes().zip(b.bytes()).fold(0_u8, |differing, (a, b)| std::hint::black_box(differing | (a ^ b)));
    a.len() == b.len() && differing == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(hosts: &Hosts, host: &str, expected: bool) {
        let headers = HeaderMap::from_iter([(header::HOST, host.parse().unwrap())]);
        assert_eq!(hosts.meant(&headers, &Uri::from_static("/")), expected, "{host}");
    }

    fn http(listen: &[&str], public_url: &str) -> Http {
        let listen = listen.iter().map(|&listen| listen.to_owned()).collect();
        Http { listen, public_url: public_url.to_owned(), ..Http::default() }
    }

    #[test]
    fn loopback_has_three_names() {
        let hosts = Hosts::of(&http(&["127.0.0.1:8484"], ""), &[]);
        for good in ["127.0.0.1:8484", "localhost", "LOCALHOST.:1", "[::1]:9"] {
            check(&hosts, good, true);
        }
        for bad in ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8484", "10.0.0.1", "", "0.0.0.0", "[::2]"] {
            check(&hosts, bad, false);
        }
    }

    #[test]
    fn the_network_has_addresses_and_one_public_name() {
        let hosts = Hosts::of(&http(&["0.0.0.0:80"], "https://Feeds.Example/x"), &[]);
        for good in ["192.168.1.5", "[fe80::1]:80", "localhost:9000", "feeds.example", "feeds.example:443"] {
            check(&hosts, good, true);
        }
        check(&hosts, "evil.example", false);
        let hosts = Hosts::of(&http(&["nas.local:80", "systemd"], ""), &["10.1.2.3:80".parse().unwrap()]);
        check(&hosts, "nas.local", true);
        check(&hosts, "10.1.2.3:80", true);
        check(&hosts, "10.1.2.4", false);
        check(&hosts, "localhost", false);
    }

    #[test]
    fn every_name_in_a_request_must_be_ours() {
        let hosts = Hosts::of(&http(&["127.0.0.1:1"], ""), &[]);
        let headers = HeaderMap::from_iter([(header::HOST, "localhost".parse().unwrap())]);
        assert!(!hosts.meant(&headers, &Uri::from_static("http://evil.example/")));
        assert!(!hosts.meant(&HeaderMap::new(), &Uri::from_static("/")), "none at all is HTTP/1.0 of no browser, and no reader");
        assert!(Hosts::any().meant(&HeaderMap::new(), &Uri::from_static("/")));
    }

    #[test]
    fn tokens_open_their_door_only() {
        let (none, a, b) = (Secret::default(), Secret::new("aaaa"), Secret::new("bbbb"));
        assert!(opens(None, &[&none, &none]));
        assert!(!opens(None, &[&none, &a]) && !opens(Some(""), &[&none, &a]));
        assert!(opens(Some("aaaa"), &[&a, &b]) && opens(Some("bbbb"), &[&a, &b]));
        assert!(!opens(Some("aaab"), &[&a, &b]) && !opens(Some("aaaaa"), &[&a]) && !opens(Some("aaa"), &[&a]));
    }

    #[test]
    fn a_token_comes_in_header_or_address() {
        let check = |header: Option<&str>, uri: &'static str, expected: Option<&str>| {
            let headers = header.map(|value| (header::AUTHORIZATION, value.parse().unwrap()));
            assert_eq!(brought(&headers.into_iter().collect(), &Uri::from_static(uri)).as_deref(), expected);
        };
        check(None, "/", None);
        check(None, "/?x=1&token=a%20b", Some("a b"));
        check(Some("bearer t"), "/?token=u", Some("t"));
        check(Some("Basic dDp0"), "/?token=u", Some("u"));
    }
}
