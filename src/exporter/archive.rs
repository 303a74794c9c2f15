//! Archives (RFC 5005 section 4): documents behind an output whose entries stay, so that a new reader can fetch what it showed before.
//!
//! An archive holds the stories that were founded in one stretch of rows. Rows are never numbered anew, so these are the same as long as the
//! same entries pass the output. A stretch ends at the row that its address names, and is as long as it can be: a power of two that divides
//! this row, as long as no more stories are in it than the output has items. So wherever a reader begins, it soon comes to the same few
//! documents, and an output that shows little has few.
//!
//! Where a story comes to pass by a later member (a tag, another feed), a stretch may become shorter; the chain from the newest document
//! leads through everything all the same.
//!
//! A story that is new and stands far down in the list (the first poll of a feed is back-dated) is in no document until the output shows a
//! newer one and its stretch is over; so is one behind an entry that waits long for its page.

use std::ops::Range;

use super::Shelf;
use super::fold::Shown;
use super::gather;
use super::outputs::{Page, View};
use crate::config::Stories;
use crate::model::{Item, Required};

/// Rows that one archive looks through at most: what a document of an output costs that shows next to nothing of them.
const MAX_STRETCH: i64 = 1 << 14;

/// The document that ends before row `end`.
pub(super) async fn page<S: Shelf>(shelf: &S, view: &View<'_>, end: i64) -> Result<Page, String> {
    let rows = shelf.rows().await?;
    let unit = unit(view.limit());
    let end = end / unit * unit;
    // What is still to come, and beyond the first row, is no archive yet, and none any more.
    if end > rows.end || end <= rows.start {
        return Ok(Page::default());
    }
    let mut held = Page::default();
    let mut begin = end;
    for length in stretches(end, unit) {
        let tried = gather::listed(shelf, &view.within(end - length..end), view.limit()).await?;
        if tried.next.is_some() && begin < end {
            break;
        }
        (held, begin) = (tried, end - length);
        if begin <= rows.start {
            break;
        }
    }
    let held = gather::whole(shelf, view, held).await?;
    Ok(Page { next: None, is_archive: true, prev_archive: (begin > rows.start).then_some(begin), ..held })
}

/// The newest archive behind a document that shows `shown` and less than there is. It ends with the stretch of the newest entry there: what
/// other outputs show meanwhile must not make this document another. Rows that are not released yet end it, since it may not change.
pub(super) async fn newest<S: Shelf>(shelf: &S, view: &View<'_>, shown: &[Shown]) -> Result<Option<i64>, String> {
    let rows = shelf.rows().await?;
    let unit = unit(view.limit());
    // Whoever gives a story its place came after its founder.
    let newest = shown.iter().map(|one| one.place.1.0).max().unwrap_or_default();
    let end = (newest / unit + 1).saturating_mul(unit).min(rows.end / unit * unit);
    Ok((end > rows.start).then_some(end))
}

/// The shortest stretch, so that the newest document shows all that is in none yet, and as much again.
fn unit(items: usize) -> i64 {
    let half = i64::try_from(items / 2).unwrap_or(MAX_STRETCH).clamp(1, MAX_STRETCH);
    1 << half.ilog2()
}

/// How long a stretch may be that ends at `end`, shortest first.
fn stretches(end: i64, unit: i64) -> impl Iterator<Item = i64> {
    std::iter::successors(Some(unit), |length| length.checked_mul(2))
        .take_while(move |&length| length <= MAX_STRETCH && end % length == 0)
}

/// The row by which an item is in an archive: a folded story goes by its founder.
pub(super) fn row(view: &View<'_>, item: &Item) -> i64 {
    match view.stories() {
        Stories::Fold => item.story.id.0,
        Stories::Show | Stories::First => item.entry.0,
    }
}

/// What the shelf may look up of that.
pub(super) fn needs(view: &View<'_>, rows: Range<i64>) -> Required {
    match view.stories() {
        Stories::Fold => Required::Founded(rows),
        Stories::Show | Stories::First => Required::Rows(rows),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashSet};

    use proptest::prelude::*;

    use super::*;
    use crate::config::{self, Config};
    use crate::exporter::fake::{Fake, at, item};
    use crate::exporter::{Outputs, Query};
    use crate::model::Item;

    fn outputs(change: impl FnOnce(&mut config::Output)) -> Outputs {
        let mut output = config::Output { name: "x".to_owned(), items: 8, ..config::Output::default() };
        change(&mut output);
        Outputs::compile(&Config { outputs: vec![output], ..Config::default() }).unwrap()
    }

    async fn page(outputs: &Outputs, items: &[Item], query: &Query) -> Page {
        outputs.page(&Fake::of(items.to_vec()), outputs.get("x").unwrap(), query, at(5000)).await.unwrap()
    }

    async fn archive(outputs: &Outputs, items: &[Item], end: i64) -> (Vec<String>, Option<i64>) {
        let page = page(outputs, items, &Query { archive: Some(end), ..Query::default() }).await;
        assert!(page.is_archive && page.next.is_none());
        (page.shown.into_iter().map(|one| one.id).collect(), page.prev_archive)
    }

    /// What a reader gets that begins at the newest document: the addresses of the archives, and all ids.
    async fn walk(outputs: &Outputs, items: &[Item]) -> (Vec<i64>, Vec<String>) {
        let newest = page(outputs, items, &Query::default()).await;
        let mut ids: Vec<String> = newest.shown.into_iter().map(|one| one.id).collect();
        let (mut ends, mut next) = (Vec::new(), newest.prev_archive);
        while let Some(end) = next {
            let (some, before) = archive(outputs, items, end).await;
            assert!(some.len() <= 8, "{end}: {}", some.len());
            ends.push(end);
            ids.extend(some);
            next = before;
        }
        (ends, ids)
    }

    fn plain(n: i64) -> Vec<Item> {
        (1..=n).map(|n| item(n).in_story(n, n)).collect()
    }

    #[tokio::test]
    async fn a_new_reader_gets_everything_and_each_archive_once() {
        let (ends, ids) = walk(&outputs(|_| {}), &plain(100)).await;
        assert_eq!(ends, [100, 96, 88, 80, 72, 64, 56, 48, 40, 32, 24, 16, 8]);
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 100);
        assert_eq!(ids.len(), 100 + 8 - 1, "the newest document holds one that is in no archive yet");
    }

    #[tokio::test]
    async fn an_output_that_shows_little_has_few_archives() {
        let rare = outputs(|output| output.filter = "tag:rare".to_owned());
        let items: Vec<Item> =
            plain(4000).into_iter().map(|one| if one.entry.0 % 250 == 1 { one.tagged("rare") } else { one }).collect();
        let (ends, ids) = walk(&rare, &items).await;
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 16);
        assert_eq!(ends, [3752, 3744, 3712, 3584, 3072, 2048, 1024]);
    }

    #[tokio::test]
    async fn what_others_show_does_not_change_the_newest_document() {
        let rare = outputs(|output| output.filter = "tag:rare".to_owned());
        let items: Vec<Item> =
            plain(400).into_iter().map(|one| if one.entry.0 <= 100 { one.tagged("rare") } else { one }).collect();
        let archive = async |n: usize| page(&rare, &items[..n], &Query::default()).await.prev_archive;
        assert_eq!([archive(100).await, archive(102).await], [Some(100), Some(100)]);
        assert_eq!([archive(103).await, archive(400).await], [Some(104), Some(104)]);
    }

    #[tokio::test]
    async fn what_is_all_in_the_newest_document_has_no_archive() {
        assert_eq!(walk(&outputs(|_| {}), &plain(8)).await.0, [0; 0]);
        assert_eq!(walk(&outputs(|_| {}), &[]).await.0, [0; 0]);
        assert_eq!(
            page(&outputs(|_| {}), &plain(100), &Query { q: Some("text".to_owned()), ..Query::default() }).await.prev_archive,
            None
        );
        let aged = outputs(|output| output.filter = "age < 900d".to_owned());
        assert_eq!(page(&aged, &plain(100), &Query::default()).await.prev_archive, None, "tomorrow the same rows show less");
    }

    #[tokio::test]
    async fn an_address_that_is_none_yet_is_no_archive() {
        for end in [1, 104, 1_000_000, i64::MAX] {
            let page = page(&outputs(|_| {}), &plain(100), &Query { archive: Some(end), ..Query::default() }).await;
            assert_eq!(page, Page::default(), "{end}");
        }
    }

    #[tokio::test]
    async fn a_story_is_in_the_archive_of_its_founder_however_it_grows() {
        let mut items = plain(100);
        items[90] = item(91).in_story(3, 3);
        let (ids, _) = archive(&outputs(|_| {}), &items, 8).await;
        assert!(ids.contains(&"urn:test:3".to_owned()));
        let (ids, _) = archive(&outputs(|_| {}), &items, 92).await;
        assert_eq!(ids.len(), 3);
        let (ids, _) = archive(&outputs(|output| output.stories = Stories::Show), &items, 92).await;
        assert!(ids.contains(&"urn:test:91".to_owned()));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn archives_never_change_and_leave_nothing_out(
            stories in prop::collection::vec(0_i64..40, 1..120),
            grown in 1_usize..120,
            tagged in 1_i64..9,
            folds in prop::bool::ANY,
        ) {
            // Row n tells the story of an earlier row, or its own.
            let items: Vec<Item> = (1..).zip(&stories).map(|(n, back)| {
                let founder = if *back < n && stories[(n - back - 1) as usize] == 0 { n - back } else { n };
                let one = item(n).in_story(founder, founder);
                if n % tagged == 0 { one.tagged("some") } else { one }
            }).collect();
            let stories = if folds { Stories::Fold } else { Stories::Show };
            let outputs = outputs(|output| (output.filter, output.stories) = ("tag:some".to_owned(), stories));
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(async {
                let early = &items[..grown.min(items.len())];
                let (ends, _) = walk(&outputs, early).await;
                // A folded story may come to pass by a later member.
                for end in ends.into_iter().filter(|_| !folds || tagged == 1) {
                    prop_assert_eq!(ids(&outputs, early, end).await, ids(&outputs, &items, end).await);
                }
                let (_, all) = walk(&outputs, &items).await;
                let id = |one: &Item| if folds { one.story.founding_id.clone() } else { one.public_id.clone() };
                let tagged = items.iter().filter(|one| one.source.tags.contains(&"some".to_owned()));
                prop_assert_eq!(all.into_iter().collect::<BTreeSet<_>>(), tagged.map(id).collect());
                Ok(())
            })?;
        }
    }

    async fn ids(outputs: &Outputs, items: &[Item], end: i64) -> BTreeSet<String> {
        archive(outputs, items, end).await.0.into_iter().collect()
    }
}
