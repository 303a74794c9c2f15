//! Promises about what is refused, and how it is told.

use std::path::Path;
use std::time::Duration;

use super::{Bench, refuse};

#[test]
fn unknown_names_are_told_with_the_one_that_was_meant() {
    refuse("\n[poll]\nintervall = \"1h\"", "feedmux.toml:3: [poll] intervall is not a key; did you mean \"interval\"?");
    refuse("[poll]\nmax-interval = \"1h\"", "feedmux.toml:2: [poll] max-interval is not a key; did you mean \"max_interval\"?");
    refuse("[run]\nxyz = 1", "feedmux.toml:2: [run] xyz is not a key; its keys are drain");
    refuse("\n[pol]\ninterval = \"1h\"", "feedmux.toml:2: pol is not a section; did you mean [poll]?");
    refuse("feeds = []", "feedmux.toml:1: feeds is not a section; did you mean [[feed]]?");
    refuse(
        "[[feed]]\nurl = \"https://a.example/\"\n[[feed]]\nulr = \"x\"",
        "feedmux.toml:4: [[feed]] ulr is not a key; did you mean \"url\"?",
    );
    refuse("[[feed]]\npoll.intervall = \"1h\"", "feedmux.toml:2: [[feed]] poll.intervall is not a key; did you mean \"interval\"?");
    refuse(
        "[[feed]]\n[feed.poll]\nintervall = \"1h\"",
        "feedmux.toml:3: [[feed]] poll.intervall is not a key; did you mean \"interval\"?",
    );
    let bench = Bench::new("[quux]");
    assert!(bench.error().starts_with("feedmux.toml:1: quux is not a section; there are [store] [http] "), "{}", bench.error());
}

#[test]
fn wrong_types_and_words_are_told() {
    let duration = "expected a duration in quotes like \"90s\", \"30m\" or \"7d\"";
    refuse("[poll]\n\ninterval = 30", &format!("feedmux.toml:3: [poll] interval: {duration}, got integer 30"));
    refuse(
        "[poll]\ninterval = \"30 parsecs\"",
        "feedmux.toml:2: [poll] interval: expected a duration like \"90s\", \"30m\" or \"7d\", got \"30 parsecs\"",
    );
    refuse(
        "[fetch]\nmax_body = \"16Mib/s\"",
        "feedmux.toml:2: [fetch] max_body: expected a size like \"64KiB\" or \"16MiB\", got \"16Mib/s\"",
    );
    refuse(
        "[scrape]\nmode = \"allways\"",
        "feedmux.toml:2: [scrape] mode: \"allways\" is none of auto, always, never; did you mean \"always\"?",
    );
    refuse("[poll]\nconcurrency = -1", "feedmux.toml:2: [poll] concurrency: expected a whole number from 0, got integer -1");
    refuse("[poll]\nadaptive = \"yes\"", "feedmux.toml:2: [poll] adaptive: expected true or false, got a text");
    refuse("[http]\nlisten = \"127.0.0.1:1\"", "feedmux.toml:2: [http] listen: expected a list in [ ], got a text");
    refuse("[http]\nlisten = [\n\"127.0.0.1:1\",\n5]", "feedmux.toml:4: [http] listen: expected a text in quotes, got integer 5");
    refuse("[[feed]]\nscrape = \"never\"", "feedmux.toml:2: [[feed]] scrape: expected a table, got a text");
    refuse("[feed]\nurl = \"x\"", "feedmux.toml:1: [feed] may repeat; write [[feed]]");
    refuse(
        "feed = [\"https://a.example/\"]",
        "feedmux.toml:1: [[feed]] is a list of tables; write [[feed]] above the keys of each",
    );
    refuse("\n[[poll]]\ninterval = \"1h\"", "feedmux.toml:2: [[poll]] stands only once; write [poll]");
    refuse("http = \"s3cret\"", "feedmux.toml:1: [http] is a table; write [http] and its keys below");
}

#[test]
fn broken_toml_is_told_with_line_and_column() {
    fn check(text: &str, expected: &str) {
        let error = Bench::new(text).error();
        assert!(error.starts_with(expected), "{text}: {error}");
    }
    let quotes = "is not TOML: neither number, true nor false; texts, durations and sizes need quotes: \"…\"";
    check("[poll]\ninterval = 30m\n", &format!("feedmux.toml:2: column 12: {quotes}"));
    check("[scrape]\nmode = never\n", &format!("feedmux.toml:2: column 8: {quotes}"));
    check("[poll]\nadaptive = True\n", "feedmux.toml:2: column 12: is not TOML: write true or false, without quotes");
    check("[poll]\ninterval = \"30m\n", "feedmux.toml:2: column 16: is not TOML: invalid basic string");
    check("[poll\n", "feedmux.toml:1: column 6: is not TOML: unclosed table");
    check(
        "[poll]\nadaptive = true\nadaptive = true",
        "feedmux.toml:3: column 1: is not TOML: duplicate key \"adaptive\"; keep one",
    );
    check("[poll]\ninterval\n", "feedmux.toml:2: column 9: is not TOML: a key without \"=\" and value; write KEY = VALUE");
}

#[test]
fn values_that_make_no_sense_are_refused() {
    refuse("[poll]\ninterval = \"0s\"", "feedmux.toml:2: [poll] interval is 0; give at least \"1s\"");
    refuse(
        "[poll]\nmax_interval = \"1m\"",
        "feedmux.toml:2: [poll] max_interval is shorter than interval; make it at least as long",
    );
    refuse("[poll]\nconcurrency = 0", "feedmux.toml:2: [poll] concurrency is 0; give a number from 1 to 1024");
    refuse("[fetch]\nper_host_in_flight = 65", "feedmux.toml:2: [fetch] per_host_in_flight is 65; give a number from 1 to 64");
    refuse(
        "[fetch]\nmax_body = \"64MiB\"",
        "feedmux.toml:2: [fetch] max_body does not fit: memory holds at least one body, so memory must not be less than max_body",
    );
    refuse(
        "[http]\nlisten = [\"127.0.0.1:1\", \"0.0.0.0:2\"]",
        "feedmux.toml:2: [http] listen 0.0.0.0:2 can be reached by others, and no token is set; set [http] token or token_file",
    );
    refuse(
        "[http]\nlisten = [\"localhost:2\"]",
        "feedmux.toml:2: [http] listen \"localhost:2\" is neither IP:PORT, unix:PATH nor systemd; write it like \"127.0.0.1:2\"",
    );
    refuse(
        "[http]\npublic_url = \"feeds.example.org\"",
        "feedmux.toml:2: [http] public_url is no address; write it like \"https://feeds.example.org\"",
    );
    refuse(
        "[fetch]\ndns_server = \"dns.example\"",
        "feedmux.toml:2: [fetch] dns_server \"dns.example\" is no address; write \"9.9.9.9\" or \"[::1]:53\"",
    );
    refuse(
        "[fetch]\nproxy = \"socks5://me:s3cret@p.example\"",
        "feedmux.toml:2: [fetch] proxy is no proxy; write it like \"http://proxy.example.org:3128\" (http and https only)",
    );
    refuse(
        "[fetch]\nallow_private = [\n\"nas.lan\",\n\"10.0.0.0/33\"]",
        "feedmux.toml:4: [fetch] allow_private \"10.0.0.0/33\" is no network: the prefix is a number from 0 to 32",
    );
    refuse(
        "[fetch]\nuser_agent_contact = \"a\\nb\"",
        "feedmux.toml:2: [fetch] user_agent_contact is sent in a header; use up to 200 ASCII characters without parentheses",
    );
}

#[test]
fn tables_that_make_no_sense_are_refused() {
    refuse("\n[[feed]]\ntitle = \"t\"", "feedmux.toml:2: [[feed]] url is empty; write it like \"https://example.org/feed.xml\"");
    refuse(
        "[[feed]]\ntitle = \"t\"\nurl = \"a.example\"",
        "feedmux.toml:3: [[feed]] url \"a.example\" has no scheme; write \"https://a.example\"",
    );
    refuse(
        "[[feed]]\nurl = \"https://a.example/\"\npoll.timeout = \"0s\"",
        "feedmux.toml:3: [[feed]] poll.timeout is 0; give at least \"1s\"",
    );
    refuse("\n[[output]]\nitems = 5", "feedmux.toml:2: [[output]] name is empty; give it a name");
    refuse(
        "[[output]]\nname = \"Rust\"",
        "feedmux.toml:2: [[output]] name \"Rust\" becomes part of an address; use up to 64 of a-z 0-9 _ -",
    );
    refuse(
        "[[output]]\nname = \"../x\"",
        "feedmux.toml:2: [[output]] name \"../x\" becomes part of an address; use up to 64 of a-z 0-9 _ -",
    );
    refuse(
        "[[output]]\nname = \"status\"",
        "feedmux.toml:2: [[output]] name \"status\" is the feed about your feeds; choose another",
    );
    refuse(
        "[[output]]\nname = \"a\"\n[[output]]\nname = \"a\"",
        "feedmux.toml:4: [[output]] name \"a\" is taken (feedmux.toml:2); choose another",
    );
    for items in [0, 1001] {
        refuse(
            &format!("[[output]]\nname = \"a\"\nitems = {items}"),
            &format!("feedmux.toml:3: [[output]] items is {items}; give a number from 1 to 1000"),
        );
    }
    let resurface = |number: &str, more: &str, what: &str| {
        refuse(
            &format!("[[output]]\nname = \"a\"\nresurface = {number}\n{more}"),
            &format!("feedmux.toml:3: [[output]] resurface{what}"),
        );
    };
    resurface(
        "1",
        "",
        " is 1, where every story begins; give 0 (never) or the number of feeds, from 2, at which a story comes up again",
    );
    resurface(
        "3",
        "order = \"published\"",
        " does nothing where order = \"published\": that date stays; set order = \"received\" or leave it out",
    );
    for stories in ["show", "first"] {
        resurface("3", &format!("stories = \"{stories}\""), " moves folded stories only; set stories = \"fold\" or leave it out");
    }
    resurface("-1", "", ": expected a whole number from 0, got integer -1");
    refuse(
        "[[rule]]\nname = \"r\"\nthen = \"drop\"",
        "feedmux.toml:1: [[rule]] when is empty and would hold for everything; write e.g. when = 'title:\"sponsored\"'",
    );
    let rule = |lines: &str, error: &str| refuse(&format!("[[rule]]\nname = \"r\"\nwhen = \"tag:x\"\n{lines}"), error);
    let known = "expected \"drop\", \"mute\", \"title\", \"tag:NAME\" or \"boost:5\"";
    rule("then = \"keep\"", &format!("feedmux.toml:4: [[rule]] then: {known}, got \"keep\""));
    rule("then = \"tag:\"", &format!("feedmux.toml:4: [[rule]] then: {known}, got \"tag:\""));
    rule("then = \"boost:much\"", &format!("feedmux.toml:4: [[rule]] then: {known}, got \"boost:much\""));
    rule(
        "",
        "feedmux.toml:1: [[rule]] then is missing; write what happens: \"drop\", \"mute\", \"title\", \"tag:NAME\" or \"boost:5\"",
    );
    rule("then = \"title\"", "feedmux.toml:1: [[rule]] find is empty; write what is replaced in titles, e.g. find = '^BREAKING: '");
    rule(
        "then = \"mute\"\nfind = \"x\"",
        "feedmux.toml:4: [[rule]] then is not \"title\", and only that goes with find and replace",
    );
    refuse(
        "[http]\nhub = \"https://hub.example/\"",
        "feedmux.toml:2: [http] hub fetches what changed from us, and has no address for that; set [http] public_url, too",
    );
    refuse(
        "[http]\nhub = \"https://hub.example/\"\npublic_url = \"https://f.example\"\ntoken = \"t\"",
        "feedmux.toml:2: [http] hub could not read what asks for a token; leave out [http] token or hub",
    );
    refuse(
        "[http]\nexport_dir = \"out\"\ntoken = \"t\"",
        "feedmux.toml:2: [http] export_dir would write in the clear what [http] token keeps; leave out one of them, or give single outputs a token instead",
    );
}

#[test]
fn hooks_that_make_no_sense() {
    let check = |rest: &str, expected: &str| {
        let error = Bench::new(&format!("[[hook]]\non = [\"story.new\"]\n{rest}")).error();
        assert_eq!(error, format!("feedmux.toml:{expected}"), "{rest}");
    };
    const GOOD: &str = "url = \"https://h.example/\"";
    check("", "1: [[hook]] has neither url nor exec; give one");
    check("url = \"x\"", "3: [[hook]] url is no address; write it like \"https://example.org/hook\"");
    check("url = \"file:///etc/passwd\"", "3: [[hook]] url is no address; write it like \"https://example.org/hook\"");
    check(&format!("{GOOD}\nexec = [\"/bin/x\"]"), "4: [[hook]] exec and url are both given; keep one");
    check(
        "exec = [\"notify\"]",
        "3: [[hook]] exec \"notify\" is no absolute path; write it like [\"/usr/local/bin/notify\", \"feedmux\"]",
    );
    check("exec = [\"/bin/x\"]\nsecret = \"s\"", "4: [[hook]] secret signs what goes to a url; a program needs none, leave it out");
    check(
        &format!("{GOOD}\nsecret = \"whsec_%\""),
        "4: [[hook]] secret begins with whsec_ and goes on with what is no base64; correct it",
    );
    for name in ["7", " a", "a/b", "a\\u001Bb"] {
        let wrong = "4: [[hook]] name is no name; use up to 64 letters, digits, blanks, . _ - and not digits alone";
        check(&format!("{GOOD}\nname = \"{name}\""), wrong);
    }
    let twice = "4: [[hook]] delivers to where hook 1 does, or has its name; give each a name of its own";
    check(&format!("{GOOD}\n[[hook]]\non = [\"feed.gone\"]\n{GOOD}"), twice);
    let error = Bench::new("[[hook]]\non = [\"story.news\"]").error();
    assert!(error.starts_with("feedmux.toml:2: [[hook]] on \"story.news\" is none of story.new, story.grew, "), "{error}");
    assert!(error.ends_with("; did you mean \"story.new\"?"), "{error}");
    let many = (0..33).map(|n| format!("[[hook]]\non = [\"story.new\"]\nurl = \"https://h.example/{n}\"\n"));
    assert_eq!(Bench::new(&many.collect::<String>()).error(), "feedmux.toml:97: [[hook]] is one too many; there may be 32");
}

#[test]
fn hosts_may_stand_in_a_file() {
    let bench = Bench::new("[fetch]\nallow_private = [\"a.lan\"]\nallow_private_file = \"hosts\"");
    assert!(bench.error().starts_with("feedmux.toml:3: [fetch] allow_private_file \"hosts\" cannot be read: No such file"));
    bench.file("hosts", "# ours\n10.0.0.0/8 # all\n\nnas.lan\n*.corp\n");
    assert_eq!(bench.load().config.fetch.allow_private, ["a.lan", "10.0.0.0/8 # all", "nas.lan", "*.corp"]);
    bench.file("hosts", "nas.lan\n10.0.0.0/99\n");
    assert_eq!(bench.error(), "hosts:2: \"10.0.0.0/99\" is no network: the prefix is a number from 0 to 32");
}

#[test]
fn paths_are_relative_to_where_they_are_said() {
    let bench = Bench::new("[store]\npath = \"x.db\"\n[scrape]\nsite_rules = \"/\"\n[http]\nexport_dir = \"out\"")
        .set("http.export_dir=\"out\"");
    let config = bench.load().config;
    assert_eq!(config.store.path, bench.path("x.db"));
    assert_eq!(config.scrape.site_rules, Path::new("/"));
    assert_eq!(config.http.export_dir, Path::new("out"));
}

#[test]
fn site_rules_are_a_folder() {
    let bench = Bench::new("[scrape]\nsite_rules = \"rules\"");
    let error = bench.error();
    assert!(
        error.starts_with("feedmux.toml:2: [scrape] site_rules: \"") || error.starts_with("feedmux.toml:2: [scrape] site_rules \""),
        "{error}"
    );
    assert!(error.ends_with("; name a folder of HOST.txt files, or leave it empty"), "{error}");
}

#[test]
fn small_things_are_put_right() {
    let config = Bench::new("[poll]\ninterval = \"3d\"\n[http]\npublic_url = \"https://f.example/x//\"").load().config;
    assert_eq!(config.poll.max_interval, Duration::from_hours(72));
    assert_eq!(config.http.public_url, "https://f.example/x");
}

#[test]
fn what_retention_cannot_mean_is_told() {
    refuse("[retention]\nentries = \"0s\"", "feedmux.toml:2: [retention] entries is 0; give at least \"1s\"");
    refuse("[retention]\ntags = { news = \"0d\" }", "feedmux.toml:2: [retention] tags.news is 0; give at least \"1s\"");
    refuse("\n[retention.tags]\nnews = \"0d\"", "feedmux.toml:3: [retention] tags.news is 0; give at least \"1s\"");
    let duration = "expected a duration in quotes like \"90s\", \"30m\" or \"7d\"";
    refuse("[retention.tags]\nnews = 30", &format!("feedmux.toml:2: [retention] tags.news: {duration}, got integer 30"));
    refuse("[retention]\ntag = {}", "feedmux.toml:2: [retention] tag is not a key; did you mean \"tags\"?");
    refuse("[retention]\nper_feed = -1", "feedmux.toml:2: [retention] per_feed: expected a whole number from 0, got integer -1");
    refuse(
        "[retention]\nsize = \"64KiB\"",
        "feedmux.toml:2: [retention] size is 65536 bytes, less than an empty store takes; give at least \"1MiB\", or \"\" for no limit",
    );
    refuse(
        "[retention]\nsize = \"2 gigs\"",
        "feedmux.toml:2: [retention] size: expected a size like \"64KiB\" or \"16MiB\", got \"2 gigs\"",
    );
    let feed = "[[feed]]\nurl = \"https://a.example/\"\n";
    refuse(&format!("{feed}retention.entries = \"0s\""), "feedmux.toml:3: [[feed]] retention.entries is 0; give at least \"1s\"");
    refuse(
        &format!("{feed}retention.size = \"1GiB\""),
        "feedmux.toml:3: [[feed]] retention.size is not a key; its keys are entries, per_feed",
    );
}
