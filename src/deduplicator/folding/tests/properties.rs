//! What holds for any texts, in any order.

use proptest::prelude::*;

use super::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Copies of a few texts at other sites, in any order: one story a text.
    #[test]
    fn the_order_of_arrival_does_not_change_stories(order in Just((0..12usize).collect::<Vec<_>>()).prop_shuffle()) {
        let sites = ["a.test", "b.test", "c.test", "d.test"];
        let entries: Vec<_> = order.iter().map(|n| {
            let text = format!("t{}x", n / 4);
            told(sites[n % 4], ["p", "q", "r"][n / 4], "Some headline", words(&text, 0..120 + n % 4 * 20), 1)
        }).collect();
        let found = stories(Near::Normal, &entries);
        for (one, a) in order.iter().zip(&found) {
            for (other, b) in order.iter().zip(&found) {
                prop_assert_eq!(one / 4 == other / 4, a == b);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whether the rows of a candidate are read is decided by texts alone: it must not lose what a rule, an echo or a contradiction is.
    #[test]
    fn what_is_not_likely_by_its_text_says_nothing_of_a_story(
        near in prop::sample::select(vec![Near::Strict, Near::Normal, Near::Loose]),
        same_site in any::<bool>(),
        title in prop::sample::select(vec![STORM, "Gale over the harbour", ""]),
        // Stretches of the first text and of another, one after the other.
        pieces in prop::collection::vec((any::<bool>(), 0..200_usize, 1..90_usize), 1..6),
        hours in 0..100_u64,
    ) {
        let text: String = pieces.iter().map(|(own, from, many)| words(if *own { "s" } else { "o" }, *from..from + many)).collect();
        let mut desk = Desk::new(near);
        desk.arrives(&told("a.test", "one", STORM, words("s", 0..240), 0));
        let site = if same_site { "a.test" } else { "b.test" };
        desk.arrives(&told(site, "two", title, text, hours));
        let [one, two] = [0, 1].map(|n: usize| Member { story: StoryId(n as i64), ..desk.members[n].clone() });
        let same_headline = one.print.form != 0 && one.print.headline == two.print.headline;
        let found = vec![(one.entry, one.print.clone())];
        // Entries under one headline are found by it.
        if desk.folding.likely(&two, found).is_empty() && !same_headline {
            let verdict = desk.folding.judge(&two, std::slice::from_ref(&one));
            prop_assert!(verdict.join.is_none() && verdict.apart.is_none() && !verdict.is_echo, "{verdict:?}");
        }
    }
}

/// The `n`th of those that have told a story of their own.
fn member(n: i64, title: &str, text: &str, hours: u64) -> Member {
    Member {
        entry: EntryId(n),
        story: StoryId(n),
        is_alone: true,
        feed: FeedId(n % 3),
        publisher: format!("{}.test", n % 3),
        guid: None,
        foldable: true,
        canonical_url: Some(format!("https://site.test/{}", n % 2)),
        title: title.to_owned(),
        first_seen: after(Timestamp::UNIX_EPOCH, Duration::from_hours(hours)),
        form_stories: 1,
        address_stories: 1,
        print: fingerprint(title, &format!("{}.test", n % 3), text),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Stories are counted for the relevant alone; those beyond the window are among the others, as a store has them.
    #[test]
    fn what_is_not_relevant_changes_no_verdict(
        all in prop::collection::vec((any::<bool>(), 0..150_usize, 1..120_usize, any::<bool>(), 0..2_000_u64), 2..7),
    ) {
        let members = (0..).zip(&all).map(|(n, (own, from, many, same_title, hours))| {
            let text = words(if *own { "s" } else { "o" }, *from..from + many);
            member(n, if *same_title { STORM } else { "Gale over the harbour" }, &text, *hours)
        });
        let mut members: Vec<Member> = members.collect();
        let subject = members.pop().unwrap();
        let folding = Folding::new(Near::Normal, Duration::from_hours(31 * 24), 1 << 20);
        let relevant = folding.relevant(&subject, members.clone());
        prop_assert_eq!(folding.judge(&subject, &relevant), folding.judge(&subject, &members));
    }
}
