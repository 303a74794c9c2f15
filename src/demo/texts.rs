//! The demo's own texts: data files compiled in, read when a [`super::Newsroom`] is made.

use std::collections::BTreeMap;

use serde::Deserialize;

/// One article, or one line of a link collection.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Story {
    /// Id of the outlet whose feed lists it.
    pub(super) outlet: String,
    /// Last part of the page's address.
    pub(super) slug: String,
    pub(super) title: String,
    pub(super) section: String,
    pub(super) by: String,
    /// The teaser: all that most feeds carry.
    pub(super) lede: String,
    /// Paragraphs, an empty line between two; one that starts with `## ` is a heading.
    #[serde(default)]
    pub(super) text: String,
    /// "Key points" list above the text.
    #[serde(default)]
    pub(super) points: Vec<String>,
    /// Line of the video teaser between the paragraphs.
    pub(super) video: Option<String>,
    /// `outlet/slug` of the page it points to; it has none of its own then.
    pub(super) link: Option<String>,
    /// Minutes before the start at which it was published; otherwise chance decides.
    pub(super) age: Option<u32>,
    /// Appears while one watches, in this order.
    pub(super) live: Option<u32>,
    /// Lies under `/intern/`, which the outlet's robots.txt forbids.
    #[serde(default)]
    pub(super) intern: bool,
    /// Seconds of the recording that the feed attaches.
    pub(super) audio: Option<u32>,
    /// A note: the feed gives no title.
    #[serde(default)]
    pub(super) untitled: bool,
    /// The feed gives a title and no text.
    #[serde(default)]
    pub(super) bare: bool,
}

impl Story {
    /// Paragraphs and headings, in order.
    pub(super) fn blocks(&self) -> impl Iterator<Item = &str> {
        self.text.split("\n\n").map(str::trim).filter(|block| !block.is_empty())
    }
}

/// What stands around an article in one language.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub(super) sections: Vec<String>,
    pub(super) topics: Vec<String>,
    pub(super) menu: String,
    pub(super) search: String,
    pub(super) login: String,
    pub(super) subscribe: String,
    pub(super) home: String,
    pub(super) by: String,
    pub(super) minutes: String,
    pub(super) key_points: String,
    pub(super) ad: String,
    pub(super) ad_text: String,
    pub(super) video: String,
    pub(super) newsletter: String,
    pub(super) newsletter_text: String,
    pub(super) newsletter_button: String,
    pub(super) related: String,
    pub(super) most_read: String,
    pub(super) share: String,
    pub(super) comments: String,
    pub(super) comments_text: String,
    pub(super) cookies: String,
    pub(super) cookies_text: String,
    pub(super) cookies_yes: String,
    pub(super) cookies_no: String,
    pub(super) footer: Vec<String>,
    pub(super) rights: String,
}

/// Parts from which one outlet's short notices are put together: when the written stories are used up, something new still happens.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Notices {
    pub(super) outlet: String,
    pub(super) slug: String,
    pub(super) section: String,
    pub(super) who: Vec<String>,
    pub(super) what: Vec<String>,
    #[serde(rename = "where")]
    pub(super) place: Vec<String>,
    pub(super) more: Vec<String>,
}

impl Notices {
    /// The `k`-th notice; `number` gives the figure for the part of that name.
    ///
    /// Each list is walked in a circle of its own. Their lengths have no common divisor, so two notices share at most one part
    /// and are not taken for two reports of one event.
    pub(super) fn story(&self, k: usize, number: impl Fn(&str) -> u64) -> Story {
        let part = |name: &str, list: &[String]| {
            let text = if list.is_empty() { "" } else { list[k % list.len()].as_str() };
            text.replace("{n}", &number(name).to_string())
        };
        let title = format!("{} {}", part("who", &self.who), part("what", &self.what));
        let lede = format!("{title} {}. {}", part("where", &self.place), part("more", &self.more));
        Story {
            outlet: self.outlet.clone(),
            slug: format!("{}-{}", self.slug, k + 1),
            title,
            section: self.section.clone(),
            lede,
            ..Story::default()
        }
    }
}

/// All of it.
pub(super) struct Texts {
    pub(super) stories: Vec<Story>,
    pub(super) words: BTreeMap<String, Words>,
    pub(super) notices: Vec<Notices>,
}

/// Reads the data files.
pub(super) fn read() -> Texts {
    #[derive(Deserialize)]
    struct Stories {
        story: Vec<Story>,
    }
    #[derive(Deserialize)]
    struct AllNotices {
        notices: Vec<Notices>,
    }
    let files = [
        include_str!("texts/wire.toml"),
        include_str!("texts/de.toml"),
        include_str!("texts/en.toml"),
        include_str!("texts/fr.toml"),
        include_str!("texts/es.toml"),
        include_str!("texts/nl.toml"),
        include_str!("texts/ja.toml"),
    ];
    Texts {
        stories: files.into_iter().flat_map(|file| table::<Stories>(file).story).collect(),
        words: table(include_str!("texts/words.toml")),
        notices: table::<AllNotices>(include_str!("texts/notices.toml")).notices,
    }
}

fn table<T: serde::de::DeserializeOwned>(text: &str) -> T {
    // Not foreign: part of the program, and every test of the demo reads it.
    toml::from_str(text).expect("the demo's own texts are well-formed")
}
