//! Only what is new (`A-IM: feed`, RFC 3229 with the instance manipulation "feed"): a reader that names a document which it has gets the
//! items that were not in it, or that changed. Newsboat and reader ask so.

use std::ops::Range;
use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName};

use super::wishes::Wishes;
use crate::exporter::Format;
use crate::model::Hash128;

/// The header that asks for it.
pub(super) const A_IM: HeaderName = HeaderName::from_static("a-im");

/// The header that says so in the answer.
pub(super) const IM: HeaderName = HeaderName::from_static("im");

/// Whether the reader takes a part of a feed.
pub(super) fn is_wanted(headers: &HeaderMap) -> bool {
    Wishes::of(headers, &A_IM).weight("feed").is_some_and(|weight| weight > 0.0)
}

/// The items of a document that we wrote, as they stand in it. JSON Feed has no such manipulation.
fn items(format: Format, document: &[u8]) -> Vec<Range<usize>> {
    let (open, close): (&[u8], &[u8]) = match format {
        Format::Atom => (b"<entry", b"</entry>"),
        Format::Rss => (b"<item>", b"</item>"),
        Format::Json => return Vec::new(),
    };
    // What is foreign is escaped, so these bytes are never part of a text.
    let find = |what: &[u8], from: usize| memchr::memmem::find(document.get(from..)?, what).map(|at| from + at);
    let mut items = Vec::new();
    let mut from = 0;
    while let Some(start) = find(open, from) {
        let Some(end) = find(close, start) else { break };
        from = end + close.len();
        items.push(start..from);
    }
    items
}

/// What a document holds: enough to tell later what is new. Sorted.
pub(super) fn hashes(format: Format, document: &[u8]) -> Arc<[Hash128]> {
    let mut hashes: Vec<_> = items(format, document).into_iter().filter_map(|item| document.get(item)).map(Hash128::of).collect();
    hashes.sort_unstable();
    hashes.into()
}

/// `document` without the items in `had`, which is sorted.
pub(super) fn without(format: Format, document: &[u8], had: &[Hash128]) -> Vec<u8> {
    let mut delta = Vec::new();
    let mut from = 0;
    for item in items(format, document) {
        let is_known = document.get(item.clone()).is_some_and(|bytes| had.binary_search(&Hash128::of(bytes)).is_ok());
        if is_known {
            delta.extend_from_slice(document.get(from..item.start).unwrap_or_default());
            from = item.end;
        }
    }
    delta.extend_from_slice(document.get(from..).unwrap_or_default());
    delta
}

/// Versions of a document that are remembered.
const REMEMBERED: usize = 8;

/// A document that was answered once.
#[derive(Clone, Debug)]
pub(super) struct Earlier {
    /// Its hash, as in its ETag.
    pub(super) hash: String,
    /// What it held, sorted.
    pub(super) items: Arc<[Hash128]>,
}

/// `earlier` and the one that came last, which is now one of them.
pub(super) fn remembered(mut earlier: Vec<Earlier>, last: Earlier) -> Vec<Earlier> {
    earlier.retain(|one| one.hash != last.hash);
    earlier.push(last);
    let surplus = earlier.len().saturating_sub(REMEMBERED);
    earlier.split_off(surplus)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_asks_for_a_part_gets_one() {
        let check = |value: &str, expected: bool| {
            assert_eq!(is_wanted(&HeaderMap::from_iter([(A_IM, value.parse().unwrap())])), expected, "{value}");
        };
        check("feed", true);
        check("vcdiff, FEED;q=0.5", true);
        check("feeds", false);
        check("feed;q=0", false);
        check("gzip", false);
        assert!(!is_wanted(&HeaderMap::new()));
    }

    #[test]
    fn what_was_there_is_left_out_and_the_rest_stays_as_it_is() {
        let check = |format: Format, had: &str, now: &str, expected: &str| {
            let delta = without(format, now.as_bytes(), &hashes(format, had.as_bytes()));
            assert_eq!(String::from_utf8(delta).unwrap(), expected);
        };
        let old = "<feed><entry>1</entry><entry xml:lang=\"de\">2</entry></feed>";
        check(Format::Atom, old, old, "<feed></feed>");
        check(Format::Atom, old, "<feed><entry>3</entry><entry>1</entry></feed>", "<feed><entry>3</entry></feed>");
        check(Format::Atom, old, "<feed><entry>1 edited</entry></feed>", "<feed><entry>1 edited</entry></feed>");
        check(Format::Atom, "<feed></feed>", old, old);
        check(Format::Rss, "<rss><item>1</item></rss>", "<rss><item>2</item>\n<item>1</item></rss>", "<rss><item>2</item>\n</rss>");
        check(Format::Rss, "", "<rss><item>cut", "<rss><item>cut");
    }
}
