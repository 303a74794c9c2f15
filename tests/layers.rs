//! The import table of docs/ARCHITECTURE.md holds: who may use whom.

#![allow(clippy::unwrap_used)] // test code throughout

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Modules in the order of the data flow, and what each may use besides itself.
const MAY_USE: &[(&str, &[&str])] = &[
    ("model", &["error"]),
    ("error", &[]),
    ("clock", &[]),
    ("config", &["model"]),
    ("parser", &["model", "error"]),
    ("extractor", &["model", "error", "parser"]),
    ("deduplicator", &["model", "error", "clock", "extractor"]),
    ("fetcher", &["model", "config", "clock"]),
    ("store", &["model", "clock"]),
    ("scheduler", &["model", "error", "config", "clock", "fetcher", "parser", "extractor", "deduplicator", "store"]),
    ("exporter", &["model", "error", "config", "clock", "store", "ops"]),
    ("ops", &["model", "store"]),
    ("demo", &["model", "clock"]),
    ("daemon", &["model", "config", "clock", "fetcher", "deduplicator", "store", "scheduler", "exporter", "ops"]),
];

/// Crates that open the two doors, and the one module each.
const DOORS: &[(&str, &str)] = &[
    ("reqwest", "fetcher"),
    ("rustls", "fetcher"),
    ("hickory_resolver", "fetcher"),
    ("TcpStream", "fetcher"),
    ("UdpSocket", "fetcher"),
    ("rusqlite", "store"),
    ("rusqlite_migration", "store"),
];

/// Modules that take everything as an argument: no clock, no socket, no file, no thread.
const PURE: &[&str] = &[
    "model",
    "error",
    "parser",
    "extractor",
    "deduplicator",
    "scheduler/cadence",
    "scheduler/drift",
    "scheduler/health",
    "scheduler/host_gate",
    "scheduler/moves",
    "scheduler/notice",
    "scheduler/outage",
    "fetcher/errors",
    "fetcher/guard",
    "fetcher/link",
    "fetcher/sockets",
    "daemon/hooks/signature",
    "exporter/delivery",
    "exporter/filter",
    "exporter/rss",
    "exporter/atom",
    "exporter/json_feed",
    "exporter/fold",
    "exporter/podcast",
    "exporter/inert",
    "exporter/status",
    "exporter/rules",
    "exporter/public",
    "store/letters",
    "store/pieces",
    "store/plain",
    "store/search/query",
    "store/search/snippet",
    "exporter/also",
    "exporter/text",
    "exporter/xml",
    "exporter/template",
    "exporter/channel",
    "exporter/query",
    "exporter/opml",
    "exporter/page",
    "exporter/http/delta",
    "exporter/http/websub/pace",
    "exporter/http/websub/signature",
    "exporter/http/websub/verify",
    "exporter/http/wishes",
];
const IMPURE: &[&str] = &[
    "std::fs",
    "std::net::Tcp",
    "std::thread",
    "tokio::fs",
    "tokio::net",
    "tokio::spawn",
    "SystemTime",
    "Timestamp::now",
    "std::env",
];

#[test]
fn modules_use_only_what_lies_below_them() {
    let mut broken = Vec::new();
    for (path, text) in sources() {
        let module = module_of(&path);
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == module) else { continue };
        for used in used_modules(&text) {
            if used != module && !allowed.contains(&used.as_str()) {
                broken.push(format!("{path} uses crate::{used}"));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn only_one_module_opens_each_door() {
    for (path, text) in sources() {
        for (door, keeper) in DOORS {
            let inside = module_of(&path) == *keeper;
            assert!(inside || !text.contains(&format!("{door}::")), "{path} uses {door}; only {keeper} may");
        }
    }
}

#[test]
fn decisions_do_no_io() {
    for (path, text) in sources() {
        let stem = path.trim_end_matches(".rs");
        if PURE.iter().any(|pure| stem == *pure || stem.starts_with(&format!("{pure}/"))) {
            for word in IMPURE {
                assert!(!text.contains(word), "{path} is pure but mentions {word}");
            }
        }
    }
}

#[test]
fn clean_html_is_declared_in_two_places_only() {
    for (path, text) in sources() {
        let allowed = path.starts_with("extractor/sanitize") || path.starts_with("store/") || path.starts_with("model/");
        assert!(allowed || !text.contains("CleanHtml::trusted"), "{path} declares HTML to be clean");
    }
}

#[test]
fn no_file_holds_two_ideas() {
    for (path, text) in sources() {
        let lines = text.lines().count();
        assert!(lines <= 450, "{path} has {lines} lines; over 450 a file holds two ideas");
    }
}

/// Every file of the library without its tests: path below `src`, text.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
            (name, text)
        })
        .filter(|(name, _)| !name.starts_with("cli/") && name != "main.rs" && name != "lib.rs")
        .filter(|(name, _)| {
            !name.ends_with("tests.rs") && !name.contains("/tests/") && !name.contains("test_") && !name.ends_with("/fake.rs")
        })
        .map(|(name, text)| {
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned();
            (name, code)
        })
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
}

fn module_of(path: &str) -> &str {
    path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

/// Names after `crate::`, also inside `use crate::{a, b}`; comments do not count.
fn used_modules(text: &str) -> BTreeSet<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect::<String>();
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut used = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(list) => used.extend(list.split('}').next().unwrap_or_default().split(',').map(|item| word(item.trim()))),
            None => {
                used.insert(word(rest));
            }
        }
    }
    used.remove("");
    used
}
