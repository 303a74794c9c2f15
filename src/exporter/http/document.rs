//! Documents rendered once per change, and answered from memory: plain and packed bytes, ETag, 304.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_compression::Level;
use async_compression::tokio::write::{BrotliEncoder, GzipEncoder, ZstdEncoder};
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use tokio::io::AsyncWriteExt as _;
use tokio::sync::OnceCell;

use super::delta::{self, Earlier};
use crate::clock;
use crate::exporter::Format;
use crate::model::Hash128;

/// Documents kept.
const MAX_DOCUMENTS: usize = 64;

/// Bytes kept, plain and packed together.
const MAX_BYTES: usize = 32 << 20;

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
    /// Of feeds, of which a reader may want a part.
    feed: Option<(Format, Arc<HashSet<Hash128>>)>,
    earlier: Vec<Earlier>,
    packed: [OnceCell<Bytes>; Coding::ALL.len()],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Brotli,
    Zstd,
    Gzip,
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
        self.feed = Some((format, Arc::new(delta::hashes(format, &self.plain))));
        self
    }

    /// The same with a `Link` header that says which hub tells of its changes (W3C WebSub section 4).
    pub(super) fn told_by(mut self, hub: Option<&str>, own_address: &str) -> Self {
        self.link = hub.and_then(|hub| HeaderValue::try_from(format!("<{hub}>; rel=\"hub\", <{own_address}>; rel=\"self\"")).ok());
        self
    }

    /// The answer to a request with these headers: 304 where the reader has it, else as small as the reader understands.
    pub(super) async fn answer(&self, headers: &HeaderMap, now: Timestamp) -> Response<Body> {
        let coding = Some(headers).filter(|_| self.plain.len() >= MIN_PACKED).and_then(Coding::wanted);
        // A strong tag stands for bytes, so each coding has its own (RFC 9110 section 8.8.3.3).
        let etag = format!("\"{}{}\"", self.hash, coding.map_or("", Coding::suffix));
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
        let mut tags = headers.get_all(header::IF_NONE_MATCH).iter().peekable();
        if tags.peek().is_some() {
            let ours = |tag: &str| {
                let tag = tag.trim().trim_start_matches("W/").trim_matches('"');
                // What a reader got packed it has, however it asks now.
                tag == "*"
                    || tag
                        .strip_prefix(self.hash.as_str())
                        .is_some_and(|rest| rest.is_empty() || Coding::ALL.iter().any(|coding| coding.suffix() == rest))
            };
            return tags.any(|list| list.to_str().is_ok_and(|list| list.split(',').any(ours)));
        }
        let since = headers.get(header::IF_MODIFIED_SINCE).and_then(|value| value.to_str().ok());
        let since = since.and_then(|text| rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text).ok());
        matches!((self.modified, since), (Some(modified), Some(since)) if modified.as_second() <= since.as_second())
    }

    /// What is new to a reader that names a version it has and takes a part: 226, which nobody may keep as the feed.
    fn part(&self, headers: &HeaderMap) -> Option<Response<Body>> {
        let (format, _) = self.feed.as_ref().filter(|_| delta::is_wanted(headers))?;
        let tags = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let had = tags.flat_map(|list| list.split(',')).find_map(|tag| {
            let tag = tag.trim().trim_start_matches("W/").trim_matches('"');
            let is_of = |one: &&Earlier| tag.strip_prefix(&one.hash).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
            self.earlier.iter().find(is_of)
        })?;
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
        let pack = || async {
            let plain = self.plain.clone();
            let handle = tokio::runtime::Handle::current();
            // Milliseconds of work: not on a thread that others wait for.
            let packed = tokio::task::spawn_blocking(move || handle.block_on(coding.pack(&plain)));
            packed.await.unwrap_or_default().into()
        };
        match self.packed.get(coding as usize) {
            Some(cell) => cell.get_or_init(pack).await.clone(),
            None => pack().await,
        }
    }

    fn size(&self) -> usize {
        self.plain.len() + self.packed.iter().filter_map(OnceCell::get).map(Bytes::len).sum::<usize>()
    }
}

impl Coding {
    /// Smallest first.
    const ALL: [Self; 3] = [Self::Brotli, Self::Zstd, Self::Gzip];

    fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
        }
    }

    fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => "-br",
            Self::Zstd => "-zstd",
            Self::Gzip => "-gzip",
        }
    }

    /// What the reader likes best of what we have; ours decide between equals (RFC 9110 section 12.5.3).
    fn wanted(headers: &HeaderMap) -> Option<Self> {
        let lists = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        let offers: Vec<(&str, f32)> = lists
            .flat_map(|list| list.split(','))
            .map(|offer| {
                let (name, parameters) = offer.split_once(';').unwrap_or((offer, ""));
                let weight = parameters.trim().strip_prefix("q=").map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
                (name.trim(), weight)
            })
            .collect();
        let weight = |coding: &Self| {
            let named = offers.iter().find(|(name, _)| name.eq_ignore_ascii_case(coding.name()));
            named.or_else(|| offers.iter().find(|(name, _)| *name == "*")).map_or(0.0, |(_, weight)| *weight)
        };
        let mut best = None;
        for coding in Self::ALL {
            let weight = weight(&coding);
            if weight > best.map_or(0.0, |(_, weight)| weight) {
                best = Some((coding, weight));
            }
        }
        best.map(|(coding, _)| coding)
    }

    /// Levels at which a megabyte takes some 20 ms; the highest save a few percent and take seconds.
    async fn pack(self, plain: &[u8]) -> Vec<u8> {
        macro_rules! through {
            ($encoder:expr) => {{
                let mut encoder = $encoder;
                // A Vec takes everything.
                encoder.write_all(plain).await.ok();
                encoder.shutdown().await.ok();
                encoder.into_inner()
            }};
        }
        match self {
            Self::Brotli => through!(BrotliEncoder::with_quality(Vec::new(), Level::Precise(5))),
            Self::Zstd => through!(ZstdEncoder::with_quality(Vec::new(), Level::Precise(6))),
            Self::Gzip => through!(GzipEncoder::with_quality(Vec::new(), Level::Precise(6))),
        }
    }
}

/// What a document was made from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Version {
    /// Of the store.
    pub(super) change_seq: u64,
    /// Of the configuration.
    pub(super) generation: u64,
    /// When, where time decides.
    pub(super) moment: Option<Timestamp>,
}

/// Documents by address, each with the version it was made from and its last use.
#[derive(Debug, Default)]
pub(super) struct Cache(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    documents: HashMap<String, (Version, u64, Arc<Document>)>,
    uses: u64,
}

impl Cache {
    /// The document at `key`, if it was made from this version.
    pub(super) fn get(&self, key: &str, version: Version) -> Option<Arc<Document>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.uses += 1;
        let now = kept.uses;
        let (of, used, document) = kept.documents.get_mut(key)?;
        *used = now;
        (*of == version).then(|| Arc::clone(document))
    }

    /// Keeps `document`, made `now`, and gives what to answer with; what was not asked for the longest time makes room.
    ///
    /// The same bytes as before are the same document. Others were modified now, whatever the dates in them say: an entry that
    /// joins with an old date and one that a rule takes away change the document, too. And they were modified in a later second
    /// than those before, because a reader that asks by the second would miss them otherwise.
    pub(super) fn put(&self, key: String, version: Version, mut document: Document, now: Timestamp) -> Arc<Document> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.uses += 1;
        let used = kept.uses;
        let before = kept.documents.get(&key).map(|(_, _, before)| Arc::clone(before));
        let document = match before {
            Some(before) if before.hash == document.hash => before,
            before => {
                let second_after = |at| clock::after(at, Duration::from_secs(1));
                if let Some((before, (_, items))) = before.as_ref().and_then(|before| Some((before, before.feed.as_ref()?))) {
                    let last = Earlier { hash: before.hash.clone(), items: Arc::clone(items) };
                    document.earlier = delta::remembered(before.earlier.clone(), last);
                }
                document.modified = before.and_then(|before| before.modified).map(second_after).max(Some(now));
                Arc::new(document)
            }
        };
        kept.documents.insert(key, (version, used, Arc::clone(&document)));
        let full = |kept: &Kept| {
            kept.documents.len() > MAX_DOCUMENTS
                || kept.documents.values().map(|(_, _, document)| document.size()).sum::<usize>() > MAX_BYTES
        };
        while full(&kept) {
            let oldest = kept.documents.iter().min_by_key(|(_, (_, used, _))| *used).map(|(key, _)| key.clone());
            let Some(oldest) = oldest else { break };
            kept.documents.remove(&oldest);
        }
        document
    }
}

/// What a page for people may load: its style sheet. Nothing that leaves this origin, and forms go nowhere else.
const PAGE: &str =
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The same with pictures and films of others, where the visitor asked for them.
pub(super) const WITH_MEDIA: &str = "default-src 'none'; style-src 'self'; img-src http: https: data:; media-src http: https:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// What an answer is, as far as browsers have to be told what it may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A page for people.
    Page,
    /// What the reader has, with the headers that came with it.
    Known,
    /// Anything else.
    Other,
}

/// Headers that every answer carries.
pub(super) fn secure(headers: &mut HeaderMap, kind: Kind) {
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin"));
    // Pages tell themselves where they come from, and nobody else: without that a browser says of a form that it comes from nowhere.
    let (policy, referrer) = match kind {
        Kind::Known => return,
        Kind::Page => (PAGE, "same-origin"),
        Kind::Other => ("default-src 'none'; frame-ancestors 'none'; sandbox", "no-referrer"),
    };
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static(referrer));
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(policy));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(change_seq: u64) -> Version {
        Version { change_seq, ..Version::default() }
    }

    fn headers(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn the_reader_chooses_and_we_decide_between_equals() {
        let check = |offer: &str, expected: Option<Coding>| {
            assert_eq!(Coding::wanted(&headers(header::ACCEPT_ENCODING, offer)), expected, "{offer}")
        };
        check("gzip, deflate, br", Some(Coding::Brotli));
        check("gzip", Some(Coding::Gzip));
        check("gzip;q=1.0, br;q=0.5", Some(Coding::Gzip));
        check("gzip; q=0, *", Some(Coding::Brotli));
        check("*;q=0.1", Some(Coding::Brotli));
        check("identity", None);
        check("br;q=0, zstd;q=0, gzip;q=x", None);
        check("GZIP", Some(Coding::Gzip));
        assert_eq!(Coding::wanted(&HeaderMap::new()), None);
    }

    #[test]
    fn a_reader_that_has_it_is_told_so() {
        let modified: Timestamp = "2026-11-22T10:00:00.500Z".parse().unwrap();
        let document = Document { modified: Some(modified), ..Document::new("text/plain", "no-cache", b"x".to_vec()) };
        let hash = document.hash.clone();
        let tagged = |value: &str| document.known(&headers(header::IF_NONE_MATCH, value));
        assert!(tagged(&format!("\"{hash}\"")) && tagged(&format!("W/\"{hash}\"")) && tagged(&format!("\"a\", \"{hash}-gzip\"")));
        assert!(tagged("*"));
        assert!(!tagged("\"a\"") && !tagged("") && !tagged(&format!("\"{hash}-x\"")));
        let since = |value: &str| document.known(&headers(header::IF_MODIFIED_SINCE, value));
        assert!(since("Sun, 22 Nov 2026 10:00:00 GMT") && since("Sun, 22 Nov 2026 10:00:01 GMT"));
        assert!(!since("Sun, 22 Nov 2026 09:59:59 GMT") && !since("yesterday"));
        let mut both = headers(header::IF_MODIFIED_SINCE, "Sun, 22 Nov 2026 10:00:00 GMT");
        both.insert(header::IF_NONE_MATCH, "\"a\"".parse().unwrap());
        assert!(!document.known(&both), "the tag alone decides");
    }

    #[test]
    fn the_cache_is_bounded_and_keeps_what_is_asked_for() {
        let cache = Cache::default();
        let put = |key: String, bytes: usize| {
            cache.put(key, of(1), Document::new("text/plain", "no-cache", vec![0; bytes]), Timestamp::UNIX_EPOCH)
        };
        put("kept".to_owned(), 1);
        for n in 0..200 {
            put(format!("{n}"), 1);
            assert!(cache.get("kept", of(1)).is_some());
        }
        assert_eq!(cache.0.lock().unwrap().documents.len(), MAX_DOCUMENTS);
        assert!(cache.get("kept", of(2)).is_none(), "another version");
        put("huge".to_owned(), MAX_BYTES);
        assert_eq!(cache.0.lock().unwrap().documents.len(), 1, "it pushed out the rest");
    }

    #[test]
    fn a_document_is_modified_when_its_bytes_are() {
        let cache = Cache::default();
        let put = |version: u64, text: &str, second: i64| {
            let document = Document::new("text/plain", "no-cache", text.into());
            let now = Timestamp::from_second(second).unwrap();
            cache.put("x".to_owned(), of(version), document, now).modified.unwrap().as_second()
        };
        assert_eq!(put(1, "one", 100), 100, "the first time is all that is known");
        assert_eq!(put(2, "one", 200), 100, "the store moved, the bytes did not");
        assert_eq!(put(3, "two", 300), 300);
        assert_eq!(put(4, "one", 300), 301, "a second change within one second");
        assert_eq!(put(5, "two", 250), 302, "the clock was put back");
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

    #[tokio::test]
    async fn packing_can_be_undone() {
        use async_compression::tokio::bufread::{BrotliDecoder, GzipDecoder, ZstdDecoder};
        use tokio::io::AsyncReadExt as _;
        let plain = b"again and again ".repeat(500);
        for coding in Coding::ALL {
            let packed = coding.pack(&plain).await;
            assert!(packed.len() < plain.len() / 10);
            let mut back = Vec::new();
            match coding {
                Coding::Brotli => BrotliDecoder::new(&packed[..]).read_to_end(&mut back).await.unwrap(),
                Coding::Zstd => ZstdDecoder::new(&packed[..]).read_to_end(&mut back).await.unwrap(),
                Coding::Gzip => GzipDecoder::new(&packed[..]).read_to_end(&mut back).await.unwrap(),
            };
            assert_eq!(back, plain);
        }
    }
}
