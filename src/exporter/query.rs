//! What a reader may ask of an output in the address.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use url::form_urlencoded;

use super::filter::{self, Filter, speaks};
use super::public::public;
use crate::clock;
use crate::config::{MAX_ITEMS, Stories};
use crate::model::{EntryId, FeedId, Item, Required, fixed_moment, moment};

/// Items in one answer over HTTP.
pub const MAX_LIMIT_HTTP: usize = MAX_ITEMS;

/// Items in one document written by a command.
pub const MAX_LIMIT_RENDER: usize = 100_000;

/// Durations are counted from the full hour.
pub(super) const HOUR: std::time::Duration = std::time::Duration::from_hours(1);

/// Longest value of a parameter: they become part of addresses and of keys in memory.
const MAX_VALUE_BYTES: usize = 500;

/// A narrower view of an output. Its text form ([`fmt::Display`]) is the canonical query of the address.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// Only with this tag.
    pub tag: Option<String>,
    /// Only of feeds with this in title or address; a number is a feed's id.
    pub feed: Option<String>,
    /// Only in this language.
    pub lang: Option<String>,
    /// Only what the full-text search finds.
    pub q: Option<String>,
    /// Only what this lets pass.
    pub filter: Option<Where>,
    /// Only at or after this moment.
    pub since: Option<Timestamp>,
    /// So many items instead of the output's number.
    pub limit: Option<usize>,
    /// Only after this place in the list.
    pub before: Option<Cursor>,
    /// The archive that ends before this row.
    pub archive: Option<i64>,
    /// Instead of what the output says.
    pub stories: Option<Stories>,
}

/// An expression of the filter language, as it was written and as it is understood.
#[derive(Clone, Debug)]
pub struct Where {
    text: String,
    filter: Filter,
}

impl PartialEq for Where {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl FromStr for Where {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let filter = filter::compile_foreign(text).map_err(|error| format!("where: {error}"))?;
        Ok(Self { text: text.to_owned(), filter })
    }
}

/// A place in a list, as `before=` carries it: `MILLISECONDS-ROW`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor(pub Timestamp, pub EntryId);

impl Query {
    /// Reads the part after `?`. Parameters we do not know are ignored: mail and share tools add theirs.
    /// `since` may be a duration before `now`, counted from the full hour, so that the answer stays the same for a while.
    ///
    /// # Errors
    /// One line: the parameter, what was expected, what was found.
    pub fn parse(text: &str, now: Timestamp) -> Result<Self, String> {
        let mut query = Self::default();
        for (key, value) in form_urlencoded::parse(text.as_bytes()) {
            let value = value.trim();
            let word = || match value.len() {
                0 => Ok(None), // forms send empty fields
                1..=MAX_VALUE_BYTES => Ok(Some(value.to_owned())),
                _ => Err(format!("{key}: longer than {MAX_VALUE_BYTES} bytes")),
            };
            match &*key {
                "tag" => query.tag = word()?,
                "feed" => query.feed = word()?,
                "lang" => query.lang = word()?,
                "q" => query.q = word()?,
                "where" => query.filter = word()?.map(|text| text.parse()).transpose()?,
                "since" => query.since = Some(since(value, now)?),
                "limit" => query.limit = Some(limit(value)?),
                "before" => query.before = Some(value.parse()?),
                "archive" => query.archive = Some(archive(value)?),
                "stories" => query.stories = Some(stories(value)?),
                _ => {}
            }
        }
        if query.archive.is_some() && !(Self { archive: None, ..query.clone() }).is_whole() {
            return Err("archive: stands for itself; leave out q, since and before".to_owned());
        }
        Ok(query)
    }

    /// The parts that make it another feed; limit and paging do not.
    pub(super) fn identity(&self) -> String {
        Self { limit: None, before: None, since: None, archive: None, ..self.clone() }.to_string()
    }

    /// Whether it asks for the newest of all that it narrows an output to, by what each entry is.
    pub(super) fn is_whole(&self) -> bool {
        self.q.is_none() && self.since.is_none() && self.before.is_none() && self.archive.is_none()
    }

    /// The same for people.
    pub(super) fn described(&self) -> String {
        let filter = self.filter.as_ref().map(|filter| filter.text.clone());
        let named = [("tag", &self.tag), ("feed", &self.feed), ("language", &self.lang), ("search", &self.q), ("where", &filter)];
        let parts: Vec<String> =
            named.iter().filter_map(|(name, value)| value.as_ref().map(|value| format!("{name} {value}"))).collect();
        parts.join(", ")
    }

    /// Whether what it narrows to lets `item` pass. What the full-text search finds only the store knows.
    pub(super) fn passes(&self, item: &Item, now: Timestamp) -> bool {
        let source = &item.source;
        let tagged = |wanted: &String| {
            let wanted = wanted.to_lowercase();
            source.tags.iter().chain(&item.tags).any(|tag| tag.to_lowercase() == wanted)
        };
        // only by what is shown: guesses must not find a secret piece by piece
        let named = |part: &String| {
            let part = part.to_lowercase();
            [&source.title, &source.url].iter().any(|name| public(name).to_lowercase().contains(&part))
        };
        self.tag.as_ref().is_none_or(tagged)
            && self.lang.as_ref().is_none_or(|lang| item.lang.as_ref().is_some_and(|one| speaks(one, &lang.replace('_', "-"))))
            && self.feed.as_ref().is_none_or(|feed| feed_id(feed).map_or_else(|| named(feed), |id| source.feed == id))
            && self.filter.as_ref().is_none_or(|filter| filter.filter.matches(&shown_source(item), now))
    }

    /// What the store may look up of that.
    pub(super) fn needs(&self, now: Timestamp) -> Vec<Required> {
        let feed =
            self.feed.as_ref().map(|feed| feed_id(feed).map_or_else(|| Required::Feed(vec![feed.clone()]), Required::FeedIs));
        let tag = self.tag.iter().map(|tag| Required::Tag(vec![tag.clone()]));
        let lang = self.lang.iter().map(|lang| Required::Lang(vec![lang.clone()]));
        let filter = self.filter.iter().flat_map(|filter| filter.filter.needs(now));
        tag.chain(lang).chain(feed).chain(filter).collect()
    }

    /// Whether the text decides.
    pub(super) fn reads_text(&self) -> bool {
        self.filter.as_ref().is_some_and(|filter| filter.filter.reads_text())
    }

    /// Whether time decides.
    pub(super) fn reads_clock(&self) -> bool {
        self.filter.as_ref().is_some_and(|filter| filter.filter.reads_clock())
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        let filter = self.filter.as_ref().map(|filter| filter.text.clone());
        for (name, value) in [("tag", &self.tag), ("feed", &self.feed), ("lang", &self.lang), ("q", &self.q), ("where", &filter)] {
            if let Some(value) = value {
                pairs.append_pair(name, value);
            }
        }
        if let Some(stories) = self.stories {
            pairs.append_pair("stories", stories_name(stories));
        }
        if let Some(since) = self.since {
            pairs.append_pair("since", &since.to_string());
        }
        if let Some(limit) = self.limit {
            pairs.append_pair("limit", &limit.to_string());
        }
        if let Some(before) = self.before {
            pairs.append_pair("before", &before.to_string());
        }
        if let Some(archive) = self.archive {
            pairs.append_pair("archive", &archive.to_string());
        }
        f.write_str(&pairs.finish())
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.0.as_millisecond(), self.1.0)
    }
}

impl FromStr for Cursor {
    type Err = String;

    /// A moment is understood too, as all that is older.
    fn from_str(text: &str) -> Result<Self, String> {
        let pair = text.rsplit_once('-').and_then(|(at, row)| {
            let at = Timestamp::from_millisecond(at.parse().ok()?).ok()?;
            Some(Self(at, EntryId(row.parse().ok()?)))
        });
        pair.or_else(|| fixed_moment(text).map(|at| Self(at, EntryId(0))))
            .ok_or_else(|| expected("before", "the value of a next link or a time like 2026-11-22T10:00:00Z", text))
    }
}

/// A number is that of a feed: one whose title is a number is asked for by `where=`.
fn feed_id(text: &str) -> Option<FeedId> {
    text.parse().ok().map(FeedId)
}

/// The item with its source as strangers may see it: whoever may ask `where=feed:...` must not find a secret piece by piece.
fn shown_source(item: &Item) -> std::borrow::Cow<'_, Item> {
    use std::borrow::Cow;
    match (public(&item.source.url), public(&item.source.title)) {
        (Cow::Borrowed(_), Cow::Borrowed(_)) => Cow::Borrowed(item),
        (url, title) => {
            let mut shown = item.clone();
            (shown.source.url, shown.source.title) = (url.into_owned(), title.into_owned());
            Cow::Owned(shown)
        }
    }
}

fn since(value: &str, now: Timestamp) -> Result<Timestamp, String> {
    let wanted = || expected("since", "a time like 2026-11-22T10:00:00Z, a day or a duration like 7d", value);
    moment(value, clock::floor(now, HOUR)).ok_or_else(wanted)
}

fn limit(value: &str) -> Result<usize, String> {
    let wanted = || expected("limit", &format!("a number from 1 to {MAX_LIMIT_HTTP}"), value);
    value.parse().ok().filter(|limit| (1..=MAX_LIMIT_HTTP).contains(limit)).ok_or_else(wanted)
}

fn archive(value: &str) -> Result<i64, String> {
    let wanted = || expected("archive", "the value of a prev-archive link", value);
    value.parse().ok().filter(|row| *row > 0).ok_or_else(wanted)
}

fn stories(value: &str) -> Result<Stories, String> {
    [Stories::Fold, Stories::Show, Stories::First]
        .into_iter()
        .find(|stories| stories_name(*stories) == value)
        .ok_or_else(|| expected("stories", "fold, show or first", value))
}

fn stories_name(stories: Stories) -> &'static str {
    match stories {
        Stories::Fold => "fold",
        Stories::Show => "show",
        Stories::First => "first",
    }
}

/// The value comes from a stranger: cut, and escaped by `{:?}`.
fn expected(name: &str, what: &str, got: &str) -> String {
    format!("{name}: expected {what}, got {:?}", super::text::cut(got, 60))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exporter::fake::at;
    use proptest::prelude::*;

    fn parse(text: &str) -> Result<Query, String> {
        Query::parse(text, "2026-11-22T10:40:00Z".parse().unwrap())
    }

    #[test]
    fn the_canonical_form_is_read_back() {
        let check = |text: &str, canonical: &str| {
            let query = parse(text).unwrap();
            assert_eq!(query.to_string(), canonical);
            assert_eq!(parse(canonical).unwrap(), query);
        };
        check("", "");
        check("tag=a%20b&tag=c&utm_source=x", "tag=c");
        check("limit=5&tag=&q=%22x+y%22", "q=%22x+y%22&limit=5");
        check("since=7d", "since=2026-11-15T10%3A00%3A00Z");
        check("since=2026-11-01", "since=2026-11-01T00%3A00%3A00Z");
        check("since=2026-11-01T00:00:00+01:00", "since=2026-10-31T23%3A00%3A00Z");
        check("before=1732269600000-17&stories=show", "stories=show&before=1732269600000-17");
        check("before=-5000-3", "before=-5000-3");
        check("before=2026-11-22", "before=1795305600000-0");
        check("archive=4096&limit=9", "limit=9&archive=4096");
    }

    #[test]
    fn a_bad_value_says_what_was_expected() {
        let check = |text: &str, error: &str| assert_eq!(parse(text).unwrap_err(), error);
        check("limit=0", "limit: expected a number from 1 to 1000, got \"0\"");
        check("limit=1001", "limit: expected a number from 1 to 1000, got \"1001\"");
        check("stories=all", "stories: expected fold, show or first, got \"all\"");
        check(
            "since=yesterday",
            "since: expected a time like 2026-11-22T10:00:00Z, a day or a duration like 7d, got \"yesterday\"",
        );
        check("before=%0A", "before: expected the value of a next link or a time like 2026-11-22T10:00:00Z, got \"\"");
        check("archive=32&q=x", "archive: stands for itself; leave out q, since and before");
        check("archive=0", "archive: expected the value of a prev-archive link, got \"0\"");
        check(&format!("tag={}", "x".repeat(501)), "tag: longer than 500 bytes");
    }

    #[test]
    fn a_cursor_of_a_moment_is_before_all_rows_of_it() {
        let cursor: Cursor = at(5).to_string().parse().unwrap();
        assert!(cursor < Cursor(at(5), EntryId(1)) && cursor > Cursor(at(4), EntryId(i64::MAX)));
    }

    proptest! {
        #[test]
        fn any_text_gives_a_query_or_an_error(text in "(tag|q|since|before|archive|limit|stories|[a-z]{1,3})=\\PC{0,20}") {
            if let Ok(query) = parse(&text) {
                prop_assert_eq!(parse(&query.to_string()).unwrap(), query);
            }
        }
    }
}
