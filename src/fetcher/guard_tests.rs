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
fn every_class_of_address_has_its_verdict() {
    let classes: &[(&str, bool, &[&str])] = &[
        ("this network", false, &["0.0.0.7", "::ffff:0.0.0.7", "64:ff9b::7"]),
        ("private", false, &["10.20.30.40", "172.20.0.3", "192.168.77.8", "fd77::8", "fcff:1::2"]),
        ("shared by customers", false, &["100.100.100.100", "::ffff:100.64.3.4"]),
        ("this machine", false, &["127.3.2.1", "::1", "64:ff9b::127.3.2.1"]),
        ("link-local", false, &["169.254.7.7", "fe80:1::7", "::ffff:169.254.7.7", "64:ff9b::a9fe:707"]),
        ("protocol assignments", false, &["192.0.0.9", "192.0.0.171", "2001:1::1", "2001:5::5"]),
        ("documentation", false, &["192.0.2.200", "198.51.100.77", "203.0.113.42", "2001:db8:77::1", "3fff:77::1"]),
        ("benchmarking", false, &["198.18.77.1", "198.19.77.1", "2001:2:0:77::1"]),
        ("6to4, its relays, Teredo", false, &["192.88.99.77", "2002:a07:707::1", "2002:101:101::1", "2001:0:4136:e378::1"]),
        ("ORCHID", false, &["2001:10::7", "2001:20:7::7", "2001:2f:7::7"]),
        ("multicast, reserved, broadcast", false, &["225.1.2.3", "ff05::2", "250.1.2.3", "255.255.255.255"]),
        ("mapped", false, &["::ffff:10.1.1.1", "::ffff:7f01:101", "::ffff:255.255.255.255"]),
        ("mapped and public", true, &["::ffff:9.9.9.9", "::ffff:505:505"]),
        ("compatible", false, &["::10.1.1.1", "::5.5.5.5", "::505:505"]),
        ("translated (RFC 2765)", false, &["::ffff:0:10.1.1.1", "::ffff:0:5.5.5.5"]),
        ("NAT64", false, &["64:ff9b::10.1.1.1", "64:ff9b::c0a8:1"]),
        ("NAT64 and public", true, &["64:ff9b::5.5.5.5", "64:ff9b::909:909"]),
        ("local NAT64, whatever is inside", false, &["64:ff9b:1::10.1.1.1", "64:ff9b:1::5.5.5.5", "64:ff9b:1:ffff::505:505"]),
        ("beside NAT64", false, &["64:ff9b:2::505:505", "64:ff9b:0:1::505:505", "64:ff9c::505:505"]),
        ("discard, segment routing, site-local", false, &["100::7", "100:0:0:1::7", "5f00:7::7", "fec0:7::7", "feff::7"]),
        ("not given out", false, &["4000::7", "8000::7", "d000::7", "fe00::7", "200::7"]),
        ("public", true, &["5.5.5.5", "217.0.0.7", "2001:4860::7", "2400:7::7", "2a01:7::7", "2c0f:7::7"]),
    ];
    for (class, public, addresses) in classes {
        for text in *addresses {
            let ip: IpAddr = text.parse().expect(text);
            assert_eq!(is_public(ip), *public, "{class}: {text}");
            // the door for literal addresses and the one for names say the same
            let url = Url::parse(&if ip.is_ipv6() { format!("http://[{text}]/") } else { format!("http://{text}/") }).expect(text);
            assert_eq!(check_url(&url, &Policy::default()).is_ok(), *public, "{class}: {url}");
            assert_eq!(vet("a.test", &[ip], &Policy::default()).is_ok(), *public, "{class}: a.test at {text}");
        }
    }
}

#[test]
fn every_spelling_of_an_address_is_seen() {
    let numbers = ["127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0x7F.0x0.0.0x1"];
    let octals = ["0177.0.0.1", "017700000001", "00000000177.0.0.1", "0177.1"];
    let dots = ["127.0.0.1.", "127.1.", "0x7f000001.", "127。0。0。1", "127．0｡0．1"];
    let digits = ["１２７.0.0.1", "⑫⑦.0.0.1", "𝟏𝟐𝟕.0.0.1", "１２７.１"];
    let hidden = ["%31%32%37.0.0.1", "127%2E0.0.1", "1\u{ad}27.0.0.1", "127.0.0.1\u{200b}", "127.0\t.0.\n1"];
    let users = ["9.9.9.9@127.0.0.1", "example.org:80@127.0.0.1", "a@b@127.0.0.1", "example.org%40@127.0.0.1"];
    let paths = ["127.0.0.1\\@example.org", "127.0.0.1#@example.org", "127.0.0.1?@example.org", "127.0.0.1/@example.org"];
    for host in [&numbers[..], &octals, &dots, &digits, &hidden, &users, &paths].concat() {
        check_with(&[], &format!("http://{host}/"), false);
        check_with(&["127.0.0.0/8"], &format!("http://{host}/"), true);
    }
    for url in ["http:127.0.0.1", "http:/127.0.0.1/", "http:///127.0.0.1/", "HTTP:\\\\127.0.0.1\\", " http://127.0.0.1/ "] {
        check_with(&[], url, false);
    }
    for host in ["[::ffff:7f00:1]", "[::ffff:127.0.0.1]", "[0:0:0:0:0:FFFF:127.0.0.1]", "[0000::ffff:7f00:0001]"] {
        check_with(&[], &format!("http://{host}/"), false);
        check_with(&["127.0.0.0/8"], &format!("http://{host}/"), true);
    }
    check_with(&["127.0.0.0/8"], "http://[64:ff9b::7f00:1]/", false);
    check_with(&[], "http://[::]/", false);
    check_with(&[], "http://0/", false);
    check_with(&[], "http://9.9.9.9/", true);
    check_with(&[], "http://[2600::1]:8080/feed", true);
}

#[test]
fn what_is_no_address_and_no_name_is_no_url() {
    for host in [
        "[fe80::1%25eth0]",
        "[fe80::1%eth0]",
        "[::1].",
        "256.0.0.1",
        "127.0.0.0x100",
        "4294967296",
        "1.2.3.4.5",
        "127.0.0.1%00.example.org",
        "127.0.0.1 .example.org",
        "exam<ple.org",
    ] {
        assert!(Url::parse(&format!("http://{host}/")).is_err(), "{host}");
    }
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
        "ｌｏｃａｌｈｏｓｔ",
        "local\u{ad}host",
        "localhost%2e",
        "metadata.google.internal",
    ] {
        check_with(&[], &format!("http://{name}/"), false);
    }
    for name in ["LocalHost.", "a.localhost", "printer.local", "api.internal", "nas.lan", "nas"] {
        check_with(&[name], &format!("http://{name}/"), true);
    }
    check_with(&["127.0.0.0/8"], "http://localhost:8000/", true);
    check_with(&["::1"], "http://localhost/", true);
    check_with(&["192.168.0.0/16"], "http://localhost/", false);
    check_with(&["192.168.0.0/16"], "http://nas.lan/", true);
    check_with(&["*.lan"], "http://nas.lan/", true);
    check_with(&["*.lan"], "http://lan/", false);
    check_with(&[], "http://mylocalhost.test/", true);
    check_with(&[], "http://internal.example.org/", true);
}

#[test]
fn a_name_without_a_dot_is_a_local_one() {
    for name in ["nas", "wpad", "intranet.", "ip6-localhost", "broadcasthost"] {
        check_with(&[], &format!("http://{name}/"), false);
        check_with(&["10.0.0.0/8"], &format!("http://{name}/"), true); // what it resolves to is still vetted
    }
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
    assert!(blocked.reason.contains("allow_private under [fetch]"), "{blocked}");
}

#[test]
fn what_an_exception_could_allow_says_so() {
    let allowable = |url: &str| check_url(&Url::parse(url).expect(url), &policy(&[])).expect_err(url).allowable;
    for url in ["http://127.0.0.1/", "http://[::1]/", "http://localhost/", "http://nas.lan/"] {
        assert!(allowable(url), "{url}");
    }
    for url in ["ftp://a.test/", "http://example.org:25/", "http://a..example/"] {
        assert!(!allowable(url), "{url}");
    }
    assert!(vet("a.test", &["10.0.0.1".parse().expect("ip")], &policy(&[])).expect_err("private").allowable);
}

#[test]
fn of_a_mixed_answer_a_proxy_might_take_the_wrong_one() {
    let ips = ["9.9.9.9".parse().expect("ip"), "10.0.0.1".parse().expect("ip")];
    let blocked = vet_for_proxy("a.test", &ips, &policy(&[])).expect_err("private");
    assert!(blocked.reason.contains("10.0.0.1"), "{blocked}");
    assert_eq!(vet_for_proxy("a.test", &ips, &policy(&["10.0.0.1"])), Ok(()));
    assert_eq!(vet_for_proxy("a.test", &ips[..1], &policy(&[])), Ok(()));
    assert_eq!(vet_for_proxy("a.test", &[], &policy(&[])), Ok(()));
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
