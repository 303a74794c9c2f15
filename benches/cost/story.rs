//! What it costs to know a text of 200 words again among those of a window, beside hashing its words alone.

use std::cell::RefCell;
use std::hint::black_box;

use divan::Bencher;
use divan::counter::ItemsCount;
use feedmux::deduplicator::folding::{self, Folding};
use feedmux::model::{EntryId, FeedId, Folder, Member, Role, StoryId};
use jiff::Timestamp;
use xxhash_rust::xxh3::xxh3_64;

use crate::input;

const WORDS: usize = 200;
/// Every so manyth text is another's with some words of its own.
const COPIES: usize = 5;

/// Entry `n` of a window.
fn member(n: usize) -> Member {
    let text = match n % COPIES {
        0 if n > 0 => format!("{} {}", input::text(n - 1, WORDS * 4 / 5), input::text(n, WORDS / 5)),
        _ => input::text(n, WORDS),
    };
    let site = format!("site{}.example", n % 300);
    let title = input::text(n ^ 0x5eed, 12);
    let url = format!("https://{site}/{n}/what-happened-at-the-harbour");
    let entry = EntryId(i64::try_from(n).unwrap_or_default() + 1);
    Member {
        entry,
        story: StoryId(entry.0),
        is_alone: true,
        feed: FeedId(entry.0 % 300),
        publisher: site.clone(),
        guid: Some(url.clone()),
        canonical_url: Some(url),
        foldable: true,
        print: folding::fingerprint(&title, &site, &text),
        title,
        first_seen: Timestamp::from_second(1_700_000_000 + entry.0).unwrap_or_default(),
        form_stories: 0,
        address_stories: 0,
    }
}

/// A desk on which entries arrive, without the store.
#[derive(Default)]
struct Desk {
    folding: Folding,
    members: Vec<Member>,
}

impl Desk {
    fn arrives(&mut self, mut member: Member) {
        let candidates = self.folding.candidates(&member, &[]);
        let find = |id: &EntryId| self.members.get(usize::try_from(id.0).ok()?.checked_sub(1)?).cloned();
        let others: Vec<Member> = candidates.iter().filter_map(find).collect();
        let verdict = self.folding.judge(&member, &others);
        let role = Role { founds: verdict.join.is_none(), is_echo: verdict.is_echo };
        self.folding.remember(member.entry, &member.print, None, role);
        self.folding.commit();
        if let Some(join) = verdict.join {
            member.story = join.story;
        }
        self.members.push(member);
    }
}

#[divan::bench]
fn a_fingerprint(bencher: Bencher) {
    let (title, text) = (input::text(1, 12), input::text(2, WORDS));
    bencher.counter(ItemsCount::new(1_usize)).bench(|| folding::fingerprint(black_box(&title), "site.example", black_box(&text)));
}

#[divan::bench(args = [10_000, 100_000])]
fn b_find_judge_remember(bencher: Bencher, window: usize) {
    let desk = RefCell::new(Desk::default());
    (0..window).for_each(|n| desk.borrow_mut().arrives(member(n)));
    let next = || member(desk.borrow().members.len());
    bencher.counter(ItemsCount::new(1_usize)).with_inputs(next).bench_local_values(|next| desk.borrow_mut().arrives(next));
}

#[divan::bench]
fn c_hashes_of_words_alone(bencher: Bencher) {
    let text = input::text(2, WORDS);
    let hash = || black_box(&text).split_whitespace().map(|word| xxh3_64(word.as_bytes())).fold(0, |all, hash| all ^ hash);
    bencher.counter(ItemsCount::new(1_usize)).bench(hash);
}
