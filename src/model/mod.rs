//! Plain types that cross the borders between modules. Nothing here does I/O or decides anything.
//!
//! One file a border: what the fetcher brings, what the parser reads, what a poll plans, what an article gives,
//! what outputs show. Times are `jiff::Timestamp`; addresses that came from outside stay strings until parsed.

mod article;
mod feed;
mod fetch;
mod finding;
mod glance;
mod hook;
mod host;
mod item;
mod moment;
mod notice;
mod parsed;
mod plan;
mod podcast;
mod related;
mod rhythm;
mod scrape;
mod search;
mod story;
pub mod units;
mod websub;

pub use article::*;
pub use feed::*;
pub use fetch::*;
pub use finding::*;
pub use glance::*;
pub use hook::*;
pub use host::{Place, host_of, host_of_url, site_name};
pub use item::*;
pub use moment::{fixed_moment, moment};
pub use notice::*;
pub use parsed::*;
pub use plan::*;
pub use podcast::*;
pub use related::*;
pub use rhythm::*;
pub use scrape::*;
pub use search::*;
pub use story::*;
pub use websub::*;

use serde::{Deserialize, Serialize};

/// Row number of a subscription. Never shown in outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FeedId(pub i64);

/// Row number of an entry. Outputs show its public id instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EntryId(pub i64);

/// Row number of a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StoryId(pub i64);

/// Row number of an article page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ArticleId(pub i64);

/// A 128-bit xxh3 hash: of a body, of an entry's text. Stored, so the function must never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash128(pub [u8; 16]);

impl Hash128 {
    /// The hash of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(xxhash_rust::xxh3::xxh3_128(bytes).to_be_bytes())
    }

    /// The hash as `urn:uuid:` and a version 8 UUID, bits of our own choice (RFC 9562 5.8): what outputs call things.
    pub fn urn(self) -> String {
        let Self(mut bytes) = self;
        bytes[6] = (bytes[6] & 0x0F) | 0x80;
        bytes[8] = (bytes[8] & 0x3F) | 0x80;
        let hex = format!("{:032x}", u128::from_be_bytes(bytes));
        format!("urn:uuid:{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }
}

/// HTML that went through the one sanitising policy, safe to be written into any output.
///
/// Only `extractor::sanitize` makes it from foreign text, and `store` reads back what was made so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CleanHtml(String);

/// A piece of a text that we write ourselves, plain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Text(String),
    /// What can be copied to a command line.
    Code(String),
    /// One line a point.
    List(Vec<String>),
}

impl CleanHtml {
    /// Declares `html` to be clean. For `extractor::sanitize` and `store` alone.
    pub fn trusted(html: String) -> Self {
        Self(html)
    }

    /// Text of our own as markup: clean, because all of it is escaped.
    pub fn written(blocks: &[Block]) -> Self {
        let escaped = |text: &str| {
            text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
        };
        let markup = blocks.iter().map(|block| match block {
            Block::Text(text) => format!("<p>{}</p>", escaped(text)),
            Block::Code(text) => format!("<pre><code>{}</code></pre>", escaped(text)),
            Block::List(lines) => {
                format!("<ul>{}</ul>", lines.iter().map(|line| format!("<li>{}</li>", escaped(line))).collect::<String>())
            }
        });
        Self(markup.collect())
    }

    /// The markup.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The markup, owned.
    pub fn into_string(self) -> String {
        self.0
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
