//! RSS 2.0, as the specification and the RSS Best Practices Profile have it.

use super::atom::{HISTORY, MEDIA};
use super::channel::{Channel, Format, common_language};
use super::fold::Shown;
use super::podcast;
use super::text::{authors, changed, headline, link, related, source_title, tags, text};
use super::xml::{Xml, language, media_type, rfc2822, rfc3339_fine, web};

const NAMESPACES: [(&str, &str); 10] = [
    ("version", "2.0"),
    ("xmlns:atom", "http://www.w3.org/2005/Atom"),
    ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
    ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
    ("xmlns:media", MEDIA),
    podcast::NAMESPACES[0],
    podcast::NAMESPACES[1],
    podcast::NAMESPACES[2],
    ("xmlns:slash", "http://purl.org/rss/1.0/modules/slash/"),
    ("xmlns:wfw", "http://wellformedweb.org/CommentAPI/"),
];

/// Writes the document.
pub fn render(channel: &Channel, items: &[Shown]) -> Vec<u8> {
    let mut xml = Xml::new();
    xml.open("rss", &NAMESPACES);
    xml.open("channel", &[]);
    xml.line("title", &[], &channel.title);
    xml.text("link", &[], &channel.home);
    xml.line("description", &[], &channel.description);
    if let Some(tag) = common_language(items) {
        xml.text("language", &[], tag);
    }
    if let Some(newest) = items.iter().map(|one| one.updated).max() {
        xml.text("lastBuildDate", &[], &rfc2822(newest));
    }
    xml.text("generator", &[], "feedmux");
    let kind = Format::Rss.media_type();
    xml.empty("atom:link", &[("rel", "self"), ("type", kind), ("href", &channel.address(Format::Rss))]);
    if let Some(hub) = channel.hub() {
        xml.empty("atom:link", &[("rel", "hub"), ("href", hub)]);
    }
    for (rel, link) in channel.links(Format::Rss) {
        xml.empty("atom:link", &[("rel", rel), ("type", kind), ("href", &link)]);
    }
    if channel.is_archive() {
        xml.empty("fh:archive", &[HISTORY]);
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
    let text = text(shown, channel.content);
    let (content, summary) = (text.content(), text.summary());
    xml.open("item", &[]);
    xml.text("guid", &[("isPermaLink", "false")], &shown.id);
    // One of title and description is a must.
    if !title.trim().is_empty() || (content.is_none() && summary.is_none()) {
        xml.line("title", &[], &headline(channel, shown));
    }
    xml.text("link", &[], &link(channel, shown));
    xml.text("pubDate", &[], &rfc2822(shown.published));
    if shown.updated != shown.published {
        xml.text("atom:updated", &[], &rfc3339_fine(changed(shown)));
    }
    // `author` is for e-mail addresses; names go here.
    for name in authors(shown) {
        xml.line("dc:creator", &[], name);
    }
    for tag in tags(shown) {
        xml.line("category", &[], tag);
    }
    if let Some(tag) = lead.lang.as_deref().and_then(language) {
        xml.text("dc:language", &[], tag);
    }
    // A whole article goes to content:encoded, which Miniflux, NetNewsWire and Newsboat read first; a teaser is a description and comes
    // before it. Pictures alone make no teaser: then the description is all there is.
    if let Some(description) = summary.as_ref().or(content.as_ref()) {
        xml.text("description", &[], description);
    }
    if let Some(content) = content.as_ref().filter(|_| summary.is_some()) {
        xml.text("content:encoded", &[], content);
    }
    // One, says the profile; further ones are media:content.
    if let Some((url, enclosure)) = lead.enclosures.iter().find_map(|one| web(&one.url).map(|url| (url, one))) {
        let length = enclosure.length.unwrap_or(0).to_string();
        xml.empty("enclosure", &[("url", &url), ("length", &length), ("type", media_type(enclosure.media_type.as_deref()))]);
    }
    if let Some(image) = lead.image.as_deref().and_then(web) {
        xml.empty("media:thumbnail", &[("url", &image)]);
    }
    // All or none: feed-rs does not look at the enclosure where there is any media:content.
    if lead.enclosures.len() > 1 || lead.enclosures.iter().any(podcast::says_more) {
        for enclosure in &lead.enclosures {
            podcast::write_media(xml, enclosure);
        }
    }
    podcast::write(xml, lead, Format::Rss);
    for (url, also) in related(shown) {
        xml.empty("atom:link", &[("rel", "related"), ("href", &url), ("title", &also.source)]);
    }
    if let Some(address) = web(&lead.source.url) {
        xml.line("source", &[("url", &address)], source_title(shown));
    }
    xml.close("item");
}
