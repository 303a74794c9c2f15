//! RSS 2.0, as the specification and the RSS Best Practices Profile have it.

use super::atom::MEDIA;
use super::channel::{Channel, Format, common_language};
use super::fold::Shown;
use super::podcast;
use super::text::{Text, authors, related, source_title, tags, text};
use super::xml::{Xml, language, media_type, rfc2822, rfc3339, web};

const NAMESPACES: [(&str, &str); 7] = [
    ("version", "2.0"),
    ("xmlns:atom", "http://www.w3.org/2005/Atom"),
    ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
    ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
    ("xmlns:media", MEDIA),
    podcast::NAMESPACES[0],
    podcast::NAMESPACES[1],
];

/// Writes the document.
pub fn render(channel: &Channel, items: &[Shown]) -> Vec<u8> {
    let mut xml = Xml::new();
    xml.open("rss", &NAMESPACES);
    xml.open("channel", &[]);
    xml.text("title", &[], &channel.title);
    xml.text("link", &[], &channel.home);
    xml.text("description", &[], &channel.description);
    if let Some(tag) = common_language(items) {
        xml.text("language", &[], tag);
    }
    if let Some(newest) = items.iter().map(|one| one.updated).max() {
        xml.text("lastBuildDate", &[], &rfc2822(newest));
    }
    xml.text("generator", &[], "feedmux");
    let kind = Format::Rss.media_type();
    xml.empty("atom:link", &[("rel", "self"), ("type", kind), ("href", &channel.address(Format::Rss))]);
    if let Some(next) = channel.next(Format::Rss) {
        xml.empty("atom:link", &[("rel", "next"), ("type", kind), ("href", &next)]);
    }
    for shown in items {
        item(&mut xml, channel, shown);
    }
    xml.close("channel");
    xml.close("rss");
    xml.finish()
}

fn item(xml: &mut Xml, channel: &Channel, shown: &Shown) {
    let lead = &shown.lead;
    let title = channel.title_of(shown);
    let Text { body, teaser } = text(shown, channel.content);
    xml.open("item", &[]);
    xml.text("guid", &[("isPermaLink", "false")], &shown.id);
    // One of title and description is a must.
    if !title.is_empty() || body.is_none() {
        xml.text("title", &[], &title);
    }
    if let Some(url) = lead.url.as_deref().and_then(web) {
        xml.text("link", &[], url);
    }
    xml.text("pubDate", &[], &rfc2822(shown.published));
    if shown.updated != shown.published {
        xml.text("atom:updated", &[], &rfc3339(shown.updated));
    }
    // `author` is for e-mail addresses; names go here.
    for name in authors(shown) {
        xml.text("dc:creator", &[], name);
    }
    for tag in tags(shown) {
        xml.text("category", &[], tag);
    }
    if let Some(tag) = lead.lang.as_deref().and_then(language) {
        xml.text("dc:language", &[], tag);
    }
    // A whole article goes to content:encoded, which Miniflux, NetNewsWire and Newsboat read first; a teaser is a description.
    match (body, teaser) {
        (Some(body), teaser) if channel.content == crate::config::Content::Full => {
            if let Some(teaser) = teaser {
                xml.text("description", &[], &teaser);
            }
            xml.text("content:encoded", &[], &body);
        }
        (Some(body), _) => xml.text("description", &[], &body),
        (None, _) => {}
    }
    // One, says the profile; further ones are media:content.
    if let Some((url, enclosure)) = lead.enclosures.iter().find_map(|one| web(&one.url).map(|url| (url, one))) {
        let length = enclosure.length.unwrap_or(0).to_string();
        xml.empty("enclosure", &[("url", url), ("length", &length), ("type", media_type(enclosure.media_type.as_deref()))]);
    }
    if let Some(image) = lead.image.as_deref().and_then(web) {
        xml.empty("media:thumbnail", &[("url", image)]);
    }
    // All or none: feed-rs does not look at the enclosure where there is any media:content.
    if lead.enclosures.len() > 1 || lead.enclosures.iter().any(podcast::says_more) {
        for enclosure in &lead.enclosures {
            podcast::write_media(xml, enclosure);
        }
    }
    podcast::write(xml, lead);
    for (url, also) in related(shown) {
        xml.empty("atom:link", &[("rel", "related"), ("href", url), ("title", &also.source)]);
    }
    if let Some(address) = web(&lead.source.url) {
        xml.text("source", &[("url", address)], source_title(shown));
    }
    xml.close("item");
}
