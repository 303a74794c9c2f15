//! The address of a feed as people write it: what is wrong with it, and the credentials in it taken apart.

use url::Url;

use crate::model::Auth;

/// Longest address; servers refuse longer request lines.
const MAX_ADDRESS_BYTES: usize = 8_000;

/// Reads an address: http or https with a host, `feed:` understood, the fragment dropped, `user:password@` split off.
///
/// # Errors
/// One line that names what is wrong and the remedy, without credentials.
pub fn parse(text: &str) -> Result<(Url, Option<Auth>), String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("is empty; write it like \"https://example.org/feed.xml\"".to_owned());
    }
    if text.len() > MAX_ADDRESS_BYTES {
        return Err(format!("is longer than {MAX_ADDRESS_BYTES} bytes"));
    }
    let shown = masked(text);
    let plain = without_feed_scheme(text);
    let lacks_scheme = || format!("\"{shown}\" has no scheme; write \"https://{}\"", shown.trim_start_matches('/'));
    let url = match Url::parse(&plain) {
        Ok(url) => url,
        Err(url::ParseError::RelativeUrlWithoutBase) => return Err(lacks_scheme()),
        Err(error) => return Err(format!("\"{shown}\" is no address: {error}")),
    };
    if !matches!(url.scheme(), "http" | "https") {
        // `localhost:8000/feed` and `example.org:8000` parse as schemes
        let port = url.path().starts_with(|c: char| c.is_ascii_digit());
        if url.cannot_be_a_base() && (port || url.scheme().contains('.')) {
            return Err(lacks_scheme());
        }
        return Err(format!("\"{shown}\" has the scheme {}; feeds are polled over http and https only", url.scheme()));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(format!("\"{shown}\" has no host; write it like \"https://example.org/feed.xml\""));
    }
    Ok(split(url))
}

/// Drops the fragment and takes the credentials out of `url`.
pub fn split(mut url: Url) -> (Url, Option<Auth>) {
    url.set_fragment(None);
    let auth = (!url.username().is_empty() || url.password().is_some())
        .then(|| Auth::Basic { user: percent_decoded(url.username()), password: percent_decoded(url.password().unwrap_or("")) });
    // both fail only for addresses without a host, which are none of ours
    let _ = url.set_username("");
    let _ = url.set_password(None);
    (url, auth)
}

/// `feed://example.org/x` and `feed:https://example.org/x`, as browsers once handed them to readers.
fn without_feed_scheme(text: &str) -> String {
    match text.split_at_checked(5) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("feed:") => {
            if rest.starts_with("//") {
                format!("http:{rest}")
            } else {
                rest.to_owned()
            }
        }
        _ => text.to_owned(),
    }
}

/// `text` for an error: all that may be credentials left out. A broken password may hold any character, so all before the last `@` goes.
pub(super) fn masked(text: &str) -> String {
    let (scheme, rest) = text.split_once("://").map_or(("", text), |(scheme, rest)| (scheme, rest));
    let rest = rest.rsplit_once('@').map_or_else(|| rest.to_owned(), |(_, host)| format!("…@{host}"));
    let shown = if scheme.is_empty() { rest } else { format!("{scheme}://{rest}") };
    if shown.chars().count() > 200 { shown.chars().take(200).chain(['…']).collect() } else { shown }
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        rest = tail;
        match tail {
            [high, low, after @ ..] if *first == b'%' => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    bytes.push(high << 4 | low);
                    rest = after;
                }
                _ => bytes.push(*first),
            },
            _ => bytes.push(*first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses() {
        fn check(text: &str, expected: &str) {
            let shown = parse(text).map_or_else(|error| format!("! {error}"), |(url, _)| url.to_string());
            assert_eq!(shown, expected, "{text}");
        }
        check("https://Example.ORG:443/a/../feed.xml#top", "https://example.org/feed.xml");
        check(" https://example.org/feed.xml\t", "https://example.org/feed.xml");
        check("feed://example.org/feed.xml", "http://example.org/feed.xml");
        check("FEED:https://example.org/feed.xml", "https://example.org/feed.xml");
        check("https://bücher.example/feed", "https://xn--bcher-kva.example/feed");
        check("", "! is empty; write it like \"https://example.org/feed.xml\"");
        check("example.org/feed.xml", "! \"example.org/feed.xml\" has no scheme; write \"https://example.org/feed.xml\"");
        check("//example.org/feed", "! \"//example.org/feed\" has no scheme; write \"https://example.org/feed\"");
        check("localhost:8000/feed", "! \"localhost:8000/feed\" has no scheme; write \"https://localhost:8000/feed\"");
        check("example.org:8000", "! \"example.org:8000\" has no scheme; write \"https://example.org:8000\"");
        check("ftp://example.org/x", "! \"ftp://example.org/x\" has the scheme ftp; feeds are polled over http and https only");
        check(
            "javascript:alert(1)",
            "! \"javascript:alert(1)\" has the scheme javascript; feeds are polled over http and https only",
        );
        check("file:///etc/passwd", "! \"file:///etc/passwd\" has the scheme file; feeds are polled over http and https only");
        check("https://", "! \"https://\" is no address: empty host");
        check("https://exa mple.org/", "! \"https://exa mple.org/\" is no address: invalid international domain name");
    }

    #[test]
    fn credentials_are_split_off_and_decoded() {
        let (url, auth) = parse("https://me%40work:p%3Aw%zz+@example.org/feed").unwrap();
        assert_eq!(url.as_str(), "https://example.org/feed");
        assert!(auth == Some(Auth::Basic { user: "me@work".to_owned(), password: "p:w%zz+".to_owned() }));
        let (_, auth) = parse("https://key@example.org/feed").unwrap();
        assert!(auth == Some(Auth::Basic { user: "key".to_owned(), password: String::new() }));
    }

    #[test]
    fn no_error_shows_credentials() {
        for text in [
            "me:s3cret@example.org/feed",
            "https://me:s3cret@exa mple.org/",
            "https://me:s3/cret@example.org/",
            "https://me:s3cret?@example.org:port/",
            "ftp://me:s3cret@example.org/",
            "https://me:s3cret@",
        ] {
            let shown = parse(text).map_or_else(|error| error, |(url, _)| url.to_string());
            assert!(!shown.contains("s3"), "{shown}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn any_text_is_read_or_refused_and_what_is_read_stays(text in "(https?://|feed:)?[a-z%:@/.#é ]{0,20}\\PC{0,5}") {
            if let Ok((url, _)) = parse(&text) {
                let (again, auth) = parse(url.as_str()).unwrap();
                prop_assert_eq!(&again, &url);
                prop_assert!(auth.is_none());
            }
        }
    }
}
