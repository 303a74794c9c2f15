//! What of all that a search finds people see: as the output `all` shows it, one hit a story.

use std::collections::{HashMap, HashSet};

use super::Shelf;
use super::fold::fold;
use super::outputs::View;
use crate::config::Stories;
use crate::model::{EntryId, Item, ItemQuery, Reach, SearchHit, SearchQuery, StoryId};

/// Entries that are looked at for one search, where it does not ask for more hits itself: of a story that many feeds report each report
/// may be found, and rules may drop most of what is.
const MAX_FOUND: usize = 1_000;

/// Entries that are judged at once.
const BATCH: usize = 100;

/// What a search shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// Best first.
    pub hits: Vec<SearchHit>,
    /// Whether more entries than were looked at may be found.
    pub is_cut: bool,
}

/// What `view` shows of what `query` finds, without the first `skip` hits. A story stands where the best of its members stands that is found
/// and passes; whom outputs would let lead among these stands for it. What only begins with the words is found where whole words leave room,
/// and stands for no story that they found.
pub(super) async fn found<S: Shelf>(shelf: &S, view: &View<'_>, query: &SearchQuery, skip: usize) -> Result<Found, String> {
    let most = MAX_FOUND.max(query.limit);
    let mut known: HashSet<EntryId> = HashSet::new();
    // Each with how many others tell its story.
    let mut leads: Vec<(EntryId, u64)> = Vec::new();
    let mut seen = HashSet::new();
    for reach in [Reach::Words, Reach::Beginnings] {
        let room = most.saturating_sub(known.len());
        let mut ranked = shelf.find(SearchQuery { limit: most, ..query.clone() }, reach).await?;
        ranked.retain(|entry| !known.contains(entry));
        ranked.truncate(room);
        known.extend(&ranked);
        for batch in ranked.chunks(BATCH) {
            if leads.len() >= query.limit {
                break;
            }
            let told = stories(shelf, view, batch, &known).await?;
            leads.extend(told.into_iter().filter(|(story, _)| seen.insert(*story)).map(|(_, lead)| lead));
        }
        // What only begins with the words stands behind all of these.
        if leads.len() >= query.limit || known.len() >= most {
            break;
        }
    }
    let shown: Vec<(EntryId, u64)> = leads.into_iter().take(query.limit).skip(skip).collect();
    let mut hits = shelf.hits(query.words.clone(), shown.iter().map(|(entry, _)| *entry).collect()).await?;
    let more: HashMap<EntryId, u64> = shown.into_iter().collect();
    for hit in &mut hits {
        hit.more = more.get(&hit.entry_id).copied().unwrap_or_default();
    }
    Ok(Found { hits, is_cut: known.len() >= most })
}

/// The stories of `batch` as `view` shows them, in its order: who stands for each, and how many others tell it. `known`: what was found.
async fn stories<S: Shelf>(
    shelf: &S,
    view: &View<'_>,
    batch: &[EntryId],
    known: &HashSet<EntryId>,
) -> Result<Vec<(StoryId, (EntryId, u64))>, String> {
    let ask =
        ItemQuery { entries: batch.to_vec(), limit: batch.len(), with_members: true, depth: view.depth(), ..ItemQuery::default() };
    let passing: Vec<Item> = shelf.items(ask).await?.into_iter().filter_map(|item| view.take(item)).collect();
    let mut members: HashMap<StoryId, u64> = HashMap::new();
    passing.iter().for_each(|item| *members.entry(item.story.id).or_default() += 1);
    // As outputs that search: members that are not found stand for nobody.
    let candidates: Vec<&Item> = passing.iter().filter(|item| known.contains(&item.entry)).collect();
    let story_of: HashMap<EntryId, StoryId> = candidates.iter().map(|item| (item.entry, item.story.id)).collect();
    let told = fold(&candidates, Stories::Fold, view.output.order, 0);
    let lead_of: HashMap<StoryId, EntryId> = told.iter().map(|one| (one.lead.story.id, one.lead.entry)).collect();
    let stories = batch.iter().filter_map(|entry| story_of.get(entry));
    Ok(stories.filter_map(|story| Some((*story, (*lead_of.get(story)?, members.get(story)?.saturating_sub(1))))).collect())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use super::*;
    use crate::config::{self, Config, Then};
    use crate::exporter::Outputs;
    use crate::exporter::fake::{Fake, at, item};

    fn rule(when: &str, then: Then) -> config::Rule {
        config::Rule { name: "r".to_owned(), when: when.to_owned(), then, ..config::Rule::default() }
    }

    async fn search(items: Vec<Item>, config: &Config, typed: &str, limit: usize, skip: usize) -> Found {
        let outputs = Outputs::compile(config).unwrap();
        outputs.search(&Fake::of(items), &SearchQuery::new(typed, at(1000), limit), skip).await.unwrap()
    }

    /// `entry+more`, in order.
    fn told(found: &Found) -> String {
        let hits = found.hits.iter().map(|hit| match hit.more {
            0 => hit.entry_id.0.to_string(),
            more => format!("{}+{more}", hit.entry_id.0),
        });
        hits.collect::<Vec<_>>().join(" ")
    }

    /// Of `story()`: 1 founded it, 3 leads it, the text of 2 says something of its own; 4 is another.
    fn news() -> Vec<Item> {
        let mut items: Vec<Item> = (1..=3).map(|n| item(n).in_story(7, 1)).collect();
        items[2].story.is_lead = true;
        items[1].text = "Otters whole".to_owned();
        items.push(item(4));
        items
    }

    #[tokio::test]
    async fn a_story_is_one_hit_by_whom_outputs_let_lead() {
        let check = async |rules: Vec<config::Rule>, typed: &str, expected: &str| {
            let found = search(news(), &Config { rules: rules.clone(), ..Config::default() }, typed, 9, 0).await;
            assert_eq!(told(&found), expected, "{typed} {rules:?}");
            assert!(!found.is_cut);
        };
        check(vec![], "whole", "3+2 4").await;
        check(vec![], "otters", "2+2").await;
        check(vec![], "nothing", "").await;
        check(vec![rule("title:'title 3'", Then::Drop)], "whole", "1+1 4").await;
        check(vec![rule("title:'title 1' or title:'title 3'", Then::Drop)], "whole", "2 4").await;
        check(vec![rule("title:'title 1' or title:'title 3'", Then::Drop)], "otters", "2").await;
        check(vec![rule("title:'title 2'", Then::Drop)], "otters", "").await;
        check(vec![rule("text:'whole'", Then::Drop)], "whole", "").await;
        check(vec![rule("title:'title 3'", Then::Mute)], "whole", "1+2 4").await;
        check(vec![rule("title:'title 4'", Then::Mute)], "whole", "3+2").await;
        check(vec![rule("title:'title 2'", Then::Boost(1))], "whole", "2+2 4").await;
    }

    #[tokio::test]
    async fn the_output_all_decides_and_no_other() {
        let output = |name: &str, filter: &str| config::Output {
            name: name.to_owned(),
            filter: filter.to_owned(),
            ..config::Output::default()
        };
        let all = Config { outputs: vec![output("all", "not title:'title 3'")], ..Config::default() };
        assert_eq!(told(&search(news(), &all, "whole", 9, 0).await), "1+1 4");
        let other = Config { outputs: vec![output("x", "title:'title 3'")], ..Config::default() };
        assert_eq!(told(&search(news(), &other, "whole", 9, 0).await), "3+2 4");
    }

    #[tokio::test]
    async fn limits_count_what_is_shown() {
        // 300 stories of three, of which every second is dropped; no story is whole in one batch.
        let items =
            || (0..900).map(|n| item(n + 1).in_story(n % 300 + 1, n % 300 + 1).tagged(if n % 2 == 0 { "even" } else { "odd" }));
        let config = Config { rules: vec![rule("tag:odd", Then::Drop)], ..Config::default() };
        let page = async |limit, skip| search(items().collect(), &config, "whole", limit, skip).await;
        let all = page(500, 0).await;
        assert_eq!(all.hits.iter().map(|hit| hit.story).collect::<HashSet<StoryId>>().len(), 150);
        assert_eq!((all.hits.len(), all.is_cut), (150, false));
        assert!(all.hits.iter().all(|hit| hit.more == 2), "{}", told(&all));
        assert_eq!(page(60, 40).await.hits, all.hits[40..60]);
        assert_eq!(page(20, 20).await.hits, []);
        assert_eq!(page(0, 0).await.hits, []);
    }

    #[tokio::test]
    async fn what_only_begins_with_the_words_comes_behind_and_only_where_there_is_room() {
        let items = || {
            let mut items = news();
            items.insert(0, Item { text: "Ottershead".to_owned(), ..item(9) });
            items.push(Item { title: "otters".to_owned(), ..item(5) });
            // Leads the story, and is not found by a whole word.
            items[3].text = "Otterscape".to_owned();
            items
        };
        for (limit, expected, looks) in [(1, "2+2", 1), (2, "2+2 5", 1), (3, "2+2 5 9", 2)] {
            let shelf = Fake::of(items());
            let outputs = Outputs::compile(&Config::default()).unwrap();
            let found = outputs.search(&shelf, &SearchQuery::new("otters", at(1000), limit), 0).await.unwrap();
            assert_eq!((told(&found), shelf.searched.load(Ordering::SeqCst)), (expected.to_owned(), looks));
        }
        assert_eq!(told(&search(items(), &Config::default(), "otters", 3, 2).await), "9", "on a page of its own");
    }

    #[tokio::test]
    async fn a_search_that_finds_everything_ends() {
        let items = || (1..=MAX_FOUND as i64 * 3).map(item).collect::<Vec<_>>();
        let config = Config { rules: vec![rule("tag:news", Then::Drop)], ..Config::default() };
        let none = search(items(), &config, "whole", 26, 0).await;
        assert_eq!((none.hits.len(), none.is_cut), (0, true));
        let all = search(items(), &Config::default(), "whole", MAX_FOUND * 2, 0).await;
        assert_eq!((all.hits.len(), all.is_cut), (MAX_FOUND * 2, true), "who asks for more gets more");
    }
}
