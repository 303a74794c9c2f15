//! The units of politeness: what counts as one host, and as one place.

use std::net::IpAddr;

use url::{Host, Url};

/// Registrable domain of an address (`news.example.co.uk` gives `example.co.uk`); host and port where there is none, as
/// with IP addresses and local names. Empty for what is no address.
pub fn host_of(address: &str) -> String {
    Url::parse(address.trim()).map(|url| host_of_url(&url)).unwrap_or_default()
}

/// As [`host_of`], of an address that was read already.
pub fn host_of_url(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    let with_port = || format!("{host}:{}", url.port_or_known_default().unwrap_or(80));
    match url.host() {
        None => String::new(),
        Some(Host::Domain(_)) => match psl::domain_str(host) {
            Some(domain) => domain.to_owned(),
            None if host.contains('.') => host.to_owned(),
            None => with_port(),
        },
        Some(_) => with_port(),
    }
}

/// What a site is called in its addresses: `example` of `www.news.example.co.uk`. None of addresses without a name.
pub fn site_name(host: &str) -> Option<&str> {
    if host.parse::<IpAddr>().is_ok() {
        return None;
    }
    psl::domain_str(host.trim_end_matches('.'))?.split('.').next()
}

/// Where a request arrives, whatever the name that led there: the address. In a private network one address is many machines, or
/// one machine with many services, each behind a port of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    ip: IpAddr,
    port: Option<u16>,
}

impl Place {
    /// The place of a public address.
    pub fn of(ip: IpAddr) -> Self {
        Self { ip, port: None }
    }

    /// The place of an address that is not public.
    pub fn private(ip: IpAddr, port: u16) -> Self {
        Self { ip, port: Some(port) }
    }
}

#[cfg(test)]
mod tests {
    use super::{host_of, site_name};

    #[test]
    fn a_site_is_called_by_what_stands_before_its_public_suffix() {
        for (host, expected) in [
            ("www.example.com", Some("example")),
            ("ft.example", Some("ft")),
            ("news.bb.co.uk", Some("bb")),
            ("vg.no.", Some("vg")),
            ("localhost", None),
            ("127.0.0.1", None),
        ] {
            assert_eq!(site_name(host), expected, "{host}");
        }
    }

    #[test]
    fn all_names_of_one_owner_are_one_host() {
        for (address, expected) in [
            ("https://news.example.co.uk/feed", "example.co.uk"),
            ("https://www.example.org./", "example.org"),
            ("http://127.0.0.1:8080/a", "127.0.0.1:8080"),
            ("http://[::1]/", "[::1]:80"),
            ("http://localhost/", "localhost:80"),
            ("https://WWW.example.org:8080/", "example.org"),
            ("https://co.uk/", "co.uk"),
            ("no address", ""),
            ("", ""),
            ("mailto:a@example.org", ""),
        ] {
            assert_eq!(host_of(address), expected, "{address}");
        }
    }
}
