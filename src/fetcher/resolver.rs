//! Names to addresses that may be connected to: looked up once, vetted, and those are the ones the client connects to.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, LookupIpStrategy, NameServerConfig, ResolverConfig, ResolverOpts};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;

use super::guard::{self, Blocked, Policy};
use super::{errors, route};
use crate::model::FetchError;

/// Addresses of one name that are tried.
const MAX_ADDRESSES: usize = 16;

/// Names kept, answers each; longest belief in an answer and in "no such name".
const CACHED_ANSWERS: u64 = 4096;
const BELIEVE_ANSWER: Duration = Duration::from_secs(600);
const BELIEVE_ABSENCE: Duration = Duration::from_secs(60);

/// The resolver of the one client. Cheap to clone.
#[derive(Clone)]
pub(super) struct Resolver(Arc<Inner>);

struct Inner {
    source: Source,
    policy: Policy,
    /// The user's own proxy may live in the private network; a feed on the same name is checked before it is asked.
    proxy_host: Option<String>,
}

enum Source {
    /// `fetch.dns_server`.
    Server(Box<TokioResolver>),
    /// As the system says, read again when it says something else: a daemon that started before the network would stay deaf.
    System(Box<Mutex<Option<(Stamps, TokioResolver)>>>),
}

/// A name without an address, on its way through the client.
#[derive(Clone, Debug, thiserror::Error)]
#[error(transparent)]
pub(super) struct NoAddress(pub(super) FetchError);

impl Resolver {
    /// A resolver that asks `dns_server` (`ADDRESS[:PORT]`), or the system's when it is empty.
    ///
    /// # Errors
    /// One line, when `dns_server` is no address.
    pub(super) fn new(dns_server: &str, policy: Policy, proxy_host: Option<String>) -> Result<Self, String> {
        let source = if dns_server.is_empty() {
            Source::System(Box::default())
        } else {
            Source::Server(Box::new(ask_server(server_address(dns_server)?).map_err(|error| error.to_string())?))
        };
        Ok(Self(Arc::new(Inner { source, policy, proxy_host })))
    }

    /// Whether a proxy may be asked for `name`.
    ///
    /// # Errors
    /// When one of its addresses is refused. That the name is unknown is no error here: behind a proxy it may be known.
    pub(super) async fn vet_for_proxy(&self, name: &str) -> Result<(), Blocked> {
        guard::vet_for_proxy(name, &self.lookup(name).await.unwrap_or_default(), &self.0.policy)
    }

    /// Where `name` is asked first, if anywhere.
    pub(super) async fn first_address(&self, name: &str) -> Option<IpAddr> {
        self.connectable(name).await.ok()?.first().copied()
    }

    /// Where `name` may be asked.
    pub(super) async fn connectable(&self, name: &str) -> Result<Vec<IpAddr>, Box<dyn std::error::Error + Send + Sync>> {
        let found = self.lookup(name).await?;
        if self.0.proxy_host.as_deref() == Some(name) {
            return Ok(found);
        }
        Ok(guard::vet(name, &found, &self.0.policy)?)
    }

    async fn lookup(&self, name: &str) -> Result<Vec<IpAddr>, NoAddress> {
        // a name with a dot is meant as it stands: the search list would ask for feed.example.org.office.lan
        let full = if name.contains('.') && !name.ends_with('.') { format!("{name}.") } else { name.to_owned() };
        let found: Vec<IpAddr> = match self.hickory() {
            Some(resolver) => {
                let wrong = |error: NetError| NoAddress(errors::explain_names(&error, name, route::machine));
                resolver.lookup_ip(full).await.map_err(wrong)?.iter().take(MAX_ADDRESSES).collect()
            }
            None => {
                let wrong = |error| NoAddress(errors::explain_library(&error, name, route::machine));
                let all = tokio::net::lookup_host((name, 0)).await.map_err(wrong)?;
                all.map(|address| address.ip()).take(MAX_ADDRESSES).collect()
            }
        };
        if found.is_empty() {
            return Err(NoAddress(FetchError::Dns { host: name.to_owned(), detail: "the name has no address".to_owned() }));
        }
        Ok(found)
    }

    /// `None`: the system's configuration cannot be read, its own library has to be asked.
    fn hickory(&self) -> Option<TokioResolver> {
        let kept = match &self.0.source {
            Source::Server(resolver) => return Some(TokioResolver::clone(resolver)),
            Source::System(kept) => kept,
        };
        let now = stamps();
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.as_ref().is_none_or(|(then, _)| *then != now) {
            *kept = as_system_says().ok().map(|resolver| (now, resolver));
        }
        kept.as_ref().map(|(_, resolver)| resolver.clone())
    }
}

impl reqwest::dns::Resolve for Resolver {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let resolver = self.clone();
        Box::pin(async move {
            let good = resolver.connectable(name.as_str()).await?;
            // port 0: the client puts in the one it wants
            Ok(Box::new(good.into_iter().map(|ip| SocketAddr::new(ip, 0))) as reqwest::dns::Addrs)
        })
    }
}

fn as_system_says() -> Result<TokioResolver, NetError> {
    let mut builder = TokioResolver::builder_tokio()?;
    tune(builder.options_mut());
    builder.build()
}

fn ask_server(server: SocketAddr) -> Result<TokioResolver, NetError> {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = server.port();
        connection
    });
    let server = NameServerConfig::new(server.ip(), true, connections.to_vec());
    let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
    let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
    tune(builder.options_mut());
    builder.build()
}

fn tune(options: &mut ResolverOpts) {
    // IPv4 first: the client tries the other family 300 ms later, and broken IPv6 is the commoner case
    options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
    options.cache_size = CACHED_ANSWERS;
    options.positive_max_ttl = Some(BELIEVE_ANSWER);
    options.negative_max_ttl = Some(BELIEVE_ABSENCE);
}

fn server_address(text: &str) -> Result<SocketAddr, String> {
    const DNS_PORT: u16 = 53;
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let alone = bare.parse::<IpAddr>().map(|ip| SocketAddr::new(ip, DNS_PORT));
    alone
        .or_else(|_| text.parse())
        .map_err(|_| format!("\"{text}\" is not ADDRESS or ADDRESS:PORT, like 9.9.9.9 or [2620:fe::fe]:53"))
}

/// Time of change and size of the files that the system's answers come from.
type Stamps = [Option<(SystemTime, u64)>; 2];

fn stamps() -> Stamps {
    ["/etc/resolv.conf", "/etc/hosts"].map(|path| {
        let meta = std::fs::metadata(Path::new(path)).ok()?;
        Some((meta.modified().ok()?, meta.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_an_address_with_or_without_port() {
        for (text, expected) in [
            ("9.9.9.9", "9.9.9.9:53"),
            ("127.0.0.1:5353", "127.0.0.1:5353"),
            ("::1", "[::1]:53"),
            ("[::1]", "[::1]:53"),
            ("[::1]:5353", "[::1]:5353"),
        ] {
            assert_eq!(server_address(text).expect(text).to_string(), expected);
        }
        for text in ["dns.test", "9.9.9.9:x", "9.9.9.9:99999", "1.2.3"] {
            assert!(server_address(text).expect_err(text).contains(text));
        }
    }
}
