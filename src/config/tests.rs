//! Promises about loading: where the file is found, whose word counts, where secrets come from.

mod default_file;
mod feeds;
mod wrong;

use std::time::Duration;

use tempfile::TempDir;

use super::*;
use crate::model::ScrapeMode;

/// Loads `text` as `feedmux.toml` in a folder of its own, with variables and `--set`.
struct Bench {
    folder: TempDir,
    sources: Sources,
}

impl Bench {
    fn new(text: &str) -> Self {
        let bench = Self { folder: tempfile::tempdir().unwrap(), sources: Sources::default() };
        bench.file("feedmux.toml", text);
        Self { sources: Sources { file: Some(bench.path("feedmux.toml")), ..Sources::default() }, ..bench }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        std::fs::write(self.path(name), text).unwrap();
    }

    fn env(mut self, name: &str, value: &str) -> Self {
        self.sources.env.insert(name.to_owned(), value.to_owned());
        self
    }

    fn set(mut self, text: &str) -> Self {
        self.sources.sets.push(text.to_owned());
        self
    }

    fn load(&self) -> Loaded {
        load(&self.sources).unwrap()
    }

    /// The error with the folder taken off.
    fn error(&self) -> String {
        let error = load(&self.sources).expect_err("loads");
        assert!(error.place().is_some(), "{error}");
        self.short(&error.to_string())
    }

    fn short(&self, text: &str) -> String {
        text.replace(&format!("{}/", self.folder.path().display()), "")
    }
}

#[track_caller]
fn refuse(text: &str, expected: &str) {
    assert_eq!(Bench::new(text).error(), expected, "{text}");
}

/// No file, whatever this machine has in `/etc`.
fn empty() -> Sources {
    Sources { file: Some("/dev/null".into()), ..Sources::default() }
}

// === where the file is ===

#[test]
fn the_empty_configuration_runs() {
    let loaded = load(&empty()).unwrap();
    assert_eq!((loaded.config, loaded.feeds, loaded.warnings), (Config::default(), vec![], vec![]));
}

#[test]
fn files_are_looked_for_in_order() {
    let bench = Bench::new("");
    for folder in ["named", "variable", "conf2", "xdg/feedmux", "home/.config/feedmux"] {
        bench.file(&format!("{folder}/feedmux.toml"), "");
    }
    let root = bench.folder.path().display().to_string();
    let mut sources = Sources::default();
    let mut put = |name: &str, value: String| sources.env.insert(name.to_owned(), value);
    put("HOME", format!("{root}/home"));
    put("XDG_CONFIG_HOME", format!("{root}/xdg"));
    put("CONFIGURATION_DIRECTORY", format!("{root}/conf1:{root}/conf2"));
    put("FEEDMUX_CONFIG", format!("{root}/variable/feedmux.toml"));
    sources.file = Some(bench.path("named/feedmux.toml"));
    let found = |sources: &Sources| bench.short(&load(sources).unwrap().file.unwrap().display().to_string());
    assert_eq!(found(&sources), "named/feedmux.toml");
    sources.file = None;
    for (variable, expected) in [
        ("FEEDMUX_CONFIG", "variable/feedmux.toml"),
        ("CONFIGURATION_DIRECTORY", "conf2/feedmux.toml"),
        ("XDG_CONFIG_HOME", "xdg/feedmux/feedmux.toml"),
        ("HOME", "home/.config/feedmux/feedmux.toml"),
    ] {
        assert_eq!(found(&sources), expected);
        sources.env.remove(variable);
    }
}

#[test]
fn a_named_file_must_be_there() {
    let mut bench = Bench::new("");
    bench.sources.file = Some(bench.path("other.toml"));
    assert_eq!(bench.error(), "other.toml: there is no such file; correct --config (/dev/null is the empty configuration)");
    bench.sources.file = None;
    bench.sources.env.insert("FEEDMUX_CONFIG".to_owned(), bench.path("gone/x.toml").display().to_string());
    assert_eq!(bench.error(), "gone/x.toml: there is no such file; correct $FEEDMUX_CONFIG (/dev/null is the empty configuration)");
    std::fs::create_dir(bench.path("folder")).unwrap();
    bench.sources.file = Some(bench.path("folder"));
    assert_eq!(bench.error(), "folder: is a folder; name the file, feedmux.toml");
}

#[test]
fn files_that_cannot_be_read_are_told() {
    let bench = Bench::new("");
    bench.file("feedmux.toml", b"\n[poll]\ninterval = \"\xff\"\n");
    assert_eq!(bench.error(), "feedmux.toml:3: is not UTF-8 from here on; save the file as UTF-8");
    bench.file("feedmux.toml", vec![b' '; (4 << 20) + 1]);
    assert_eq!(bench.error(), "feedmux.toml: is larger than 4 MiB; put feeds into a list ([subscriptions] files)");
    bench.file("feedmux.toml", "\u{feff}[poll]\r\nconcurrency = 7\r\n");
    assert_eq!(bench.load().config.poll.concurrency, 7);
}

#[test]
fn the_store_has_a_place() {
    fn check(path: &str, env: &[(&str, &str)], expected: &str) {
        let config = Config { store: Store { path: path.into() }, ..Config::default() };
        let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let shown = store_path(&config, &env).map_or_else(|error| error.to_string(), |path| path.display().to_string());
        assert_eq!(shown, expected);
    }
    let systemd = ("STATE_DIRECTORY", "/var/lib/feedmux:/var/lib/x");
    check("/x/y.db", &[systemd], "/x/y.db");
    check("", &[systemd, ("HOME", "/home/me")], "/var/lib/feedmux/feedmux.db");
    check("", &[("XDG_DATA_HOME", "/data"), ("HOME", "/home/me")], "/data/feedmux/feedmux.db");
    check("", &[("XDG_DATA_HOME", "relative"), ("HOME", "/home/me")], "/home/me/.local/share/feedmux/feedmux.db");
    check("", &[], "[store] path is not set, and neither is STATE_DIRECTORY, XDG_DATA_HOME or HOME; set one of them");
}

// === whose word counts ===

#[test]
fn set_wins_over_environment_over_file_over_default() {
    let interval = |bench: &Bench| bench.load().config.poll.interval.as_secs();
    assert_eq!(interval(&Bench::new("")), 1800);
    let file = || Bench::new("[poll]\ninterval = \"1s\"\nconcurrency = 9");
    assert_eq!(interval(&file()), 1);
    let env = || file().env("FEEDMUX__POLL__INTERVAL", "2s");
    assert_eq!(interval(&env()), 2);
    let set = env().set("poll.interval=\"3s\"");
    assert_eq!(interval(&set), 3);
    assert_eq!(interval(&set.set("poll.interval = '4s'")), 4, "the last --set counts");
    assert_eq!(env().load().config.poll.concurrency, 9, "what a layer does not say stays");
}

#[test]
fn values_from_the_environment_are_toml_or_text() {
    let bench = Bench::new("")
        .env("FEEDMUX__POLL__ADAPTIVE", "false")
        .env("FEEDMUX__POLL__TIMEOUT", "\"5s\"")
        .env("FEEDMUX__SCRAPE__MODE", "never")
        .env("FEEDMUX__HTTP__TOKEN", "0042")
        .env("FEEDMUX__HTTP__HUB", "")
        .env("FEEDMUX__HTTP__LISTEN", "[\"0.0.0.0:80\", \"systemd\"]")
        .env("FEEDMUX__FETCH__ALLOW_PRIVATE", "['nas.lan']")
        .env("FEEDMUX__FEED", "[{url = 'https://a.example/'}]")
        .env("FEEDMUX_OTHER", "not ours")
        .env("FEEDMUX_PORT_8484_TCP", "tcp://10.0.0.1:8484");
    let loaded = bench.load();
    let config = loaded.config;
    assert!(!config.poll.adaptive);
    assert_eq!((config.poll.timeout, config.scrape.mode), (Duration::from_secs(5), ScrapeMode::Never));
    assert_eq!(config.http.token.expose(), "0042", "a token of digits stays as it was written");
    assert_eq!(config.http.listen, ["0.0.0.0:80", "systemd"]);
    assert_eq!(config.fetch.allow_private, ["nas.lan"]);
    assert_eq!(loaded.feeds[0].url.as_str(), "https://a.example/");
}

#[test]
fn wrong_variables_are_named() {
    fn check(name: &str, value: &str, expected: &str) {
        assert_eq!(Bench::new("").env(name, value).error(), expected);
    }
    check("FEEDMUX__POL__INTERVAL", "1s", "$FEEDMUX__POL__INTERVAL: pol is not a section; did you mean [poll]?");
    check("FEEDMUX__POLL__INTERVALL", "1s", "$FEEDMUX__POLL__INTERVALL: [poll] intervall is not a key; did you mean \"interval\"?");
    check(
        "FEEDMUX__POLL__INTERVAL",
        "30",
        "$FEEDMUX__POLL__INTERVAL: [poll] interval: expected a duration in quotes like \"90s\", \"30m\" or \"7d\", got integer 30",
    );
    check(
        "FEEDMUX__POLL__CONCURRENCY",
        "many",
        "$FEEDMUX__POLL__CONCURRENCY: [poll] concurrency: expected a whole number from 0, got a text",
    );
    check("FEEDMUX__POLL__CONCURRENCY", "0", "$FEEDMUX__POLL__CONCURRENCY: [poll] concurrency is 0; give a number from 1 to 1024");
    check("FEEDMUX__POLL", "x", "$FEEDMUX__POLL: [poll] is a table; write [poll] and its keys below");
}

#[test]
fn wrong_options_are_named() {
    fn check(text: &str, expected: &str) {
        let error = load(&Bench::new("").set(text).sources).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    check("poll.interval=45m", "--set poll.interval: the value is not TOML; texts need quotes: --set 'poll.interval=\"45m\"'");
    check("scrape.mode=never", "--set scrape.mode: the value is not TOML; texts need quotes: --set 'scrape.mode=\"never\"'");
    check("http.token=s3cret", "--set http.token: the value is not TOML; texts need quotes: --set 'http.token=\"…\"'");
    check("http.token s3cret", "--set without \"=\"; write --set 'SECTION.KEY=VALUE'");
    check("interval=5m", "--set interval: is not a key; write --set 'SECTION.KEY=VALUE'");
    check("poll interval=\"5m\"", "--set poll interval: is not a key; write --set 'SECTION.KEY=VALUE'");
    check("poll.intervall=\"5m\"", "--set poll.intervall: [poll] intervall is not a key; did you mean \"interval\"?");
    check("http.token=4711", "--set http.token: [http] token: expected a text in quotes");
}

#[test]
fn lists_replace_lists_and_tables_unite() {
    let bench = Bench::new("[[feed]]\nurl = \"https://a.example/\"\n[fetch]\nallow_private = [\"a\"]\nrobots = false")
        .set("fetch={allow_private=[\"b\"]}")
        .set("feed=[]");
    let loaded = bench.load();
    assert_eq!(
        (loaded.config.fetch.allow_private, loaded.config.fetch.robots, loaded.feeds),
        (vec!["b".to_owned()], false, vec![])
    );
}

// === secrets ===

#[test]
fn secrets_come_from_files_beside_the_configuration() {
    let text = "[http]\ntoken_file = \"s/http\"\n[[output]]\nname = \"o\"\ntoken_file = \"s/out\"\n[[hook]]\non = [\"story.new\"]\n\
                url = \"https://h.example/\"\nsecret_file = \"s/hook\"\n[[feed]]\nurl = \"https://a.example/\"\nauth_file = \"s/auth\"";
    let bench = Bench::new(text);
    for (name, content) in [("s/http", "one\n"), ("s/out", "two"), ("s/hook", "three\r\n\n"), ("s/auth", "me: pw \n")] {
        bench.file(name, content);
    }
    let loaded = bench.load();
    let config = &loaded.config;
    assert_eq!(config.http.token.expose(), "one");
    assert_eq!(config.outputs[0].token.expose(), "two");
    assert_eq!(config.hooks[0].secret.expose(), "three");
    assert_eq!(config.feeds[0].auth.expose(), "me: pw ", "only ends of lines are cut off");
    let shown = format!("{loaded:?}");
    assert!(!["one", "two", "three", "pw "].iter().any(|secret| shown.contains(&format!("\"{secret}"))), "{shown}");
}

#[test]
fn a_secret_of_a_higher_layer_wins() {
    let bench = Bench::new("[http]\ntoken_file = \"token\"").env("FEEDMUX__HTTP__TOKEN", "env");
    bench.file("token", "file");
    assert_eq!(bench.load().config.http.token.expose(), "env");
    let path = bench.path("token").display().to_string();
    let other = Bench::new("[http]\ntoken = \"other\"").env("FEEDMUX__HTTP__TOKEN_FILE", &path);
    assert_eq!(other.load().config.http.token.expose(), "file");
}

#[test]
fn secrets_that_cannot_be_are_told_and_not_shown() {
    refuse(
        "[http]\ntoken = \"s3cret\"\ntoken_file = \"x\"",
        "feedmux.toml:3: [http] token_file and token are both given; keep one",
    );
    refuse("[[hook]]\nsecret_file = 5", "feedmux.toml:2: [[hook]] secret_file expected a path in quotes");
    refuse("[http]\ntokenfile = \"x\"", "feedmux.toml:2: [http] tokenfile is not a key; did you mean \"token_file\"?");
    refuse("[http]\ntoken = 4711", "feedmux.toml:2: [http] token: expected a text in quotes");
    refuse("[[feed]]\nheaders = \"Key: s3cret\"", "feedmux.toml:2: [[feed]] headers: expected a table in { }, got a text");
    refuse("[[feed]]\nheaders = { Key = 4711 }", "feedmux.toml:2: [[feed]] headers.Key: expected a text in quotes");
    let bench = Bench::new("[http]\n\ntoken_file = \"gone\"");
    let error = bench.error();
    assert!(error.starts_with("feedmux.toml:3: [http] token_file cannot read \"gone\": No such file"), "{error}");
    bench.file("gone", "\n");
    assert_eq!(bench.error(), "feedmux.toml:3: [http] token_file \"gone\" is empty; write the secret into it");
}

#[test]
fn a_token_that_could_be_guessed_is_told_and_not_shown() {
    let check = |text: &str, expected: &[&str]| {
        let bench = Bench::new(text);
        bench.file("short", "s3cret\n");
        let told: Vec<String> = bench.load().warnings.iter().map(|warning| bench.short(warning)).collect();
        let what = "has less than 16 characters and could be guessed; take what `openssl rand -hex 16` prints";
        assert_eq!(told, expected.iter().map(|key| format!("{key} {what}")).collect::<Vec<_>>(), "{text}");
    };
    check("[http]\ntoken = \"\"", &[]);
    check("[http]\ntoken = \"0123456789abcdef\"", &[]);
    check("[http]\ntoken = \"0123456789abcde\"", &["feedmux.toml:2: [http] token"]);
    check("[http]\n\ntoken_file = \"short\"", &["feedmux.toml:3: [http] token"]);
    check("[[output]]\nname = \"a\"\n[[output]]\nname = \"b\"\ntoken = \"äöü\"", &["feedmux.toml:5: [[output]] token"]);
}

#[test]
fn what_is_to_go_before_it_counts_as_gone_from_its_feed_is_told() {
    let check = |text: &str, expected: &[&str]| {
        let bench = Bench::new(text);
        let told: Vec<String> = bench.load().warnings.iter().map(|warning| bench.short(warning)).collect();
        let what = "is shorter than the 2d after which an entry counts as gone from its feed; it holds as \"2d\"";
        assert_eq!(told, expected.iter().map(|key| format!("{key} {what}")).collect::<Vec<_>>(), "{text}");
    };
    check("[retention]\nentries = \"2d\"", &[]);
    check("[retention]\nentries = \"47h\"", &["feedmux.toml:2: [retention] entries"]);
    check("[retention]\ntags = { news = \"5s\" }", &["feedmux.toml:2: [retention] tags.news"]);
    let feed = "[[feed]]\nurl = \"https://a.example/feed\"\nretention.entries = ";
    check(&format!("{feed}\"1d\""), &["feedmux.toml:3: [[feed]] retention.entries"]);
    check(&format!("{feed}\"3d\""), &[]);
}

#[test]
fn credentials_leave_the_address() {
    let loaded = Bench::new("[[feed]]\nurl = \"https://me:s3cret@a.example/feed#x\"").load();
    assert_eq!(loaded.config.feeds[0].url, "https://a.example/feed");
    assert!(loaded.feeds[0].auth.is_some());
    assert!(!format!("{loaded:?}").contains("s3cret"));
}
