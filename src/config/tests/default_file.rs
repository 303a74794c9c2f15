//! Promises about `config/feedmux.toml`, and what becomes of it when it is damaged.

use std::time::Duration;

use proptest::prelude::*;

use super::{Bench, empty};
use crate::config::{Config, DEFAULT_FILE, Place, load};

/// The default file with its examples switched on.
fn examples() -> String {
    let lines = DEFAULT_FILE.lines().map(|line| match line.strip_prefix('#') {
        Some(example) if !example.is_empty() && !example.starts_with(' ') => example,
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_default_file_says_the_defaults() {
    assert_eq!(Bench::new(DEFAULT_FILE).load().config, Config::default());
    let table: toml::Table = DEFAULT_FILE.parse().unwrap();
    for (section, keys) in &table {
        let error = Bench::new(&format!("[{section}]\n\"?\" = 0")).error();
        let mut known: Vec<&str> = error.split_once("its keys are ").unwrap().1.split(", ").collect();
        known.retain(|key| !key.ends_with("token_file"));
        let mut keys: Vec<&String> = keys.as_table().unwrap().keys().collect();
        known.sort_unstable();
        keys.sort_unstable();
        assert_eq!(keys, known, "[{section}]");
    }
    let error = Bench::new("[quux]").error();
    assert_eq!(error.matches('[').count(), table.len() + 4 * 2, "every section stands in it: {error}");
}

#[test]
fn the_examples_of_the_default_file_work() {
    let bench = Bench::new(&examples());
    bench.file("news.secret", "me:pw\n");
    let loaded = bench.load();
    let config = loaded.config;
    assert_eq!((config.feeds.len(), config.rules.len(), config.outputs.len(), config.hooks.len()), (2, 1, 1, 1));
    assert_eq!(loaded.feeds[1].settings.max_interval, Duration::from_hours(7 * 24));
    assert!(loaded.feeds[1].auth.is_some());
}

#[test]
fn places_are_kept_for_later_checks() {
    let bench = Bench::new(&examples());
    bench.file("news.secret", "me:pw\n");
    let error = bench.load().places.error("output.0.where", "is no expression");
    let line = examples().lines().position(|line| line.starts_with("where")).unwrap() + 1;
    assert_eq!(bench.short(&error.to_string()), format!("feedmux.toml:{line}: [[output]] where is no expression"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Cut, doubled and overwritten pieces of a full configuration: it loads, or one line names the place.
    #[test]
    fn mutated_configurations_load_or_name_the_place(
        changes in proptest::collection::vec(
            (0_usize..8_000, 0_usize..40, proptest::sample::select(vec![
                "", "=", "\"", "[", "]", "[[feed]]\n", "\n", "0", "-1", "'", "{", "}", ".", "#", "é", "\u{0}", "auth = 's3cret'\n", "[poll]\n", "true",
            ])),
            1..6,
        )
    ) {
        let mut text = examples();
        for (at, length, piece) in changes {
            let start = text.floor_char_boundary(at % text.len().max(1));
            let end = text.floor_char_boundary((start + length).min(text.len())).max(start);
            text.replace_range(start..end, piece);
        }
        let bench = Bench::new(&text);
        bench.file("news.secret", "me:pw\n");
        if let Err(error) = load(&bench.sources) {
            let shown = error.to_string();
            prop_assert!(matches!(error.place(), Some(Place::File { line: Some(1..), .. })), "{}", shown);
            // The key with its section, or the column where it is not even TOML.
            prop_assert!(shown.contains("column ") || shown.contains('['), "{}", shown);
            prop_assert!(!shown.chars().any(char::is_control) && !shown.contains("s3cret"), "{}", shown);
        }
    }

    #[test]
    fn any_option_and_variable_is_read_or_refused(name in "[A-Z_]{0,12}", value in "[a-z0-9\\[\\]{}=\"'., -]{0,16}", key in "[a-z._\" ]{0,12}") {
        let mut sources = empty();
        sources.env.insert(format!("FEEDMUX__{name}"), value.clone());
        let _ = load(&sources);
        sources.env.clear();
        sources.sets.push(format!("{key}={value}"));
        let _ = load(&sources);
    }
}
