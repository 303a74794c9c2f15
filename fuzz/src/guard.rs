//! Which addresses are asked: whatever they are spelled like, none that is not public.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use feedmux::fetcher::guard::{self, Policy};
use url::{Host, Url};

use super::{first_line, is_web, one_line};

/// No address that is not public is asked, however it is spelled and whatever it is wrapped into, unless it is named; naming one never
/// takes away another. The first line is an address, the others are exceptions; the last bytes are addresses too.
pub fn guard(data: &[u8]) {
    let (address, lines) = first_line(data);
    let nothing = Policy::default();
    let lines: Vec<String> = String::from_utf8_lossy(lines).split('\n').map(str::to_owned).collect();
    let policy = policy(&lines);
    let mut tail = [0; 16];
    data.iter().rev().zip(tail.iter_mut().rev()).for_each(|(from, to)| *to = *from);
    let (mut v6, mut v4) = (Ipv6Addr::from(tail), Ipv4Addr::from([tail[12], tail[13], tail[14], tail[15]]));

    if let Ok(url) = Url::parse(&String::from_utf8_lossy(address)) {
        let judged = guard::check_url(&url, &nothing);
        match url.host() {
            Some(Host::Domain(name)) if judged.is_ok() => is_foreign(name),
            Some(Host::Domain(_)) | None => {}
            Some(Host::Ipv4(ip)) => v4 = ip,
            Some(Host::Ipv6(ip)) => v6 = ip,
        }
        match judged {
            Ok(()) => {
                assert!(is_web(url.as_str()) && url.has_host(), "{url}");
                assert!(![Some(22), Some(25), Some(6379)].contains(&url.port()), "{url}");
                assert_eq!(guard::check_url(&url, &policy), Ok(()), "{lines:?}");
            }
            Err(blocked) => one_line(&blocked.to_string()),
        }
        let name = url.host_str().unwrap_or_default();
        for policy in [&nothing, &policy] {
            let addresses = [v6.into(), v4.into()];
            let allowed = |ip: &IpAddr| policy.allows_host(name) || policy.allows_ip(*ip) || !is_reserved(*ip);
            match guard::vet(name, &addresses, policy) {
                Ok(vetted) => assert!(!vetted.is_empty() && vetted.iter().all(allowed), "{vetted:?}"),
                Err(blocked) => assert!(!addresses.iter().any(allowed), "{blocked}"),
            }
        }
    }

    for ip in [v4.into(), v6.into()] {
        assert_eq!(guard::is_public(ip), !is_reserved(ip), "{ip}");
    }
    for host in spellings(v4) {
        assert_eq!(accepts(&host, &nothing), !is_reserved(v4.into()), "{host}");
    }
    let [a, b, c, d] = v4.octets();
    let [high, low] = [u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])];
    for prefix in ["::ffff:", "64:ff9b::"] {
        let host = format!("[{prefix}{high:x}:{low:x}]");
        assert_eq!(accepts(&host, &nothing), !is_reserved(v4.into()), "{host}");
    }
    let teredo = format!("[2001:0:909:909::{:x}:{:x}]", !high, !low);
    let [compatible, translated, local] = ["::", "::ffff:0:", "64:ff9b:1::"].map(|prefix| format!("[{prefix}{high:x}:{low:x}]"));
    for host in [teredo, compatible, translated, local, format!("[2002:{high:x}:{low:x}::1]"), format!("[fe80::5efe:{v4}]")] {
        assert!(!accepts(&host, &nothing), "{host}");
    }
    is_kept(&v4.to_string(), v4.into());
    is_kept(&v6.to_string(), v6.into());
}

/// The policy of those lines that can be read. They are judged one by one, and one that is an address allows it.
fn policy(lines: &[String]) -> Policy {
    let readable = |line: &&String| match Policy::parse(std::slice::from_ref(*line)) {
        Ok(_) => {
            if let Ok(ip) = line.trim().parse() {
                is_kept(line, ip);
            }
            true
        }
        Err(error) => {
            one_line(&error);
            false
        }
    };
    let good: Vec<String> = lines.iter().filter(readable).cloned().collect();
    assert_eq!(Policy::parse(lines).is_ok(), good.len() == lines.len());
    Policy::parse(&good).expect("each of them is good")
}

/// Whoever names an address may have it, and a name that leads to it.
fn is_kept(line: &str, ip: IpAddr) {
    let policy = Policy::parse(&[line.to_owned()]).expect("an address");
    assert!(policy.allows_ip(ip), "{line:?}");
    assert_eq!(guard::vet("a.test", &[ip], &policy), Ok(vec![ip]));
    assert!(accepts(&if ip.is_ipv6() { format!("[{ip}]") } else { ip.to_string() }, &policy), "{line:?}");
}

fn accepts(host: &str, policy: &Policy) -> bool {
    let url = Url::parse(&format!("http://{host}/")).unwrap_or_else(|error| panic!("{error}: {host}"));
    guard::check_url(&url, policy).is_ok()
}

/// A name that nobody can take for an address or for a name of the local network, whichever program reads it.
fn is_foreign(name: &str) {
    let labels: Vec<String> = name.strip_suffix('.').unwrap_or(name).split('.').map(str::to_ascii_lowercase).collect();
    assert!(!labels.iter().any(String::is_empty), "{name:?} has an empty label");
    assert!(name.trim_end_matches('.').parse::<IpAddr>().is_err(), "{name:?} is an address");
    let local = ["localhost", "localdomain", "local", "internal", "intranet", "lan", "home", "corp"];
    assert!(!labels.last().is_some_and(|last| local.contains(&last.as_str())), "{name:?} is a local name");
    assert!(!labels.ends_with(&["home".to_owned(), "arpa".to_owned()]), "{name:?} is a local name");
}

/// What browsers take for this address.
fn spellings(ip: Ipv4Addr) -> Vec<String> {
    let ([a, b, c, d], bits) = (ip.octets(), ip.to_bits());
    let wide = |c: char| c.to_digit(10).and_then(|digit| char::from_u32(0xff10 + digit)).unwrap_or('\u{3002}');
    vec![
        ip.to_string(),
        format!("{ip}."),
        format!("{bits}"),
        format!("{bits:#x}"),
        format!("0X{bits:X}"),
        format!("0{bits:o}"),
        format!("{a:#x}.{b:#x}.{c:#x}.{d:#x}"),
        format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
        format!("{a}.{b}.{}", bits & 0xffff),
        format!("{a}.{}", bits & 0xff_ffff),
        ip.to_string().chars().map(wide).collect(),
        ip.to_string().bytes().map(|byte| format!("%{byte:02x}")).collect(),
    ]
}

/// The special-purpose registries once more, as the standard library knows them where it does.
fn is_reserved(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            let local = ip.is_private() || ip.is_loopback() || ip.is_link_local() || (a == 100 && (64..128).contains(&b));
            let tests = ip.is_documentation() || (a == 198 && (18..20).contains(&b));
            local || tests || a == 0 || a >= 224 || (a == 192 && b == 0 && c == 0) || (a == 192 && b == 88 && c == 99)
        }
        IpAddr::V6(ip) => {
            let [a, b, c, d, e, f, ..] = ip.segments();
            let [.., i, j, k, l] = ip.octets();
            if matches!([a, b, c, d, e, f], [0, 0, 0, 0, 0, 0xffff] | [0x64, 0xff9b, 0, 0, 0, 0]) {
                return is_reserved(Ipv4Addr::new(i, j, k, l).into());
            }
            let tests = (a == 0x2001 && b == 0xdb8) || (a == 0x3fff && b < 0x1000);
            !(0x2000..0x4000).contains(&a) || tests || (a == 0x2001 && b < 0x200) || a == 0x2002
        }
    }
}
