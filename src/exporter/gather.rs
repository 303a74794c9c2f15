//! Pulls items from the shelf until an output's page is full.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use super::Shelf;
use super::fold::{Shown, fold, place, presentable};
use super::outputs::{Page, View};
use super::query::Cursor;
use crate::config::Stories;
use crate::model::{EntryId, Item, ItemQuery};

/// Entries asked of the shelf at once: bounds the memory of a page whose filter lets few pass.
const BATCH: std::ops::RangeInclusive<usize> = 100..=1_000;

/// Entries looked at for one page, beyond those it shows. A filter that lets next to nothing pass, and that the shelf cannot look up, gives
/// short pages with a next link.
const MAX_SCANNED: usize = 20_000;

/// The same in time, where the expression came in the address: it may be dear, and whoever asks is not the only one.
const MAX_LOOKING: Duration = Duration::from_secs(4);

/// What somebody is told whose expression took longer before anything was found.
pub(super) const TOO_DEAR: &str = "where: takes too long here; make it simpler";

/// A search sees its newest so many hits. They come in one piece, because members of a story that the search does not
/// find are no members of what it shows.
const MAX_SEARCHED: usize = 1_000;

/// The page that `view` asks for.
pub(super) async fn page<S: Shelf>(shelf: &S, view: &View<'_>) -> Result<Page, String> {
    let limit = view.limit();
    let page = if view.query.q.is_some() { searched(shelf, view, limit).await } else { listed(shelf, view, limit).await };
    whole(shelf, view, page?).await
}

/// Walks down the list. A story is shown where the passing member stands that gives it its place, in the batch that brings this member.
/// Which one that is depends on all members and nothing else, so it is the same in every batch and on every page.
pub(super) async fn listed<S: Shelf>(shelf: &S, view: &View<'_>, limit: usize) -> Result<Page, String> {
    let output = view.output;
    // One more than wanted tells whether there is a next page.
    let batch = limit.saturating_add(1).clamp(*BATCH.start(), *BATCH.end());
    let with_members = view.stories() == Stories::Fold;
    let mut ask = ItemQuery { limit: batch, with_members, ..asked(view) };
    let mut shown: Vec<Shown> = Vec::new();
    let (mut scanned, until) = (0, view.query.filter.as_ref().map(|_| Instant::now() + MAX_LOOKING));
    loop {
        let mut items = shelf.items(ask.clone()).await?;
        let answered = items.len();
        let mut known = HashSet::with_capacity(items.len());
        items.retain(|item| known.insert(item.entry));
        // Members of stories may stand anywhere in the list; these are the list itself.
        let key = |item: &Item| (place(item, output.order), item.entry);
        let here =
            |item: &&Item| ask.before.is_none_or(|before| key(item) < before) && ask.since.is_none_or(|since| key(item).0 >= since);
        let listed: HashSet<EntryId> = items.iter().filter(here).take(batch).map(|item| item.entry).collect();
        let Some(last) = items.iter().filter(|item| listed.contains(&item.entry)).map(key).min() else {
            return Ok(Page { shown, ..Page::default() });
        };
        let Some(folded) = folded(view, items, until) else {
            // What was found until the last batch is whole.
            let next = ask.before.map(|(at, row)| Cursor(at, row)).filter(|_| !shown.is_empty()).ok_or(TOO_DEAR)?;
            return Ok(Page { shown, next: Some(next), ..Page::default() });
        };
        shown.extend(folded.into_iter().filter(|one| listed.contains(&one.place.1)));
        if shown.len() > limit {
            shown.truncate(limit);
            let next = shown.last().map(|one| Cursor(one.place.0, one.place.1));
            return Ok(Page { shown, next, ..Page::default() });
        }
        if answered < batch {
            return Ok(Page { shown, ..Page::default() });
        }
        scanned += listed.len();
        if scanned >= MAX_SCANNED.saturating_add(limit) || until.is_some_and(|until| Instant::now() >= until) {
            return Ok(Page { shown, next: Some(Cursor(last.0, last.1)), ..Page::default() });
        }
        ask.before = Some(last);
        // Looking through a batch is work without a pause.
        tokio::task::yield_now().await;
    }
}

async fn searched<S: Shelf>(shelf: &S, view: &View<'_>, limit: usize) -> Result<Page, String> {
    let ask = ItemQuery { limit: MAX_SEARCHED, words: view.words(), before: None, ..asked(view) };
    let until = view.query.filter.as_ref().map(|_| Instant::now() + MAX_LOOKING);
    let mut shown = folded(view, shelf.items(ask).await?, until).ok_or(TOO_DEAR)?;
    shown.retain(|one| view.query.before.is_none_or(|before| one.place < (before.0, before.1)));
    let more = shown.len() > limit;
    shown.truncate(limit);
    let next = shown.last().filter(|_| more).map(|one| Cursor(one.place.0, one.place.1));
    Ok(Page { shown, next, ..Page::default() })
}

/// `None`: it is later than `until`.
fn folded(view: &View<'_>, items: Vec<Item>, until: Option<Instant>) -> Option<Vec<Shown>> {
    let look = || {
        let mut passing = Vec::with_capacity(items.len());
        for item in items {
            if until.is_some_and(|until| Instant::now() >= until) {
                return None;
            }
            passing.extend(view.take(item));
        }
        Some(passing)
    };
    let passing: Vec<Item> = match until {
        Some(_) => aside(look)?,
        None => look()?,
    };
    Some(fold(&passing.iter().collect::<Vec<_>>(), view.stories(), view.output.order, view.output.resurface))
}

/// Work that may take seconds, where other tasks of this thread can go on elsewhere meanwhile.
fn aside<T>(work: impl FnOnce() -> T) -> T {
    use tokio::runtime::{Handle, RuntimeFlavor};
    let is_alone = Handle::try_current().map_or(true, |runtime| runtime.runtime_flavor() == RuntimeFlavor::CurrentThread);
    if is_alone { work() } else { tokio::task::block_in_place(work) }
}

/// Only what is shown is read whole: of what a filter leaves out, names and dates are enough.
pub(super) async fn whole<S: Shelf>(shelf: &S, view: &View<'_>, mut page: Page) -> Result<Page, String> {
    let ids: Vec<EntryId> = page.shown.iter().map(|one| one.lead.entry).collect();
    let mut leads = HashMap::with_capacity(ids.len());
    for ids in ids.chunks(*BATCH.end()) {
        let ask = ItemQuery { entries: ids.to_vec(), limit: ids.len(), ..ItemQuery::default() };
        leads.extend(shelf.items(ask).await?.iter().map(|item| (item.entry, presentable(&view.ruled(item)))));
    }
    // What was removed meanwhile is not shown; the change makes this page an old one.
    page.shown.retain_mut(|one| leads.remove(&one.lead.entry).map(|lead| one.lead = lead).is_some());
    Ok(page)
}

/// What the shelf can narrow itself.
fn asked(view: &View<'_>) -> ItemQuery {
    ItemQuery {
        order: view.output.order,
        before: view.query.before.map(|Cursor(at, row)| (at, row)),
        since: view.query.since,
        needs: view.needs(),
        depth: view.depth(),
        ..ItemQuery::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{self, Config};
    use crate::exporter::fake::{Fake, at, item};
    use crate::exporter::{Outputs, Query};
    use crate::model::Order;

    fn outputs(output: config::Output) -> Outputs {
        Outputs::compile(&Config { outputs: vec![config::Output { name: "x".to_owned(), ..output }], ..Config::default() }).unwrap()
    }

    async fn ids(shelf: &Fake, output: config::Output, query: Query) -> (Vec<String>, Option<Cursor>) {
        let outputs = outputs(output);
        let page = outputs.page(shelf, outputs.get("x").unwrap(), &query, at(1000)).await.unwrap();
        (page.shown.iter().map(|one| one.id.trim_start_matches("urn:test:").to_owned()).collect(), page.next)
    }

    /// All pages, one after the other.
    async fn walk(shelf: &Fake, output: config::Output, query: Query) -> Vec<String> {
        let (mut all, mut query) = (Vec::new(), query);
        loop {
            let (some, next) = ids(shelf, output.clone(), query.clone()).await;
            all.extend(some);
            match next {
                Some(next) => query.before = Some(next),
                None => return all,
            }
        }
    }

    fn limit(limit: usize) -> Query {
        Query { limit: Some(limit), ..Query::default() }
    }

    /// 400 entries; every fourth begins a story of four.
    fn many() -> Fake {
        let items = (1..=400).map(|n| item(n).in_story(n % 100, if n > 100 { n % 100 } else { n }));
        Fake::of(
            items
                .map(|mut one| {
                    if one.entry.0 <= 100 {
                        one.story.is_founding = true;
                        one.story.id = crate::model::StoryId(one.entry.0 % 100);
                    }
                    one
                })
                .collect(),
        )
    }

    #[tokio::test]
    async fn pages_join_without_gap_or_double() {
        let all = walk(&many(), config::Output::default(), limit(7)).await;
        let expected: Vec<String> = (1..=100).rev().map(|n| n.to_string()).collect();
        assert_eq!(all.len(), 100);
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), 100);
        assert_eq!(all[1..], expected[1..], "each story stands where its first member stands");
        let shown = walk(&many(), config::Output { stories: Stories::Show, ..Default::default() }, limit(33)).await;
        assert_eq!(shown, (1..=400).rev().map(|n| n.to_string()).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn a_full_page_has_a_next_and_the_last_has_none() {
        let shelf = Fake::of((1..=3).map(item).collect());
        assert_eq!(ids(&shelf, Default::default(), limit(3)).await, (vec!["3".into(), "2".into(), "1".into()], None));
        let (_, next) = ids(&shelf, Default::default(), limit(2)).await;
        assert_eq!(next, Some(Cursor(at(2), EntryId(2))));
        assert_eq!(ids(&Fake::default(), Default::default(), limit(2)).await, (vec![], None));
    }

    #[tokio::test]
    async fn folding_happens_among_those_that_pass() {
        let shelf =
            Fake::of(vec![item(1).in_story(7, 1), item(2).in_story(7, 1).tagged("rust"), item(3).in_story(7, 1).tagged("rust")]);
        let rust = || config::Output { filter: "tag:rust".to_owned(), ..Default::default() };
        assert_eq!(ids(&shelf, rust(), Query::default()).await.0, ["1"], "called by the founder although it does not pass");
        let outputs = outputs(rust());
        let page = outputs.page(&shelf, outputs.get("x").unwrap(), &Query::default(), at(1000)).await.unwrap();
        assert_eq!(page.shown[0].place, (at(2), EntryId(2)));
        assert_eq!(page.shown[0].also.len(), 1);
        let first = config::Output { stories: Stories::First, ..rust() };
        assert_eq!(ids(&shelf, first, Query::default()).await.0, Vec::<String>::new());
    }

    #[tokio::test]
    async fn rules_drop_from_every_output() {
        let rule = config::Rule { name: "r".to_owned(), when: "title:'title 2'".to_owned(), ..config::Rule::default() };
        let outputs = Outputs::compile(&Config { rules: vec![rule], ..Config::default() }).unwrap();
        let page = outputs
            .page(&Fake::of((1..=3).map(item).collect()), outputs.get("all").unwrap(), &Query::default(), at(1000))
            .await
            .unwrap();
        assert_eq!(page.shown.iter().map(|one| one.lead.entry.0).collect::<Vec<_>>(), [3, 1]);
    }

    #[tokio::test]
    async fn queries_narrow() {
        let mut items: Vec<Item> = (1..=4).map(item).collect();
        items[1] = items[1].clone().tagged("Rust");
        items[2].lang = Some("de".to_owned());
        let shelf = Fake::of(items);
        let check = async |query: &str, expected: &[&str]| {
            let query = Query::parse(query, at(1000)).unwrap();
            assert_eq!(ids(&shelf, Default::default(), query.clone()).await.0, expected, "{query}");
        };
        check("tag=Rust", &["2"]).await;
        check("lang=de", &["3"]).await;
        check("feed=site4.example", &["4"]).await;
        check("feed=1", &["1"]).await;
        check("q=text+2", &["2"]).await;
        check(&format!("since={}", at(3)), &["4", "3"]).await;
        check(&format!("before={}", at(3)), &["2", "1"]).await;
        check("limit=1", &["4"]).await;
    }

    #[tokio::test]
    async fn a_story_is_not_new_to_since_because_another_joined() {
        let shelf = Fake::of(vec![item(1).in_story(7, 1), item(9).in_story(7, 1), item(8)]);
        let since = Query { since: Some(at(5)), ..Query::default() };
        assert_eq!(ids(&shelf, Default::default(), since).await.0, ["8"]);
    }

    fn at_third() -> config::Output {
        config::Output { resurface: 3, ..Default::default() }
    }

    #[tokio::test]
    async fn pages_join_where_stories_resurface() {
        // Story n founded at n, told again at 100 + n, at 200 + n by a third feed, at 300 + n by a fourth.
        let all = walk(&many(), at_third(), limit(7)).await;
        assert_eq!(all, (1..=100).rev().map(|n| n.to_string()).collect::<Vec<_>>());
        let page = {
            let outputs = outputs(at_third());
            outputs.page(&many(), outputs.get("x").unwrap(), &limit(100), at(1000)).await.unwrap()
        };
        assert!(page.shown.iter().all(|one| one.place.1.0 > 200 && one.place.1.0 <= 300), "{:?}", page.shown[0].place);
        assert_eq!(page.next, None);
    }

    #[tokio::test]
    async fn what_does_not_pass_is_no_report() {
        let story = |tagged: &[i64]| {
            let items = [1, 2, 3, 4].map(|n| {
                let one = item(n * 10).in_story(7, 10);
                if tagged.contains(&n) { one.tagged("rust") } else { one }
            });
            Fake::of(items.into_iter().chain([item(25), item(35)]).collect())
        };
        let check = async |tagged: &[i64], query: &str, expected: &[&str]| {
            let query = Query::parse(query, at(1000)).unwrap();
            assert_eq!(ids(&story(tagged), at_third(), query.clone()).await.0, expected, "{query}");
        };
        check(&[], "", &["35", "10", "25"]).await;
        check(&[1, 2, 4], "tag=rust&limit=1", &["10"]).await;
        check(&[], "stories=first", &["35", "25", "10"]).await;
        let since = format!("since={}", at(26));
        check(&[], &since, &["35", "10"]).await;
        let rust = |resurface| config::Output { filter: "tag:rust".to_owned(), resurface, ..Default::default() };
        let place = async |tagged: &[i64]| {
            let outputs = outputs(rust(3));
            outputs.page(&story(tagged), outputs.get("x").unwrap(), &Query::default(), at(1000)).await.unwrap().shown[0].place.0
        };
        assert_eq!(place(&[1, 2, 4]).await, at(40));
        assert_eq!(place(&[1, 4]).await, at(10));
        assert_eq!(place(&[2, 3, 4]).await, at(40));
    }

    #[tokio::test]
    async fn a_search_folds_and_pages_what_it_finds() {
        let shelf = many();
        let all = walk(&shelf, Default::default(), Query { q: Some("Whole".to_owned()), limit: Some(9), ..Query::default() }).await;
        assert_eq!(all.len(), 100);
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), 100);
    }

    #[tokio::test]
    async fn both_orders_page_through_everything() {
        let mut items: Vec<Item> = (1..=50).map(item).collect();
        for one in &mut items {
            one.published = at((one.entry.0 * 7) % 50); // received order and published order differ
            one.received = at(100 + one.entry.0);
        }
        let output = config::Output { order: Order::Published, ..Default::default() };
        let all = walk(&Fake::of(items.clone()), output, limit(4)).await;
        items.sort_by_key(|one| std::cmp::Reverse((one.published, one.entry)));
        assert_eq!(all, items.iter().map(|one| one.entry.0.to_string()).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn a_filter_that_lets_nothing_pass_ends() {
        let shelf = Fake::of((1..=(MAX_SCANNED as i64 + 2_000)).map(item).collect());
        let none = config::Output { filter: "title:nothing".to_owned(), ..Default::default() };
        let (shown, next) = ids(&shelf, none, limit(999)).await;
        assert!(shown.is_empty() && next.is_some());
        assert!(shelf.asked.load(std::sync::atomic::Ordering::SeqCst) < 30);
    }
}
