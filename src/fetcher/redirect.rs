//! Pure: the trail of one fetch through its redirects.

use std::collections::HashSet;

use reqwest::header::HeaderValue;
use url::{Origin, Url};

use crate::model::FetchError;

/// Where a fetch has been, and what follows from it.
#[derive(Debug)]
pub(super) struct Trail {
    /// Asked now: http(s), no fragment, no userinfo.
    pub(super) url: Url,
    /// End of the leading run of 301 and 308 (RFC 9110 15.4): a temporary hop ends the run, not the fetch.
    pub(super) moved_to: Option<Url>,
    /// Whether credentials may still be sent: every hop so far was of the first origin. A way back does not count,
    /// because whoever redirected back chose the path.
    pub(super) trusted: bool,
    home: Origin,
    permanent: bool,
    visited: HashSet<Url>,
}

/// Whether `status` is a redirect that is followed.
pub(super) fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

impl Trail {
    /// A trail that begins at `url`.
    pub(super) fn new(url: &Url) -> Self {
        let url = bare(url.clone());
        Self { home: url.origin(), moved_to: None, trusted: true, permanent: true, visited: HashSet::from([url.clone()]), url }
    }

    /// Goes where `location` points to, unless `hops` are used up.
    ///
    /// # Errors
    /// [`FetchError::Redirect`]: no or no usable `Location`, a scheme that is not http(s), a loop, too many hops.
    pub(super) fn follow(&mut self, status: u16, location: Option<&HeaderValue>, hops: u8) -> Result<(), FetchError> {
        let wrong = |what: String| Err(FetchError::Redirect(what));
        let Some(location) = location else {
            return wrong(format!("status {status} without Location"));
        };
        let Ok(next) = self.url.join(&ascii(location)) else {
            return wrong(format!("status {status} with a Location that is no address"));
        };
        if !matches!(next.scheme(), "http" | "https") {
            return wrong(format!("to the scheme \"{}\", which is not http or https", short(next.scheme())));
        }
        let next = bare(next);
        if self.visited.contains(&next) {
            return wrong(format!("{} leads back to itself", shown(&next)));
        }
        if self.visited.len() > usize::from(hops) {
            return wrong(format!("more than {hops}"));
        }
        self.permanent &= matches!(status, 301 | 308);
        if self.permanent {
            self.moved_to = Some(next.clone());
        }
        self.trusted &= next.origin() == self.home;
        self.visited.insert(next.clone());
        self.url = next;
        Ok(())
    }
}

/// The address as it is asked. Userinfo is dropped: the client would send it, and a foreign `Location` must not choose credentials.
fn bare(mut url: Url) -> Url {
    url.set_fragment(None);
    // both fail only for addresses without a host, which the guard refuses
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}

/// Raw bytes become percent-encoded ones, whatever charset they were in (RFC 9110 10.2.2 allows none); hosts are decoded again by the parser.
fn ascii(value: &HeaderValue) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.as_bytes() {
        if byte.is_ascii() {
            text.push(char::from(*byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

/// Without the query, which may carry tokens.
fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    short(url.as_str()).to_owned()
}

/// Foreign text in an error stays readable: addresses are ASCII, so any cut is at a char.
fn short(text: &str) -> &str {
    const MAX_SHOWN: usize = 200;
    text.get(..MAX_SHOWN).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn walk(start: &str, steps: &[(u16, &str)]) -> Result<Trail, FetchError> {
        let mut trail = Trail::new(&Url::parse(start).expect(start));
        for (status, location) in steps {
            trail.follow(*status, Some(&HeaderValue::from_bytes(location.as_bytes()).expect("a value")), 10)?;
        }
        Ok(trail)
    }

    fn check(start: &str, steps: &[(u16, &str)], url: &str, moved_to: Option<&str>, trusted: bool) {
        let trail = walk(start, steps).expect("a good trail");
        assert_eq!(
            (trail.url.as_str(), trail.moved_to.as_ref().map(Url::as_str), trail.trusted),
            (url, moved_to, trusted),
            "{steps:?}"
        );
    }

    fn check_wrong(steps: &[(u16, &str)], part: &str) {
        let error = walk("http://a.test/x?key=s3cret", steps).expect_err(part).to_string();
        assert!(error.contains(part) && !error.contains("s3cret"), "{error}");
    }

    #[test]
    fn locations_are_resolved_and_cleaned() {
        for (location, url) in [
            ("/y", "http://a.test/y"),
            ("y?q=1#part", "http://a.test/b/y?q=1"),
            ("?q", "http://a.test/b/x?q"),
            ("//b.test", "http://b.test/"),
            ("http://user:pass@b.test/", "http://b.test/"),
            ("/caf\u{e9}", "http://a.test/caf%C3%A9"),
            ("http://b\u{fc}cher.test/", "http://xn--bcher-kva.test/"),
            ("/a b\tc", "http://a.test/a%20bc"),
            ("HTTP://B.test:80/../z", "http://b.test/z"),
        ] {
            assert_eq!(walk("http://a.test/b/x#top", &[(302, location)]).expect(location).url.as_str(), url, "{location}");
        }
        let mut latin = Trail::new(&Url::parse("http://a.test/").expect("url"));
        latin.follow(302, Some(&HeaderValue::from_bytes(b"/caf\xe9").expect("value")), 10).expect("followed");
        assert_eq!(latin.url.as_str(), "http://a.test/caf%E9");
    }

    #[test]
    fn only_the_leading_permanent_run_moves_a_feed() {
        let (a, b, c) = ("http://a.test/1", "http://a.test/2", "http://a.test/3");
        check("http://a.test/", &[], "http://a.test/", None, true);
        check("http://a.test/", &[(301, a)], a, Some(a), true);
        check("http://a.test/", &[(301, a), (308, b)], b, Some(b), true);
        check("http://a.test/", &[(301, a), (302, b), (301, c)], c, Some(a), true);
        check("http://a.test/", &[(307, a), (301, b)], b, None, true);
        check("http://a.test/", &[(303, a)], a, None, true);
    }

    #[test]
    fn trust_ends_at_the_first_other_origin() {
        check("https://a.test/", &[(302, "https://b.test/"), (302, "https://a.test/2")], "https://a.test/2", None, false);
        check("https://a.test/", &[(302, "https://a.test:8443/")], "https://a.test:8443/", None, false);
        check("https://a.test/", &[(302, "http://a.test/")], "http://a.test/", None, false);
        check("https://a.test/", &[(302, "https://A.test:443/2")], "https://a.test/2", None, true);
    }

    #[test]
    fn bad_redirects_end_the_fetch() {
        check_wrong(&[(302, "")], "leads back to itself");
        check_wrong(&[(302, "/x?key=s3cret#f")], "leads back to itself");
        check_wrong(&[(302, "/1"), (301, "/2"), (302, "/1")], "leads back to itself");
        check_wrong(&[(302, "ftp://a.test/")], "\"ftp\"");
        check_wrong(&[(302, "javascript:alert(1)")], "\"javascript\"");
        check_wrong(&[(302, "file:///etc/passwd")], "\"file\"");
        check_wrong(&[(302, "http://[::1")], "no address");
        let long: Vec<(u16, String)> = (0..11).map(|n| (302, format!("/{n}"))).collect();
        let long: Vec<(u16, &str)> = long.iter().map(|(status, path)| (*status, path.as_str())).collect();
        assert!(walk("http://a.test/x", &long[..10]).is_ok());
        check_wrong(&long, "more than 10");
        let missing = Trail::new(&Url::parse("http://a.test/").expect("url")).follow(301, None, 10).expect_err("no Location");
        assert_eq!(missing, FetchError::Redirect("status 301 without Location".to_owned()));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn no_location_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            if let Ok(value) = HeaderValue::from_bytes(&bytes) {
                let mut trail = Trail::new(&Url::parse("http://a.test/").expect("url"));
                if trail.follow(301, Some(&value), 10).is_ok() {
                    prop_assert!(matches!(trail.url.scheme(), "http" | "https"));
                    prop_assert!(trail.url.fragment().is_none() && trail.url.username().is_empty());
                }
            }
        }
    }
}
