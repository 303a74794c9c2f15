//! JSON Feed 1.1.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::channel::{Channel, Format, common_language};
use super::fold::Shown;
use super::inert::inert;
use super::podcast;
use super::text::{authors, changed, headline, link, related, source_title, tags, text};
use super::xml::{allowed, language, media_type, rfc3339, rfc3339_fine, web};

/// Text without the characters that no output holds.
struct Clean<'a>(Cow<'a, str>);

impl Serialize for Clean<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&allowed(&self.0))
    }
}

impl<'a> From<&'a str> for Clean<'a> {
    fn from(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl From<String> for Clean<'_> {
    fn from(text: String) -> Self {
        Self(Cow::Owned(text))
    }
}

#[derive(Serialize)]
struct Hub<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    url: &'a str,
}

#[derive(Serialize)]
struct Feed<'a> {
    version: &'static str,
    title: Clean<'a>,
    home_page_url: &'a str,
    feed_url: String,
    description: Clean<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hubs: Option<[Hub<'a>; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    id: Clean<'a>,
    url: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<Clean<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_html: Option<Clean<'a>>,
    /// Empty where there is no text: one of the two is a must.
    #[serde(skip_serializing_if = "Option::is_none")]
    content_text: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<Clean<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<Cow<'a, str>>,
    date_published: String,
    date_modified: String,
    authors: Vec<Author<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<Clean<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment<'a>>,
    _source: Source<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    _related: Vec<Related<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    _itunes: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    _podcast: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    _thr: Option<Value>,
}

#[derive(Serialize)]
struct Author<'a> {
    name: Clean<'a>,
}

#[derive(Serialize)]
struct Attachment<'a> {
    url: Cow<'a, str>,
    mime_type: Clean<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<Clean<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_in_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_in_seconds: Option<u64>,
}

#[derive(Serialize)]
struct Source<'a> {
    title: Clean<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    feed_url: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    home_page_url: Option<Cow<'a, str>>,
}

#[derive(Serialize)]
struct Related<'a> {
    url: Cow<'a, str>,
    title: Clean<'a>,
    source: Clean<'a>,
}

/// Writes the document.
pub fn render(channel: &Channel, items: &[Shown]) -> Vec<u8> {
    let feed = Feed {
        version: "https://jsonfeed.org/version/1.1",
        title: channel.title.as_str().into(),
        home_page_url: &channel.home,
        feed_url: channel.address(Format::Json),
        description: channel.description.as_str().into(),
        next_url: channel.next(Format::Json),
        hubs: channel.hub().map(|url| [Hub { kind: "WebSub", url }]),
        language: common_language(items),
        items: items.iter().map(|shown| item(channel, shown)).collect(),
    };
    let mut bytes = serde_json::to_vec(&feed).unwrap_or_default(); // no map keys but strings, no floats: it cannot fail
    bytes.push(b'\n');
    bytes
}

/// One item alone, as the document has it.
pub(super) fn value(channel: &Channel, shown: &Shown) -> Value {
    serde_json::to_value(item(channel, shown)).unwrap_or_default() // as above
}

fn item<'a>(channel: &Channel, shown: &'a Shown) -> Item<'a> {
    let lead = &shown.lead;
    let title = channel.title_of(shown);
    let text = text(shown, channel.content);
    // One of content_html and content_text is a must, so that a teaser which is all there is stands there as well.
    let content = text.content().or_else(|| text.summary());
    let title = if title.trim().is_empty() && content.is_none() { headline(channel, shown) } else { title };
    Item {
        id: shown.id.as_str().into(),
        url: link(channel, shown),
        title: (!title.trim().is_empty()).then_some(Clean(title)),
        content_text: content.is_none().then_some(""),
        content_html: content.map(Clean::from),
        summary: text.summary_line().map(Clean::from),
        image: lead.image.as_deref().and_then(web),
        date_published: rfc3339(shown.published),
        date_modified: rfc3339_fine(changed(shown)),
        authors: authors(shown).into_iter().map(|name| Author { name: name.into() }).collect(),
        tags: tags(shown).into_iter().map(Clean::from).collect(),
        language: lead.lang.as_deref().and_then(language),
        attachments: lead
            .enclosures
            .iter()
            .zip(podcast::durations(lead))
            .filter_map(|(one, duration_in_seconds)| {
                Some(Attachment {
                    url: web(&one.url)?,
                    mime_type: media_type(one.media_type.as_deref()).into(),
                    title: one.title.as_deref().map(|title| Clean(inert(title))),
                    size_in_bytes: one.length,
                    duration_in_seconds,
                })
            })
            .collect(),
        _source: Source {
            title: source_title(shown).into(),
            feed_url: web(&lead.source.url),
            home_page_url: lead.source.site_url.as_deref().and_then(web),
        },
        _related: related(shown)
            .map(|(url, also)| Related { url, title: also.title.as_str().into(), source: also.source.as_str().into() })
            .collect(),
        _itunes: podcast::extension(lead, "itunes"),
        _podcast: podcast::extension(lead, "podcast"),
        _thr: podcast::extension(lead, "thr"),
    }
}
