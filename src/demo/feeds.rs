//! Feeds of the demo web as their publishers would write them.

use std::time::Duration;

use jiff::Timestamp;
use maud::{Markup, PreEscaped, html};
use serde_json::{Value, json};

use super::newsroom::{Entry, Newsroom, offset};
use super::outlets::{Format, OUTLETS, Outlet};
use super::texts::Story;

const XML: PreEscaped<&str> = PreEscaped("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
const XML_LATIN1: PreEscaped<&str> = PreEscaped("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n");

/// Where an outlet keeps its recordings.
pub(super) const RECORDINGS: &str = "/ton/";

/// Media type of an outlet's feed. Without a charset: in XML the declaration has to do.
pub(super) fn media_type(outlet: &Outlet) -> &'static str {
    match outlet.format {
        Format::Rss => "application/rss+xml",
        Format::Rdf => "application/rdf+xml",
        Format::Atom => "application/atom+xml",
        Format::Json => "application/feed+json",
    }
}

/// The feed of an outlet, and when its newest entry was published.
pub(super) fn render(room: &Newsroom, index: usize, elapsed: Duration) -> (String, Option<Timestamp>) {
    let feed = Feed { room, index, outlet: &OUTLETS[index], entries: room.feed(index, elapsed) };
    let newest = feed.entries.first().map(|entry| entry.published);
    let text = match feed.outlet.format {
        Format::Rss => feed.rss().into_string(),
        Format::Rdf => feed.rdf().into_string(),
        Format::Atom => feed.atom().into_string(),
        Format::Json => format!("{:#}", feed.json()),
    };
    (text, newest)
}

/// The whole article as HTML, as feeds that are whole carry it.
pub(super) fn body(story: &Story) -> Markup {
    html! {
        p { (story.lede) }
        @for block in story.blocks() {
            @match block.strip_prefix("## ") {
                Some(heading) => { h2 { (heading) } }
                None => { p { (block) } }
            }
        }
    }
}

struct Feed<'a> {
    room: &'a Newsroom,
    index: usize,
    outlet: &'static Outlet,
    entries: Vec<&'a Entry>,
}

impl Feed<'_> {
    fn home(&self) -> String {
        format!("{}/", self.room.base(self.index))
    }

    fn itself(&self) -> String {
        self.room.feed_url(self.index)
    }

    /// Dates as e-mails have them, in the outlet's own time.
    fn mail_date(&self, at: Timestamp) -> String {
        at.to_zoned(offset(self.outlet).to_time_zone()).strftime("%a, %d %b %Y %H:%M:%S %z").to_string()
    }

    fn iso_date(&self, at: Timestamp) -> String {
        at.display_with_offset(offset(self.outlet)).to_string()
    }

    /// Two habits in one web: a link for a GUID, and a number of the editing system.
    fn guid(&self, entry: &Entry) -> Option<String> {
        let numbered = matches!(self.outlet.id, "lpm" | "anglemere" | "drawer");
        numbered.then(|| format!("{}:{}", self.outlet.id, self.room.dice(&["guid", &entry.story.slug], 90_000_000) + 10_000_000))
    }

    fn rss(&self) -> Markup {
        html! {
            @if self.outlet.latin1 { (XML_LATIN1) } @else { (XML) }
            rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/"
                xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
                xmlns:podcast="https://podcastindex.org/namespace/1.0" {
                channel {
                    title { (self.outlet.title) }
                    link { (self.home()) }
                    description { (self.outlet.about) }
                    language { (self.outlet.lang) }
                    atom:link href=(self.itself()) rel="self" type="application/rss+xml" {}
                    @if let Some(newest) = self.entries.first() { lastBuildDate { (self.mail_date(newest.published)) } }
                    @for entry in &self.entries { (self.rss_item(entry)) }
                }
            }
        }
    }

    fn rss_item(&self, entry: &Entry) -> Markup {
        let story = &entry.story;
        html! {
            item {
                @if !story.untitled { title { (story.title) } }
                link { (entry.url) }
                @match self.guid(entry) {
                    Some(guid) => { guid isPermaLink="false" { (guid) } }
                    None => { guid { (entry.url) } }
                }
                pubDate { (self.mail_date(entry.published)) }
                category { (story.section) }
                @if !story.by.is_empty() { dc:creator { (story.by) } }
                @if story.bare {
                } @else if self.outlet.latin1 {
                    // Markup inside, escaped: the older habit. The rest of the outlets writes plain teasers.
                    description { (html! { p { (story.lede) } p { a href=(entry.url) { "Weiterlesen" } } }.into_string()) }
                } @else {
                    description { (story.lede) }
                }
                @if self.outlet.whole { content:encoded { (cdata(&body(story).into_string())) } }
                @if let Some(seconds) = story.audio {
                    @let file = format!("{}{RECORDINGS}{}", self.room.base(self.index), story.slug);
                    enclosure url=(format!("{file}.mp3")) length=(silence(seconds).len()) type="audio/mpeg" {}
                    itunes:duration { (seconds) }
                    itunes:explicit { "no" }
                    podcast:transcript url=(format!("{file}.vtt")) type="text/vtt" language=(self.outlet.lang) {}
                }
            }
        }
    }

    fn rdf(&self) -> Markup {
        html! {
            (XML)
            rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
                xmlns:dc="http://purl.org/dc/elements/1.1/" {
                channel rdf:about=(self.itself()) {
                    title { (self.outlet.title) }
                    link { (self.home()) }
                    description { (self.outlet.about) }
                    dc:language { (self.outlet.lang) }
                    items { rdf:Seq { @for entry in &self.entries { rdf:li rdf:resource=(entry.url) {} } } }
                }
                @for entry in &self.entries {
                    item rdf:about=(entry.url) {
                        title { (entry.story.title) }
                        link { (entry.url) }
                        description { (entry.story.lede) }
                        dc:creator { (entry.story.by) }
                        dc:subject { (entry.story.section) }
                        dc:date { (self.iso_date(entry.published)) }
                    }
                }
            }
        }
    }

    fn atom(&self) -> Markup {
        html! {
            (XML)
            feed xmlns="http://www.w3.org/2005/Atom" xml:lang=(self.outlet.lang) {
                id { "tag:" (self.outlet.id) ".example,2020:feed" }
                title { (self.outlet.title) }
                subtitle { (self.outlet.about) }
                link rel="alternate" type="text/html" href=(self.home()) {}
                link rel="self" type="application/atom+xml" href=(self.itself()) {}
                @if let Some(newest) = self.entries.first() { updated { (self.iso_date(newest.published)) } }
                @for entry in &self.entries {
                    entry {
                        id { "tag:" (self.outlet.id) ".example,2020:" (entry.story.slug) }
                        title type="text" { (entry.story.title) }
                        link rel="alternate" type="text/html" href=(entry.url) {}
                        published { (self.iso_date(entry.published)) }
                        updated { (self.iso_date(entry.published)) }
                        author { name { (entry.story.by) } }
                        category term=(entry.story.section) {}
                        summary type="text" { (entry.story.lede) }
                        @if self.outlet.whole { content type="html" { (body(&entry.story).into_string()) } }
                    }
                }
            }
        }
    }

    fn json(&self) -> Value {
        let items: Vec<Value> = self.entries.iter().map(|entry| self.json_item(entry)).collect();
        json!({
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.outlet.title,
            "description": self.outlet.about,
            "home_page_url": self.home(),
            "feed_url": self.itself(),
            "language": self.outlet.lang,
            "items": items,
        })
    }

    fn json_item(&self, entry: &Entry) -> Value {
        let story = &entry.story;
        let mut item = json!({
            "id": entry.url,
            "url": entry.url,
            "summary": story.lede,
            "date_published": self.iso_date(entry.published),
            "authors": [{ "name": story.by }],
            "tags": [story.section],
        });
        if !story.untitled {
            item["title"] = story.title.clone().into();
        }
        // JSON Feed 1.1 asks for some content; a teaser feed gives the teaser again.
        if self.outlet.whole {
            item["content_html"] = body(story).into_string().into();
        } else {
            item["content_text"] = story.lede.clone().into();
        }
        item
    }
}

/// A recording or what is said in it.
pub(super) fn recording(story: &Story, path: &str) -> Option<(&'static str, Vec<u8>)> {
    let seconds = story.audio?;
    match path.strip_prefix(RECORDINGS)?.strip_prefix(&story.slug)? {
        ".mp3" => Some(("audio/mpeg", silence(seconds))),
        ".vtt" => {
            let end = format!("{:02}:{:02}.000", seconds / 60, seconds % 60);
            Some(("text/vtt; charset=utf-8", format!("WEBVTT\n\n00:00.000 --> {end}\n{}\n", story.lede).into_bytes()))
        }
        _ => None,
    }
}

/// So many seconds of MPEG-1 layer III: frames of 32 kbit/s at 44.1 kHz, mono, that say nothing.
fn silence(seconds: u32) -> Vec<u8> {
    let mut frame = [0; 104];
    frame[..4].copy_from_slice(&[0xFF, 0xFB, 0x10, 0xC4]);
    frame.repeat(seconds as usize * 44_100 / 1152)
}

fn cdata(html: &str) -> PreEscaped<String> {
    PreEscaped(format!("<![CDATA[{}]]>", html.replace("]]>", "]]]]><![CDATA[>")))
}
