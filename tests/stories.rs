//! Recorded entries through the binary: the stories they become, and what people say of them.

#![allow(clippy::unwrap_used)] // test code throughout

mod support;

use support::process::{feedmux, folder_with, spawn, stderr, stdout};

/// Recorded entries, one JSON line each: (id, site, path, title, hour, text).
fn recording(entries: &[(&str, &str, &str, &str, u32, String)]) -> String {
    let line = |(id, site, path, title, hour, text): &(&str, &str, &str, &str, u32, String)| {
        serde_json::json!({
            "id": id, "feed": format!("https://{site}/feed"), "url": format!("https://{site}/{path}"), "guid": format!("{site}/{id}"),
            "title": title, "seen": format!("2024-03-{:02}T{:02}:00:00Z", 1 + hour / 24, hour % 24), "text": text,
        })
        .to_string()
            + "\n"
    };
    entries.iter().map(line).collect()
}

/// The stories of a recording, in two runs on one store when it is cut.
fn replayed(recorded: &str, cut: usize) -> Vec<i64> {
    let folder = tempfile::tempdir().unwrap();
    let lines: Vec<&str> = recorded.lines().collect();
    let (before, behind) = lines.split_at(cut);
    let mut stories = Vec::new();
    for part in [before, behind] {
        std::fs::write(folder.path().join("part.jsonl"), part.join("\n")).unwrap();
        let told = stdout(&feedmux(folder.path(), &["replay", "part.jsonl", "--store", "r.db"]));
        stories
            .extend(told.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["story"].as_i64().unwrap()));
    }
    stories
}

fn numbered(of: &str, range: std::ops::Range<u32>) -> String {
    range.map(|n| if n % 12 == 11 { format!("{of}{n}. ") } else { format!("{of}{n} ") }).collect()
}

/// A wire story at four outlets, a daily table at two, and house text.
#[test]
fn recorded_entries_become_the_same_stories_over_a_restart() {
    let table = |day: u32| {
        format!(
            "Rates of the day in the city of Aster as they were told at noon gold {} silver {} copper {} all of it without warranty",
            100 + day,
            30 + day * 2,
            7 * day
        )
    };
    let storm = "Storm hits the coast and closes the old harbour for days";
    let entries = [
        ("w1", "a.test", "storm-hits-coast-now", storm, 0, numbered("s", 0..240)),
        ("t1", "a.test", "rates-1", "Rates in the city of Aster", 1, table(1)),
        ("t2", "b.test", "r1", "Rates in the city of Aster", 1, table(1)),
        (
            "w2",
            "b.test",
            "x-2",
            "A wild night",
            2,
            format!("{}{}{}", numbered("s", 0..100), numbered("o", 0..40), numbered("s", 100..200)),
        ),
        ("w3", "c.test", "x-3", storm, 3, numbered("s", 0..30)),
        ("t3", "a.test", "rates-2", "Rates in the city of Aster", 25, table(2)),
        ("w4", "d.test", "x-4", "At sea", 26, numbered("s", 0..120)),
        ("t4", "a.test", "rates-3", "Rates in the city of Aster", 49, table(3)),
    ];
    let recorded = recording(&entries);
    let whole = replayed(&recorded, 0);
    assert_eq!(whole, [1, 2, 2, 1, 1, 6, 1, 8], "{whole:?}");
    for cut in [1, 3, 5, 7] {
        assert_eq!(replayed(&recorded, cut), whole, "{cut}");
    }
}

#[test]
fn stories_are_shown_split_and_joined() {
    let folder = folder_with("[store]\npath = \"r.db\"\n");
    let recorded = recording(&[
        ("1", "a.test", "storm-hits-coast-now", "Storm", 0, numbered("s", 0..200)),
        ("2", "b.test", "x-2", "Gale", 1, numbered("s", 0..150)),
        ("3", "c.test", "x-3", "Frost", 2, numbered("f", 0..150)),
    ]);
    std::fs::write(folder.path().join("all.jsonl"), recorded).unwrap();
    let run = |arguments: &[&str]| {
        let output = feedmux(folder.path(), &[&["--config", "feedmux.toml"], arguments].concat());
        (output.status.code(), format!("{}{}", stdout(&output), stderr(&output)))
    };
    run(&["replay", "all.jsonl", "--store", "r.db"]);
    let check = |arguments: &[&str], code: i32, words: &[&str]| {
        let (found, said) = run(arguments);
        assert_eq!(found, Some(code), "{arguments:?}: {said}");
        words.iter().for_each(|word| assert!(said.contains(word), "{arguments:?}: \"{word}\" is not in {said}"));
    };
    check(&["story", "2"], 0, &["story 1  Storm", "entry 1", "leads", "entry 2", "100 % of the shorter text", "is in entry 1"]);
    check(&["overlap", "--since", "9000d", "--least", "1"], 0, &["100 % of ", "(1 of 1) is in", "median 60 min later"]);
    check(&["story", "split", "2"], 0, &["entry 2 \"Gale\" is a story of its own now", "story 1"]);
    check(&["story", "split", "2"], 3, &["alone"]);
    check(&["story", "join", "1", "3"], 0, &["are one story now, 1"]);
    check(&["story", "join", "1", "3"], 3, &["one story already"]);
    check(&["story", "3"], 0, &["story 1  Storm", "with entry 1: by hand"]);
    check(&["story", "77"], 3, &["77"]);
    check(&["explain", "2"], 0, &["unfolded", "taken out of its story by hand"]);
}

/// What is told of a recording that came from a store: for each entry whether it moved.
fn moved(folder: &std::path::Path, history: &str, arguments: &[&str]) -> Vec<bool> {
    std::fs::write(folder.join("history.jsonl"), history).unwrap();
    let told = stdout(&feedmux(folder, &[arguments, &["replay", "history.jsonl"]].concat()));
    told.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["moved"].as_bool().unwrap()).collect()
}

#[test]
fn a_stores_own_history_gives_the_same_stories_again() {
    let folder = folder_with("[store]\npath = \"r.db\"\n");
    let edit = |own: &str, n: u32| format!("{}{}{}", numbered("s", 0..n), numbered(own, n..160), numbered("s", 160..200));
    let recorded = recording(&[
        ("1", "a.test", "storm-hits-coast-now", "Storm", 0, numbered("s", 0..200)),
        ("2", "b.test", "x-2", "Gale", 1, edit("b", 140)),
        ("3", "c.test", "x-3", "Frost", 2, numbered("f", 0..150)),
        ("4", "d.test", "x-4", "Wind", 3, edit("d", 55)),
        ("5", "e.test", "x-5", "Thaw", 4, numbered("f", 0..30)),
    ]);
    std::fs::write(folder.path().join("all.jsonl"), recorded).unwrap();
    feedmux(folder.path(), &["replay", "all.jsonl", "--store", "r.db"]);
    let history = "SELECT id, feed_url AS feed, url, guid, title, published_at AS published, first_seen_at AS seen, lang,
        content_text AS text, story_id AS story FROM entries ORDER BY id";
    let history = stdout(&feedmux(folder.path(), &["--config", "feedmux.toml", "sql", "--format", "json", history]));
    let none = moved(folder.path(), &history, &[]);
    assert_eq!(none, [false; 5]);
    let off = moved(folder.path(), &history, &["--set", "dedup.near='off'"]);
    assert_eq!(off, [true; 5], "nothing but addresses counts");
    let strict = moved(folder.path(), &history, &["--set", "dedup.near='strict'"]);
    assert_eq!(strict, [true, true, false, true, false], "the heavier edit is on its own");
}

/// Killed at any moment, a store has no entry without a story and no story without a lead, and goes on from there.
#[test]
fn a_kill_leaves_stories_whole() {
    let folder = folder_with("[store]\npath = \"r.db\"\n");
    let sites = ["a.test", "b.test", "c.test", "d.test"];
    let lines: String = (0..400u32)
        .map(|n| {
            let site = sites[n as usize % 4];
            recording(&[(
                &n.to_string(),
                site,
                &format!("x-{n}"),
                &format!("Story {}", n / 4),
                0,
                numbered(&format!("s{}x", n / 4), 0..60),
            )])
        })
        .collect();
    std::fs::write(folder.path().join("all.jsonl"), lines).unwrap();
    let count = |sql: &str| -> u64 {
        let told = stdout(&feedmux(folder.path(), &["--config", "feedmux.toml", "sql", "--format", "json", sql]));
        serde_json::from_str::<serde_json::Value>(&told).map_or(0, |row| row["n"].as_u64().unwrap())
    };
    feedmux(folder.path(), &["replay", "/dev/null", "--store", "r.db"]);
    let mut stored = 0;
    for round in 1..=5 {
        let mut running = spawn(folder.path(), &["replay", "all.jsonl", "--store", "r.db"]);
        let wanted = stored + 20 + round * 13;
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
        while stored < wanted && std::time::Instant::now() < deadline && running.try_wait().unwrap().is_none() {
            stored = count("SELECT count(*) AS n FROM entries");
        }
        running.kill().unwrap();
        running.wait().unwrap();
        for breach in [
            "SELECT count(*) AS n FROM entries WHERE story_id NOT IN (SELECT id FROM stories)",
            "SELECT count(*) AS n FROM stories WHERE lead_entry_id NOT IN (SELECT id FROM entries WHERE story_id = stories.id)",
            "SELECT count(*) AS n FROM stories WHERE id NOT IN (SELECT story_id FROM entries)",
        ] {
            assert_eq!(count(breach), 0, "{breach} after kill {round}");
        }
        assert!(stored >= wanted, "{stored} entries of {wanted}");
    }
    feedmux(folder.path(), &["replay", "all.jsonl", "--store", "r.db"]);
    assert_eq!(count("SELECT count(*) AS n FROM entries"), 400);
    assert_eq!(count("SELECT count(*) AS n FROM stories"), 100, "each of four");
}

/// Two reports of one event without a common sentence, among others.
#[test]
fn a_story_names_those_that_are_related() {
    let ordinary = |n: u32| {
        format!(
            "The council of ward{n} said on Monday that it was in talks with the firm in street{n}, and that the plan for the centre \
             was not at an end, for all of the people who had been at the house in the night."
        )
    };
    let mut entries: Vec<(&str, &str, &str, &str, u32, String)> = Vec::new();
    let names: Vec<(String, String, String)> =
        (0..600).map(|n| (format!("o{n}"), format!("ordinary-{n}"), format!("Ward{n} in talks"))).collect();
    for (n, (id, path, title)) in (0..).zip(&names) {
        entries.push((id, "o.test", path, title, n / 20, ordinary(n)));
    }
    let mill = "A fire has destroyed the Harrowgate paper mill at Lindsmouth in the night. The mayor, Odile Verrant, said that 43 people \
                who worked the late shift were safe, and that brigades came from as far as Kestrel Bay. The mill was built in 1887.";
    let anew = "Nothing is left of the Harrowgate mill in Lindsmouth after flames went through it before dawn. All 43 of the late shift \
                got out, according to mayor Odile Verrant. Crews were sent from Kestrel Bay, too. It had stood since 1887.";
    entries.push(("m1", "a.test", "mill", "Fire destroys Harrowgate paper mill at Lindsmouth", 31, mill.to_owned()));
    entries.push(("m2", "b.test", "works", "Lindsmouth: blaze leaves nothing of the Harrowgate works", 33, anew.to_owned()));
    let folder = folder_with("[store]\npath = \"r.db\"\n");
    std::fs::write(folder.path().join("all.jsonl"), recording(&entries)).unwrap();
    let run = |arguments: &[&str]| stdout(&feedmux(folder.path(), &[&["--config", "feedmux.toml"], arguments].concat()));
    run(&["replay", "all.jsonl", "--store", "r.db"]);
    let told = run(&["story", "601"]);
    for wanted in ["related: story 602 (1 feed", "Lindsmouth: blaze leaves", "https://b.test/works", "both name ", "Kestrel Bay"] {
        assert!(told.contains(wanted), "{wanted} is not in {told}");
    }
    let json: serde_json::Value = serde_json::from_str(&run(&["story", "602", "--json"])).unwrap();
    let related = json["related"].as_array().unwrap();
    assert_eq!((&json["id"], related.len(), &related[0]["story"], &related[0]["feeds"]), (&602.into(), 1, &601.into(), &1.into()));
    let lonely = run(&["story", "300"]);
    assert!(!lonely.contains("related"), "{lonely}");
}
