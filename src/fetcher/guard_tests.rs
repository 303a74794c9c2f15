use super::*;
use proptest::prelude::*;

fn policy(lines: &[&str]) -> Policy {
    Policy::parse(&lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>()).expect("a good policy")
}

fn check(ips: &[&str], expected: bool) {
    for ip in ips {
        assert_eq!(is_public(ip.parse().expect(ip)), expected, "{ip}");
    }
}

fn check_with(lines: &[&str], url: &str, expected: bool) {
    let parsed = Url::parse(url).expect(url);
    assert_eq!(check_url(&parsed, &policy(lines)).is_ok(), expected, "{url} with {lines:?}");
}

#[test]
fn public_addresses_are_public() {
    check(&["1.0.0.1", "9.9.9.9", "100.63.0.1", "100.128.0.0", "126.255.255.255", "128.0.0.1"], true);
    check(&["169.253.1.1", "169.255.0.1", "172.15.0.1", "172.32.0.0", "192.0.1.1", "192.0.3.0"], true);
    check(&["192.88.98.1", "192.167.1.1", "198.17.1.1", "198.20.0.0", "203.0.112.9", "223.255.255.255"], true);
    check(&["2001:200::1", "2003::1", "2600::1", "2a02::5", "3ffe::1", "::ffff:9.9.9.9", "64:ff9b::909:909"], true);
}

#[test]
fn special_ipv4_is_not_public() {
    check(&["0.0.0.0", "0.255.255.255", "10.1.2.3", "100.64.0.0", "100.127.255.255", "127.0.0.1", "127.200.0.1"], false);
    check(&["169.254.0.1", "172.16.0.0", "172.31.255.255", "192.0.0.8", "192.0.2.77", "192.88.99.2", "192.168.255.255"], false);
    check(&["198.18.0.0", "198.19.255.255", "198.51.100.3", "203.0.113.255", "224.0.0.251", "239.1.1.1"], false);
    check(&["240.1.1.1", "255.255.255.255"], false);
}

#[test]
fn special_ipv6_is_not_public() {
    check(&["::", "::1", "::2", "fc00::", "fdff::1", "fe80::1", "febf::1", "fec0::9", "ff02::1", "ff0e::1"], false);
    check(&["100::5", "2001:db8::7", "2001:0:1::1", "2001:2::9", "2001:20::2", "2001:1ff::1", "5f00::9", "3fff:fff::1"], false);
    check(&["4000::1", "1fff::1", "e000::1", "64:ff9b:1::808:808", "64:ff9b:0:0:0:1::1"], false);
}

#[test]
fn ipv4_inside_ipv6_is_unwrapped() {
    check(&["::ffff:127.0.0.1", "::ffff:a00:1", "::ffff:169.254.169.254", "64:ff9b::10.0.0.1", "64:ff9b::c0a8:101"], false);
    check(&["::127.0.0.1", "::9.9.9.9", "2002:a00:1::1", "2002:909:909::1", "2001:0:909:909::1"], false);
}

#[test]
fn every_spelling_of_an_address_is_seen() {
    for host in ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.0.0.1.", "１２７.0.0.1", "127。0。0。1"]
    {
        check_with(&[], &format!("http://{host}/"), false);
        check_with(&["127.0.0.0/8"], &format!("http://{host}/"), true);
    }
    check_with(&[], "http://[::ffff:7f00:1]/", false);
    check_with(&["127.0.0.0/8"], "http://[::ffff:7f00:1]/", true);
    check_with(&["127.0.0.0/8"], "http://[64:ff9b::7f00:1]/", false);
    check_with(&[], "http://[::]/", false);
    check_with(&[], "http://0/", false);
    check_with(&[], "http://9.9.9.9@127.0.0.1/", false);
    check_with(&[], "http://9.9.9.9/", true);
    check_with(&[], "http://[2600::1]:8080/feed", true);
}

#[test]
fn other_schemes_and_ports_of_other_protocols_are_refused() {
    for url in ["ftp://example.org/", "file:///etc/passwd", "data:,x", "gopher://example.org/", "javascript:alert(1)"] {
        check_with(&["example.org"], url, false);
    }
    for (port, good) in [(0, false), (25, false), (6379, false), (80, true), (8080, true), (65535, true)] {
        check_with(&[], &format!("http://example.org:{port}/"), good);
    }
}

#[test]
fn names_of_local_networks_are_refused_unless_allowed() {
    for name in [
        "localhost",
        "LocalHost.",
        "a.localhost",
        "printer.local",
        "api.internal",
        "x.home.arpa",
        "nas.lan",
        "localhost.localdomain",
    ] {
        check_with(&[], &format!("http://{name}/"), false);
        check_with(&[name], &format!("http://{name}/"), true);
    }
    check_with(&["127.0.0.0/8"], "http://localhost:8000/", true);
    check_with(&["::1"], "http://localhost/", true);
    check_with(&["192.168.0.0/16"], "http://localhost/", false);
    check_with(&["192.168.0.0/16"], "http://nas.lan/", true);
    check_with(&["*.lan"], "http://nas.lan/", true);
    check_with(&["*.lan"], "http://lan/", false);
    check_with(&[], "http://mylocalhost/", true);
    check_with(&[], "http://internal.example.org/", true);
}

#[test]
fn names_with_empty_parts_are_refused() {
    for host in ["localhost..", "127.0.0.1..", "10.0.0.1...", "example..org", ".example.org", "."] {
        check_with(&["localhost", "127.0.0.0/8", "*.org"], &format!("http://{host}/"), false);
    }
    check_with(&[], "http://example.org./", true);
}

#[test]
fn an_exception_may_be_written_as_mapped() {
    check_with(&["::ffff:10.0.0.1"], "http://10.0.0.1/", true);
    check_with(&["::ffff:10.0.0.1"], "http://[::ffff:a00:1]/", true);
    check_with(&["::ffff:10.0.0.1"], "http://10.0.0.2/", false);
    check_with(&["::ffff:10.0.0.0/104"], "http://10.255.0.1/", true);
    check_with(&["::ffff:10.0.0.0/104"], "http://172.16.0.1/", false);
    check_with(&["::ffff:0:0/95"], "http://10.0.0.1/", false);
}

#[test]
fn an_allowed_network_allows_nothing_beside_it() {
    check_with(&["10.1.0.0/16"], "http://10.1.255.1/", true);
    check_with(&["10.1.0.0/16"], "http://10.2.0.1/", false);
    check_with(&["10.1.2.3"], "http://10.1.2.3/", true);
    check_with(&["10.1.2.3"], "http://10.1.2.4/", false);
    check_with(&["fd00::/8"], "http://[fd12::1]/", true);
    check_with(&["[fd12::1]"], "http://[fd12::2]/", false);
    check_with(&["0.0.0.0/0"], "http://192.168.0.1/", true);
    check_with(&["0.0.0.0/0"], "http://[::1]/", false);
    check_with(&["::/0"], "http://[::1]/", true);
}

#[test]
fn a_policy_names_the_line_it_cannot_read() {
    assert_eq!(policy(&["# all of it", "", "  nas.lan # the box"]), policy(&["nas.lan"]));
    for line in ["10.0.0.0/33", "10.0.0/8", "fd00::/129", "a b", "nas:80", "http://nas/", "/8", "10.0.0.0/-1"] {
        let error = Policy::parse(&[line.to_owned()]).expect_err(line);
        assert!(error.contains(line), "{error}");
    }
}

#[test]
fn of_a_mixed_answer_the_public_addresses_are_kept() {
    let ips = |list: &[&str]| list.iter().map(|ip| ip.parse().expect("ip")).collect::<Vec<IpAddr>>();
    let vetted = |name: &str, list: &[&str], lines: &[&str]| vet(name, &ips(list), &policy(lines));
    assert_eq!(vetted("a.test", &["10.0.0.1", "9.9.9.9"], &[]), Ok(ips(&["9.9.9.9"])));
    assert_eq!(vetted("a.test", &["10.0.0.1", "9.9.9.9"], &["10.0.0.0/8"]), Ok(ips(&["10.0.0.1", "9.9.9.9"])));
    assert_eq!(vetted("A.test.", &["10.0.0.1"], &["a.test"]), Ok(ips(&["10.0.0.1"])));
    assert_eq!(vetted("a.test", &[], &[]), Ok(vec![]));
    let blocked = vetted("a.test", &["::ffff:10.0.0.1"], &[]).expect_err("private");
    assert!(blocked.to_string().starts_with("a.test is not contacted: it resolves to ::ffff:10.0.0.1"), "{blocked}");
    assert!(blocked.reason.contains("fetch.allow_private"), "{blocked}");
}

proptest! {
    #[test]
    fn no_url_makes_it_panic(text in "(http|https|ftp)://[^ ]{0,40}", line in "\\PC{0,20}") {
        let policy = Policy::parse(&[line]).unwrap_or_default();
        if let Ok(url) = Url::parse(&text) {
            let _ = check_url(&url, &policy);
        }
    }

    #[test]
    fn mapped_and_plain_are_judged_alike(bits in any::<u32>()) {
        let v4 = Ipv4Addr::from(bits);
        prop_assert_eq!(is_public(v4.into()), is_public(v4.to_ipv6_mapped().into()));
    }
}
