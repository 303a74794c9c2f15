//! Atom 1.0 (RFC 4287).

use super::channel::{Channel, Format, common_language};
use super::fold::Shown;
use super::inert::inert;
use super::podcast;
use super::text::{authors, changed, headline, link, related, source_title, tags, text};
use super::xml::{Xml, language, media_type, rfc3339, rfc3339_fine, web};
use crate::config::Content;

const ATOM: &str = "http://www.w3.org/2005/Atom";
/// Marks archives (RFC 5005 section 4).
pub(super) const HISTORY: (&str, &str) = ("xmlns:fh", "http://purl.org/syndication/history/1.0");
pub(super) const MEDIA: &str = "http://search.yahoo.com/mrss/";

/// Writes the document.
pub fn render(channel: &Channel, items: &[Shown]) -> Vec<u8> {
    let mut xml = Xml::new();
    let address = channel.address(Format::Atom);
    let mut attributes = vec![("xmlns", ATOM), ("xmlns:media", MEDIA)];
    attributes.extend(podcast::NAMESPACES);
    attributes.extend(common_language(items).map(|tag| ("xml:lang", tag)));
    xml.open("feed", &attributes);
    xml.text("id", &[], &channel.id);
    xml.text("title", &[("type", "text")], &channel.title);
    xml.text("subtitle", &[("type", "text")], &channel.description);
    // Of the newest change, not of this writing: otherwise each rendering would be a new document.
    let updated = items.iter().map(changed).max().unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    xml.text("updated", &[], &rfc3339_fine(updated));
    xml.empty("link", &[("rel", "self"), ("type", Format::Atom.media_type()), ("href", &address)]);
    xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &channel.home)]);
    if let Some(hub) = channel.hub() {
        xml.empty("link", &[("rel", "hub"), ("href", hub)]);
    }
    for (rel, link) in channel.links(Format::Atom) {
        xml.empty("link", &[("rel", rel), ("type", Format::Atom.media_type()), ("href", &link)]);
    }
    if channel.is_archive() {
        xml.empty("fh:archive", &[HISTORY]);
    }
    xml.text("generator", &[], "feedmux");
    for shown in items {
        entry(&mut xml, channel, shown);
    }
    xml.close("feed");
    xml.finish()
}

fn entry(xml: &mut Xml, channel: &Channel, shown: &Shown) {
    let lead = &shown.lead;
    let lang = lead.lang.as_deref().and_then(language);
    xml.open("entry", &lang.map(|tag| ("xml:lang", tag)).into_iter().collect::<Vec<_>>());
    xml.text("id", &[], &shown.id);
    xml.text("title", &[("type", "text")], &headline(channel, shown));
    xml.text("published", &[], &rfc3339(shown.published));
    xml.text("updated", &[], &rfc3339_fine(changed(shown)));
    xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &link(channel, shown))]);
    for (url, also) in related(shown) {
        xml.empty("link", &[("rel", "related"), ("type", "text/html"), ("href", &url), ("title", &also.source)]);
    }
    for enclosure in &lead.enclosures {
        if let Some(url) = web(&enclosure.url) {
            let length = enclosure.length.unwrap_or(0).to_string();
            let kind = media_type(enclosure.media_type.as_deref());
            let title = enclosure.title.as_deref().map(inert);
            let mut attributes = vec![("rel", "enclosure"), ("type", kind), ("length", length.as_str()), ("href", &url)];
            attributes.extend(title.as_deref().map(|title| ("title", title)));
            xml.empty("link", &attributes);
        }
    }
    for name in authors(shown) {
        xml.open("author", &[]);
        xml.text("name", &[], name);
        xml.close("author");
    }
    for tag in tags(shown) {
        xml.empty("category", &[("term", tag)]);
    }
    let text = text(shown, channel.content);
    let (content, summary) = (text.content(), text.summary());
    if let Some(summary) = &summary {
        xml.text("summary", &[("type", "html")], summary);
    }
    if let Some(content) = &content {
        xml.text("content", &[("type", "html")], content);
    }
    // An entry should say something (RFC 4287 section 4.1.1.1). Where nobody said anything it says who was silent.
    if content.is_none() && summary.is_none() && channel.content != Content::None {
        xml.text("summary", &[("type", "text")], source_title(shown));
    }
    if let Some(image) = lead.image.as_deref().and_then(web) {
        xml.empty("media:thumbnail", &[("url", &image)]);
    }
    for enclosure in lead.enclosures.iter().filter(|one| podcast::says_more(one)) {
        podcast::write_media(xml, enclosure);
    }
    podcast::write(xml, lead, Format::Atom);
    source(xml, shown);
    xml.close("entry");
}

/// Comes last: Feedbin, NetNewsWire and Newsboat have taken its title and link for those of the entry.
fn source(xml: &mut Xml, shown: &Shown) {
    let source = &shown.lead.source;
    let Some(address) = web(&source.url) else { return };
    xml.open("source", &[]);
    xml.text("id", &[], &address);
    xml.text("title", &[("type", "text")], source_title(shown));
    xml.text("updated", &[], &rfc3339(shown.updated));
    xml.empty("link", &[("rel", "self"), ("href", &address)]);
    if let Some(site) = source.site_url.as_deref().and_then(web) {
        xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &site)]);
    }
    xml.close("source");
}
