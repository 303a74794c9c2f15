//! One address, one GUID, and another story behind it.

use super::*;

const DAY: u32 = 48;

/// A page that is filled anew: the same names, day for day.
fn issue(title: &str, text: &str) -> ParsedEntry {
    ParsedEntry {
        guid: Some("daily".to_owned()),
        link: Some("https://paper.test/digest/".to_owned()),
        title: Some(title.to_owned()),
        content: Some(text.to_owned()),
        ..ParsedEntry::default()
    }
}

fn other_words() -> String {
    (0..80).map(|n| format!("word{n} ")).collect()
}

fn told(day: u32) -> String {
    (0..12)
        .map(|n| format!("On day {day} the council of town{day}x{n} met for hour{n}y{day} and spoke of road{day}z{n}. "))
        .collect()
}

/// `stored` entries after these polls, so many polls of half an hour apart.
fn check(apart: u32, issues: &[ParsedEntry], stored: usize) -> Shelf {
    let mut shelf = Shelf::default();
    for issue in issues {
        shelf.poll(std::slice::from_ref(issue));
        shelf.polls += apart;
    }
    assert_eq!(shelf.titles.len(), stored, "{:?}", shelf.titles);
    shelf
}

#[test]
fn a_daily_page_is_a_new_entry_each_day() {
    let days: Vec<_> = (1..5).map(|day| issue("The day in brief", &told(day))).collect();
    check(DAY, &days, 4);
    let dated: Vec<_> = (1..5).map(|day| issue(&format!("Rates of {day} March"), &format!("{} {}", told(0), told(day)))).collect();
    check(DAY, &dated, 4);
    let standing: String = (0..36).map(|n| format!("standing{n} ")).collect();
    let framed: Vec<_> = (1..5u32)
        .map(|day| {
            let news: String = (0..30).map(|n| format!("news{day}x{n} ")).collect();
            issue("The day in brief", &format!("{standing}{news}{standing}"))
        })
        .collect();
    check(DAY, &framed, 4);
}

#[test]
fn it_is_known_again_at_the_next_poll_and_when_the_old_one_comes_back() {
    let days: Vec<_> = (1..4).map(|day| issue("The day in brief", &told(day))).collect();
    let mut shelf = check(DAY, &days, 3);
    for day in [2, 0, 2, 1] {
        let plan = shelf.poll(&days[day..=day]);
        assert_eq!((plan.new.len(), plan.changed.len()), (0, 0), "{day}");
    }
}

#[test]
fn an_edit_is_an_edit() {
    let (first, more) = (told(1), format!("{} {}", told(1), told(2)));
    check(DAY, &[issue("The day in brief", &first), issue("The day in brief", &more)], 1);
    check(DAY, &[issue("Story 1", &first), issue("Story 2, corrected", &first)], 1);
    // Within the day all of it may be rewritten.
    check(4, &[issue("Storm: 3 missing", &told(1)), issue("Storm: 5 missing", &told(2))], 1);
    // But not under another headline with nothing in common.
    check(4, &[issue("Storm: 3 missing", &told(1)), issue("The council meets", &other_words())], 2);
    // An article's own address is one article's.
    let at_article = |text: &str| ParsedEntry { link: story(1).link, ..issue("A long read", text) };
    check(DAY, &[at_article(&told(1)), at_article(&told(2))], 1);
    // Too short to say.
    check(DAY, &[issue("Note", "All is well."), issue("Note", "All is lost.")], 1);
}
