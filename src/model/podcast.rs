//! The podcast vocabularies, and that of comments: what an entry of a *merged* feed may say of them, and what one entry says.
//!
//! One table for parser and exporters, so that nothing is kept that is not written, and no name of an element or attribute in an
//! output was chosen by a stranger. What belongs to the show alone has no row: `itunes:block` and `itunes:new-feed-url` would
//! hide or move the merged feed, `itunes:order` numbers the episodes of one show. Nor has what entries carry already under a name
//! of their own: `itunes:author` and `itunes:keywords` would make every author and tag come twice, `itunes:summary` is the text.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Namespace of `itunes:`.
pub const ITUNES_NAMESPACE: &str = "http://www.itunes.com/dtds/podcast-1.0.dtd";
/// Namespace of `podcast:` (Podcasting 2.0).
pub const PODCAST_NAMESPACE: &str = "https://podcastindex.org/namespace/1.0";
/// Namespace of `thr:` (RFC 4685).
pub const THREAD_NAMESPACE: &str = "http://purl.org/syndication/thread/1.0";
/// Longest duration that is believed, seconds: a year.
const MAX_SECONDS: u64 = 366 * 24 * 60 * 60;

/// One element as its feed wrote it: plain text, addresses absolute.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PodcastElement {
    /// With the prefix that everybody uses, as in [`PodcastKind::name`].
    pub name: String,
    /// Those of [`PodcastKind::attributes`] that it has.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
    /// One line.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Elements inside.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<PodcastElement>,
}

/// What an element may have.
#[derive(Debug)]
pub struct PodcastKind {
    /// `itunes:duration`, `podcast:transcript`.
    pub name: &'static str,
    /// Whether an entry may have several.
    pub many: bool,
    /// Without it the element says nothing.
    pub needs: Need,
    /// Attributes, as they are spelt.
    pub attributes: &'static [&'static str],
    /// Elements inside; one that may have some has no text of its own.
    pub children: &'static [PodcastKind],
}

/// What an element must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// A text.
    Text,
    /// This attribute.
    Attribute(&'static str),
    /// Any element inside.
    Child,
}

impl PodcastKind {
    /// The name behind the prefix.
    pub fn local(&self) -> &'static str {
        self.name.split_once(':').map_or(self.name, |(_, local)| local)
    }

    /// Whether `element` has what it needs.
    pub fn is_met_by(&self, element: &PodcastElement) -> bool {
        match self.needs {
            Need::Text => !element.text.is_empty(),
            Need::Attribute(name) => element.attributes.get(name).is_some_and(|value| !value.is_empty()),
            Need::Child => !element.children.is_empty(),
        }
    }
}

/// Whether the value of an attribute of that name is an address, in every element that has it. (`address` is none: money goes there.)
pub fn is_podcast_address(attribute: &str) -> bool {
    matches!(attribute, "url" | "uri" | "href" | "img" | "accountUrl" | "feedUrl" | "source")
}

/// The kind of that prefixed name, in any case, with its place in the order in which elements are written.
pub fn podcast_kind(name: &str) -> Option<(usize, &'static PodcastKind)> {
    KINDS.iter().enumerate().find(|(_, kind)| kind.name.eq_ignore_ascii_case(name))
}

/// Seconds of a duration as feeds spell it: `3600`, `59:59`, `1:02:03`, fractions cut off. Nothing is `None`, and so is 0: that is how
/// software says that it does not know.
pub fn duration_seconds(text: &str) -> Option<u64> {
    let mut total = 0u64;
    let mut parts = 0;
    for part in text.trim().split(':') {
        parts += 1;
        let (whole, fraction) = part.trim().split_once(['.', ',']).unwrap_or((part.trim(), ""));
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) || parts > 3 {
            return None;
        }
        total = total.checked_mul(60)?.checked_add(whole.parse().ok()?)?;
    }
    (1..=MAX_SECONDS).contains(&total).then_some(total)
}

const fn text(name: &'static str) -> PodcastKind {
    PodcastKind { name, many: false, needs: Need::Text, attributes: &[], children: &[] }
}

const fn with(name: &'static str, needs: Need, attributes: &'static [&'static str]) -> PodcastKind {
    PodcastKind { name, many: false, needs, attributes, children: &[] }
}

const fn many(name: &'static str, needs: Need, attributes: &'static [&'static str]) -> PodcastKind {
    PodcastKind { name, many: true, needs, attributes, children: &[] }
}

use Need::{Attribute, Child, Text};

const RECIPIENT: PodcastKind =
    many("podcast:valueRecipient", Attribute("address"), &["name", "type", "address", "customKey", "customValue", "split", "fee"]);
const REMOTE: PodcastKind =
    with("podcast:remoteItem", Attribute("feedGuid"), &["feedGuid", "feedUrl", "itemGuid", "medium", "title"]);

/// Apple's list for episodes, the item tags of the Podcasting 2.0 namespace that are finished, and where comments are (RFC 4685).
static KINDS: [PodcastKind; 22] = [
    text("itunes:title"),
    text("itunes:subtitle"),
    with("itunes:image", Attribute("href"), &["href"]),
    text("itunes:duration"),
    text("itunes:season"),
    text("itunes:episode"),
    text("itunes:episodeType"),
    text("itunes:explicit"),
    with("podcast:season", Text, &["name"]),
    with("podcast:episode", Text, &["display"]),
    with("podcast:chapters", Attribute("url"), &["url", "type"]),
    many("podcast:transcript", Attribute("url"), &["url", "type", "language", "rel"]),
    many("podcast:person", Text, &["role", "group", "img", "href"]),
    many("podcast:soundbite", Attribute("startTime"), &["startTime", "duration"]),
    many("podcast:location", Text, &["rel", "geo", "osm", "country"]),
    with("podcast:license", Text, &["url"]),
    many("podcast:socialInteract", Attribute("uri"), &["uri", "protocol", "accountId", "accountUrl", "priority"]),
    PodcastKind {
        children: &[
            many("podcast:source", Attribute("uri"), &["uri", "contentType"]),
            with("podcast:integrity", Attribute("value"), &["type", "value"]),
        ],
        ..many(
            "podcast:alternateEnclosure",
            Child,
            &["type", "length", "bitrate", "height", "lang", "title", "rel", "codecs", "default"],
        )
    },
    PodcastKind {
        children: &[
            RECIPIENT,
            PodcastKind {
                children: &[RECIPIENT, REMOTE],
                ..many("podcast:valueTimeSplit", Child, &["startTime", "duration", "remoteStartTime", "remotePercentage"])
            },
        ],
        ..many("podcast:value", Child, &["type", "method", "suggested"])
    },
    // comments: each format has another element for the first and the last of these
    many("thr:replies", Attribute("href"), &["href", "type"]),
    many("thr:in-reply-to", Attribute("ref"), &["ref", "href", "type", "source"]),
    text("thr:total"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_in_every_spelling() {
        for (text, expected) in [
            ("3600", Some(3600)),
            ("59:59", Some(3599)),
            ("1:02:03", Some(3723)),
            ("01:02:03", Some(3723)),
            (" 90:00 ", Some(5400)),
            ("12.75", Some(12)),
            ("0:30.5", Some(30)),
            ("0", None),
            ("00:00:00", None),
            ("", None),
            (":", None),
            ("1:2:3:4", None),
            ("-5", None),
            ("an hour", None),
            ("1:0x", None),
            ("99999999999999999999", None),
            ("99999999:00:00", None),
        ] {
            assert_eq!(duration_seconds(text), expected, "{text}");
        }
    }

    #[test]
    fn the_table_is_sound() {
        fn check(kind: &PodcastKind) {
            if let Need::Attribute(name) = kind.needs {
                assert!(kind.attributes.contains(&name), "{}", kind.name);
            }
            assert_eq!(kind.needs == Need::Child, !kind.children.is_empty(), "{}", kind.name);
            for name in kind.attributes {
                assert!(name.bytes().all(|b| b.is_ascii_alphabetic()), "{name}");
            }
            for child in kind.children {
                assert!(
                    !kind.attributes.contains(&child.local()) && child.local() != "text",
                    "JSON has one name for both: {}",
                    child.name
                );
                check(child);
            }
        }
        for (place, kind) in KINDS.iter().enumerate() {
            check(kind);
            assert_eq!(podcast_kind(&kind.name.to_uppercase()).map(|(at, _)| at), Some(place), "{}", kind.name);
        }
    }
}
