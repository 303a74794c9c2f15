//! Pure: who tells of a feed's news, by the `Link` headers of its answer (RFC 8288; W3C WebSub 4).

use reqwest::header::{HeaderMap, LINK};
use url::Url;

use super::headers::{latin1, split_outside_quotes};
use crate::model::HubLinks;

/// Links looked at; WordPress sends about five.
const MAX_LINKS: usize = 50;
/// Bytes of all `Link` headers of an answer that are looked at.
const MAX_BYTES: usize = 16 << 10;

/// The first hub and the first `self` that are http(s) addresses; relative ones are relative to `base`.
pub(super) fn hub_links(headers: &HeaderMap, base: &Url) -> HubLinks {
    let mut found = HubLinks::default();
    let mut bytes = 0;
    let values = headers.get_all(LINK).iter().take_while(|value| {
        bytes += value.len();
        bytes <= MAX_BYTES
    });
    let texts: Vec<String> = values.map(latin1).collect();
    for (target, relations) in texts.iter().flat_map(|text| links(text)).take(MAX_LINKS) {
        let Some(url) = base.join(target.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https")) else { continue };
        let is = |name: &str| relations.split_ascii_whitespace().any(|relation| relation.eq_ignore_ascii_case(name));
        for (slot, name) in [(&mut found.hub, "hub"), (&mut found.topic, "self")] {
            if slot.is_none() && is(name) {
                *slot = Some(url.to_string());
            }
        }
    }
    found
}

/// Each `<target>; rel="..."` of a header. Commas and semicolons may stand in targets and in quotes.
fn links(text: &str) -> impl Iterator<Item = (&str, String)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let (target, after) = rest.split_once('<')?.1.split_once('>')?;
            let parameters = split_outside_quotes(after, ',').next().unwrap_or_default();
            rest = &after[parameters.len()..];
            if let Some(relations) = relations(parameters) {
                return Some((target, relations));
            }
        }
    })
}

/// The value of the first `rel`. A link with an `anchor` speaks of something else.
fn relations(parameters: &str) -> Option<String> {
    let mut relations = None;
    for parameter in split_outside_quotes(parameters, ';') {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        match name.trim().to_ascii_lowercase().as_str() {
            "anchor" => return None,
            "rel" if relations.is_none() => relations = Some(value.trim().trim_matches('"').to_owned()),
            _ => {}
        }
    }
    relations
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reqwest::header::HeaderValue;

    use super::*;

    fn read(values: &[&[u8]]) -> HubLinks {
        let values = values.iter().filter_map(|value| HeaderValue::from_bytes(value).ok());
        let headers: HeaderMap = values.map(|value| (LINK, value)).fold(HeaderMap::new(), |mut headers, (name, value)| {
            headers.append(name, value);
            headers
        });
        hub_links(&headers, &Url::parse("https://a.test/blog/feed.xml").expect("a base"))
    }

    fn check(values: &[&str], hub: Option<&str>, topic: Option<&str>) {
        let found = read(&values.iter().map(|value| value.as_bytes()).collect::<Vec<_>>());
        assert_eq!((found.hub.as_deref(), found.topic.as_deref()), (hub, topic), "{values:?}");
    }

    const HUB: Option<&str> = Some("https://hub.test/");
    const TOPIC: Option<&str> = Some("https://a.test/feed");

    #[test]
    fn hub_and_topic_are_found_however_they_are_written() {
        check(&["<https://hub.test/>; rel=\"hub\", <https://a.test/feed>; rel=\"self\""], HUB, TOPIC);
        check(&["<https://hub.test/>;rel=hub", "<https://a.test/feed> ; REL = Self"], HUB, TOPIC);
        check(&["<https://a.test/feed>; rel=\"self hub\""], TOPIC, TOPIC);
        check(&["</feed>; rel=self, <//hub.test>; title=\"a, b; rel=no\"; rel=hub"], HUB, TOPIC);
        check(&["<https://x.test/?a,b;c>; rel=next, <https://hub.test/>; rel=hub"], HUB, None);
        check(&["<https://hub.test/>; title=\"a \\\" b, c\"; rel=hub"], HUB, None);
        check(&["<https://hub.test/>; rel=hub, <https://second.test/>; rel=hub"], HUB, None);
        check(&["rubbish, <https://hub.test/>; rel=hub"], HUB, None);
    }

    #[test]
    fn what_is_no_hub_is_none() {
        check(&[], None, None);
        check(&["<https://hub.test/>; rel=\"alternate\""], None, None);
        check(&["<https://hub.test/>; rel=alternate; rel=hub"], None, None);
        check(&["<https://hub.test/>; rel=hub; anchor=\"/other\""], None, None);
        check(&["<javascript:alert(1)>; rel=hub, <ftp://hub.test/>; rel=hub"], None, None);
        check(&["<https://hub.test/; rel=hub", "https://hub.test/; rel=hub", "<https://hub.test/>", "<>"], None, None);
        let long = format!("<https://x.test/>; title=\"{}\"; rel=x", "x".repeat(MAX_BYTES));
        check(&[&long, "<https://hub.test/>; rel=hub"], None, None);
        let many = "<https://x.test/>; rel=x, ".repeat(MAX_LINKS);
        check(&[&format!("{many}<https://hub.test/>; rel=hub")], None, None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]
        #[test]
        fn no_header_makes_it_panic_and_what_it_finds_is_of_the_web(
            bytes in proptest::collection::vec(prop_oneof![any::<u8>(), proptest::sample::select(b"<>;,=\"\\ relhubsf:/".to_vec())], 0..120)
        ) {
            let found = read(&[&bytes]);
            for address in found.hub.iter().chain(&found.topic) {
                prop_assert!(address.starts_with("http://") || address.starts_with("https://"), "{address}");
            }
        }
    }
}
