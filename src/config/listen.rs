//! Where HTTP is served: `IP:PORT`, `unix:PATH`, `systemd`.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// One entry of `[http] listen`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    /// An address and port; port 0 takes a free one.
    Tcp(SocketAddr),
    /// A Unix socket.
    Unix(PathBuf),
    /// Whatever sockets systemd passes (`LISTEN_FDS`); what they are is known only when they are taken.
    Systemd,
}

impl Listen {
    /// Whether only this machine's users reach it. Sockets from systemd count as local here:
    /// where they listen is known only once they are taken, and is looked at then (`ops::listen::refuse_open`).
    pub fn is_local(&self) -> bool {
        match self {
            Self::Tcp(address) => address.ip().to_canonical().is_loopback(),
            Self::Unix(_) | Self::Systemd => true,
        }
    }
}

impl std::str::FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "systemd" {
            return Ok(Self::Systemd);
        }
        if let Some(path) = text.strip_prefix("unix:") {
            return match path {
                "" => Err("\"unix:\" names no path; write \"unix:/run/feedmux/http.sock\"".to_owned()),
                path => Ok(Self::Unix(path.into())),
            };
        }
        text.parse().map(Self::Tcp).map_err(|_| {
            let remedy = match text.rsplit_once(':') {
                _ if text.parse::<IpAddr>().is_ok_and(|ip| ip.is_ipv6()) => format!("[{text}]:8484"),
                _ if text.parse::<IpAddr>().is_ok() => format!("{text}:8484"),
                Some(("localhost", port)) if port.parse::<u16>().is_ok() => format!("127.0.0.1:{port}"),
                Some(("" | "*", port)) if port.parse::<u16>().is_ok() => format!("0.0.0.0:{port}"),
                _ => "127.0.0.1:8484".to_owned(),
            };
            format!("\"{text}\" is neither IP:PORT, unix:PATH nor systemd; write it like \"{remedy}\"")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listeners() {
        fn check(text: &str, expected: Result<Listen, &str>, local: bool) {
            let got: Result<Listen, String> = text.parse();
            assert_eq!(got.as_ref().is_ok_and(Listen::is_local), local, "{text}");
            assert_eq!(
                got,
                expected
                    .map_err(|remedy| format!("\"{text}\" is neither IP:PORT, unix:PATH nor systemd; write it like \"{remedy}\""))
            );
        }
        let tcp = |text: &str| Ok(Listen::Tcp(text.parse().unwrap()));
        check("127.0.0.1:8484", tcp("127.0.0.1:8484"), true);
        check("127.9.9.9:0", tcp("127.9.9.9:0"), true);
        check("[::1]:80", tcp("[::1]:80"), true);
        check("[::ffff:127.0.0.1]:80", tcp("[::ffff:127.0.0.1]:80"), true);
        check("0.0.0.0:80", tcp("0.0.0.0:80"), false);
        check("[::]:80", tcp("[::]:80"), false);
        check("192.0.2.7:80", tcp("192.0.2.7:80"), false);
        check("unix:/run/x.sock", Ok(Listen::Unix("/run/x.sock".into())), true);
        check("systemd", Ok(Listen::Systemd), true);
        check("localhost:99", Err("127.0.0.1:99"), false);
        check(":99", Err("0.0.0.0:99"), false);
        check("*:99", Err("0.0.0.0:99"), false);
        check("127.0.0.1", Err("127.0.0.1:8484"), false);
        check("::1", Err("[::1]:8484"), false);
        check("8484", Err("127.0.0.1:8484"), false);
        check("127.0.0.1:99999", Err("127.0.0.1:8484"), false);
        assert!("unix:".parse::<Listen>().is_err());
    }
}
