//! A document that was rendered, as readers get it: 304 to who has it, 226 to who has an earlier one, packed to who can unpack it.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use tokio::sync::OnceCell;

use super::coding::Coding;
use super::delta::{self, Earlier};
use crate::clock;
use crate::exporter::Format;
use crate::model::Hash128;

/// Shorter ones are not worth packing: header and packet weigh the same.
const MIN_PACKED: usize = 1024;

/// A rendered answer.
#[derive(Debug)]
pub(super) struct Document {
    content_type: &'static str,
    cache_control: &'static str,
    plain: Bytes,
    /// Hex, over the plain bytes.
    hash: String,
    /// When these bytes were first made at this address; `None`: nobody remembers.
    modified: Option<Timestamp>,
    /// Said in a header, too.
    link: Option<HeaderValue>,
    /// Of feeds, of which a reader may want a part: its items.
    feed: Option<(Format, Arc<[Hash128]>)>,
    earlier: Vec<Earlier>,
    packed: [OnceCell<Bytes>; Coding::ALL.len()],
}

impl Document {
    /// A document that was not kept yet.
    pub(super) fn new(content_type: &'static str, cache_control: &'static str, plain: Vec<u8>) -> Self {
        let hash = Hash128::of(&plain).0.iter().map(|byte| format!("{byte:02x}")).collect();
        Self {
            content_type,
            cache_control,
            plain: plain.into(),
            hash,
            modified: None,
            link: None,
            feed: None,
            earlier: Vec::new(),
            packed: Default::default(),
        }
    }

    /// The same as a feed.
    pub(super) fn feed(mut self, format: Format) -> Self {
        self.feed = Some((format, delta::hashes(format, &self.plain)));
        self
    }

    /// The same with a `Link` header that says which hub tells of its changes (W3C WebSub section 4).
    pub(super) fn told_by(mut self, hub: Option<&str>, own_address: &str) -> Self {
        self.link = hub.and_then(|hub| HeaderValue::try_from(format!("<{hub}>; rel=\"hub\", <{own_address}>; rel=\"self\"")).ok());
        self
    }

    /// What is answered from `now` on at an address where it was `before`.
    ///
    /// The same bytes as before are the same document, under the headers of now: an output may have got a token. Others were modified
    /// now, whatever the dates in them say: an entry that joins with an old date and one that a rule takes away change the document,
    /// too. And they were modified in a later second than those before, because a reader that asks by the second would miss them otherwise.
    pub(super) fn after(mut self, before: Option<&Self>, now: Timestamp) -> Self {
        match before {
            None => self.modified = Some(now),
            Some(before) if before.hash == self.hash => {
                (self.modified, self.earlier, self.packed) = (before.modified, before.earlier.clone(), before.packed.clone());
            }
            Some(before) => {
                self.modified = before.modified.map(|at| clock::after(at, Duration::from_secs(1))).max(Some(now));
                if let Some((_, items)) = &before.feed {
                    let last = Earlier { hash: before.hash.clone(), items: Arc::clone(items) };
                    self.earlier = delta::remembered(before.earlier.clone(), last);
                }
            }
        }
        self
    }

    /// The answer to a request with these headers: 304 where the reader has it, else as small as the reader understands.
    pub(super) async fn answer(&self, headers: &HeaderMap, now: Timestamp) -> Response<Body> {
        let coding = Some(headers).filter(|_| self.plain.len() >= MIN_PACKED).and_then(Coding::wanted);
        // A strong tag stands for bytes, so each coding has its own (RFC 9110 section 8.8.3.3).
        let etag = format!("\"{}{}\"", self.hash, coding.map_or_else(String::new, |coding| format!("-{}", coding.name())));
        let mut response = Response::builder()
            .header(header::ETAG, etag)
            .header(header::CACHE_CONTROL, self.cache_control)
            .header(header::VARY, "Accept-Encoding");
        // Never in the future (RFC 9110 section 8.8.2.1), where a second change within one second would be.
        let modified = self.modified.map(|at| at.min(now));
        if let Some(modified) = modified.and_then(|at| rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&at).ok()) {
            response = response.header(header::LAST_MODIFIED, modified);
        }
        if let Some(link) = &self.link {
            response = response.header(header::LINK, link);
        }
        if self.known(headers) {
            return response.status(StatusCode::NOT_MODIFIED).body(Body::empty()).unwrap_or_default();
        }
        if let Some(answer) = self.part(headers) {
            return answer;
        }
        response = response.header(header::CONTENT_TYPE, self.content_type);
        let bytes = match coding {
            None => self.plain.clone(),
            Some(coding) => {
                response = response.header(header::CONTENT_ENCODING, coding.name());
                self.packed(coding).await
            }
        };
        response.body(Body::from(bytes)).unwrap_or_default()
    }

    /// `If-None-Match`, and only without it `If-Modified-Since` (RFC 9110 section 13.2.2).
    fn known(&self, headers: &HeaderMap) -> bool {
        if headers.contains_key(header::IF_NONE_MATCH) {
            return tags(headers).any(|tag| tag == "*" || is_of(tag, &self.hash));
        }
        let since = headers.get(header::IF_MODIFIED_SINCE).and_then(|value| value.to_str().ok());
        let since = since.and_then(|text| rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text).ok());
        matches!((self.modified, since), (Some(modified), Some(since)) if modified.as_second() <= since.as_second())
    }

    /// What is new to a reader that names a version it has and takes a part: 226, which nobody may keep as the feed.
    fn part(&self, headers: &HeaderMap) -> Option<Response<Body>> {
        let (format, _) = self.feed.as_ref().filter(|_| delta::is_wanted(headers))?;
        let had = tags(headers).find_map(|tag| self.earlier.iter().find(|one| is_of(tag, &one.hash)))?;
        Response::builder()
            .status(StatusCode::IM_USED)
            .header(header::ETAG, format!("\"{}\"", self.hash))
            .header(delta::IM, "feed")
            .header(header::CACHE_CONTROL, "no-store, im")
            .header(header::VARY, "A-IM, If-None-Match")
            .header(header::CONTENT_TYPE, self.content_type)
            .body(Body::from(delta::without(*format, &self.plain, &had.items)))
            .ok()
    }

    async fn packed(&self, coding: Coding) -> Bytes {
        let pack = || coding.pack(self.plain.clone());
        match self.packed.get(coding as usize) {
            Some(cell) => cell.get_or_init(pack).await.clone(),
            None => pack().await,
        }
    }

    /// Bytes of memory: plain, packed, and what is remembered of earlier ones.
    pub(super) fn size(&self) -> usize {
        let packed = self.packed.iter().filter_map(OnceCell::get).map(Bytes::len);
        let items = self.feed.iter().map(|(_, items)| items).chain(self.earlier.iter().map(|earlier| &earlier.items));
        self.plain.len() + packed.sum::<usize>() + items.map(|items| size_of_val(&**items)).sum::<usize>()
    }
}

/// What a reader says it has.
fn tags(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let lists = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|list| list.to_str().ok());
    lists.flat_map(|list| list.split(',')).map(|tag| tag.trim().trim_start_matches("W/").trim_matches('"'))
}

/// Whether `tag` stands for the bytes of this hash: what a reader got packed it has, however it asks now.
fn is_of(tag: &str, hash: &str) -> bool {
    let is_coding = |name: &str| Coding::ALL.iter().any(|coding| coding.name() == name);
    tag.strip_prefix(hash).is_some_and(|rest| rest.is_empty() || rest.strip_prefix('-').is_some_and(is_coding))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    fn headers(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn a_reader_that_has_it_is_told_so() {
        let modified: Timestamp = "2026-11-22T10:00:00.500Z".parse().unwrap();
        let document = Document { modified: Some(modified), ..Document::new("text/plain", "no-cache", b"x".to_vec()) };
        let hash = document.hash.clone();
        let tagged = |value: &str| document.known(&headers(header::IF_NONE_MATCH, value));
        assert!(tagged(&format!("\"{hash}\"")) && tagged(&format!("W/\"{hash}\"")) && tagged(&format!("\"a\", \"{hash}-gzip\"")));
        assert!(tagged("*") && tagged(&format!("\"{hash}-br\"")));
        assert!(!tagged("\"a\"") && !tagged("") && !tagged(&format!("\"{hash}-x\"")));
        let since = |value: &str| document.known(&headers(header::IF_MODIFIED_SINCE, value));
        assert!(since("Sun, 22 Nov 2026 10:00:00 GMT") && since("Sun, 22 Nov 2026 10:00:01 GMT"));
        assert!(!since("Sun, 22 Nov 2026 09:59:59 GMT") && !since("yesterday"));
        let mut both = headers(header::IF_MODIFIED_SINCE, "Sun, 22 Nov 2026 10:00:00 GMT");
        both.insert(header::IF_NONE_MATCH, "\"a\"".parse().unwrap());
        assert!(!document.known(&both), "the tag alone decides");
    }

    #[test]
    fn a_document_is_modified_when_its_bytes_are() {
        let mut kept = None;
        let mut put = |text: &str, second: i64| {
            let document = Document::new("text/plain", "no-cache", text.into());
            let document = document.after(kept.as_ref(), Timestamp::from_second(second).unwrap());
            kept.insert(document).modified.unwrap().as_second()
        };
        assert_eq!(put("one", 100), 100, "the first time is all that is known");
        assert_eq!(put("one", 200), 100, "the store moved, the bytes did not");
        assert_eq!(put("two", 300), 300);
        assert_eq!(put("one", 300), 301, "a second change within one second");
        assert_eq!(put("two", 250), 302, "the clock was put back");
    }

    #[tokio::test]
    async fn the_same_bytes_keep_their_past_and_take_new_headers() {
        let [first, second] = [100, 200].map(|second| Timestamp::from_second(second).unwrap());
        let of = |cache_control: &'static str| Document::new("text/plain", cache_control, b"x".to_vec());
        let open = of("public").after(None, first);
        let closed = of("private").told_by(Some("https://hub.example/"), "https://a.example/").after(Some(&open), second);
        let headers = closed.answer(&headers(header::IF_NONE_MATCH, "*"), second).await.headers().clone();
        assert_eq!((closed.modified, &headers[header::CACHE_CONTROL]), (Some(first), &HeaderValue::from_static("private")));
        assert!(headers.contains_key(header::LINK));
    }

    #[tokio::test]
    async fn all_that_a_document_keeps_is_counted() {
        let feed = |items: usize| {
            let text: String = (0..items).map(|n| format!("<item>{n}</item>")).collect();
            Document::new("text/xml", "no-cache", text.into()).feed(Format::Rss)
        };
        let hash = size_of::<Hash128>();
        let first = feed(50).after(None, Timestamp::UNIX_EPOCH);
        assert_eq!(first.size(), first.plain.len() + 50 * hash);
        let second = feed(80).after(Some(&first), Timestamp::UNIX_EPOCH);
        assert_eq!(second.size(), second.plain.len() + (80 + 50) * hash);
        let packed = second.packed(Coding::Gzip).await;
        assert_eq!(second.size(), second.plain.len() + (80 + 50) * hash + packed.len());
    }

    #[tokio::test]
    async fn a_modification_is_never_in_the_future() {
        let later = Timestamp::from_second(101).unwrap();
        let document = Document { modified: Some(later), ..Document::new("text/plain", "no-cache", b"x".to_vec()) };
        let since = headers(header::IF_MODIFIED_SINCE, "Thu, 01 Jan 1970 00:01:40 GMT");
        let answer = document.answer(&since, Timestamp::from_second(100).unwrap()).await;
        assert_eq!(
            (answer.status(), &answer.headers()[header::LAST_MODIFIED]),
            (StatusCode::OK, &since[header::IF_MODIFIED_SINCE])
        );
        assert_eq!(
            document.answer(&HeaderMap::new(), later).await.headers()[header::LAST_MODIFIED],
            "Thu, 01 Jan 1970 00:01:41 GMT"
        );
    }
}
