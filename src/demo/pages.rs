//! Web pages of the demo: an article among everything that is not the article.

use std::fmt::Write;
use std::time::Duration;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::json;

use super::feeds;
use super::newsroom::{Entry, Newsroom, offset};
use super::outlets::{Look, OUTLETS, Outlet};
use super::texts::Words;

/// Rules in the inline style sheet, at least: with the script they bring a page to the weight pages have.
const STYLE_RULES: u64 = 220;
/// Slots in the inline script.
const SCRIPT_SLOTS: u64 = 110;
/// Links in the "most read" and "related" boxes, each.
const BOX_LINKS: usize = 6;

/// What a page is rendered from.
pub(super) struct Site<'a> {
    room: &'a Newsroom,
    index: usize,
    outlet: &'static Outlet,
    words: &'a Words,
    elapsed: Duration,
}

impl<'a> Site<'a> {
    /// The site of an outlet at a moment.
    pub(super) fn new(room: &'a Newsroom, index: usize, elapsed: Duration) -> Self {
        Self { room, index, outlet: &OUTLETS[index], words: room.words(index), elapsed }
    }

    /// The page of an article.
    pub(super) fn article(&self, entry: &Entry) -> Markup {
        let title = format!("{} | {}", entry.story.title, self.outlet.title);
        self.page(&title, self.metadata(entry), self.around_article(entry))
    }

    /// The front page, also shown for every section.
    pub(super) fn front(&self) -> Markup {
        let feed = self.room.feed(self.index, self.elapsed);
        self.page(
            self.outlet.title,
            html! {},
            html! {
                main {
                    h1 { (self.outlet.title) }
                    p { (self.outlet.about) }
                    @for entry in feed {
                        section.teaser { h2 { a href=(entry.url) { (entry.story.title) } } p { (entry.story.lede) } }
                    }
                }
            },
        )
    }

    /// A page for what is not there.
    pub(super) fn missing(&self) -> Markup {
        self.page("404", html! {}, html! { main { h1 { "404" } p { a href="/" { (self.words.home) } } } })
    }

    // === frame ===

    fn page(&self, title: &str, metadata: Markup, content: Markup) -> Markup {
        let words = self.words;
        html! {
            (DOCTYPE)
            html lang=(self.outlet.lang) {
                head {
                    @if self.outlet.latin1 {
                        // The older way to say it.
                        meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1";
                    } @else {
                        meta charset="utf-8";
                    }
                    title { (title) }
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    link rel="alternate" type=(feeds::media_type(self.outlet)) title=(self.outlet.title) href=(self.outlet.feed);
                    (metadata)
                    style { (self.style()) }
                }
                body class={ "site site-" (self.outlet.id) } {
                    div #consent .cookie-notice role="dialog" aria-label=(words.cookies) {
                        h2 { (words.cookies) }
                        p { (words.cookies_text) }
                        button type="button" { (words.cookies_yes) }
                        button type="button" { (words.cookies_no) }
                    }
                    (self.header())
                    (content)
                    (self.footer())
                    script { (self.script()) }
                }
            }
        }
    }

    fn header(&self) -> Markup {
        let words = self.words;
        html! {
            header.site-header {
                div.ad-slot.leaderboard { span.ad-label { (words.ad) } a href="/anzeigen/1" rel="sponsored nofollow" { (words.ad_text) } }
                a.logo href="/" { (self.outlet.title) }
                ul.meta-nav {
                    li { a href="/suche" { (words.search) } }
                    li { a href="/konto" { (words.login) } }
                    li { a href="/abo" { (words.subscribe) } }
                }
                nav.main-nav aria-label=(words.menu) {
                    ul {
                        @for (s, section) in words.sections.iter().enumerate() {
                            li {
                                a href={ "/rubrik/" (s) } { (section) }
                                ul.sub-nav {
                                    @for (t, topic) in words.topics.iter().enumerate() {
                                        li { a href={ "/rubrik/" (s) "/" (t) } { (section) ": " (topic) } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn footer(&self) -> Markup {
        let words = self.words;
        html! {
            footer.site-footer {
                div.footer-columns {
                    @for (s, section) in words.sections.iter().enumerate() {
                        div.footer-column {
                            h3 { (section) }
                            ul { @for (t, topic) in words.topics.iter().enumerate() { li { a href={ "/rubrik/" (s) "/" (t) } { (topic) } } } }
                        }
                    }
                }
                ul.legal { @for (n, name) in words.footer.iter().enumerate() { li { a href={ "/service/" (n) } { (name) } } } }
                p.copyright { "© " (self.outlet.title) ". " (words.rights) }
            }
        }
    }

    // === article ===

    fn around_article(&self, entry: &Entry) -> Markup {
        let words = self.words;
        let story = &entry.story;
        let crumbs = html! {
            div.breadcrumb { a href="/" { (words.home) } " › " a href="/rubrik/0" { (story.section) } " › " span { (story.title) } }
        };
        let others = self.others(entry);
        let related = html! {
            aside.related {
                h3 { (words.related) }
                ul { @for other in others.iter().take(BOX_LINKS) { li { a href=(other.url) { (other.story.title) } } } }
            }
        };
        let most_read = html! {
            aside.sidebar.most-read {
                h3 { (words.most_read) }
                ol { @for other in others.iter().rev().take(BOX_LINKS) { li { a href=(other.url) { (other.story.title) } } } }
                div.ad-slot.skyscraper { span.ad-label { (words.ad) } }
            }
        };
        let comments = html! {
            section.comments id="comments" {
                h3 { (self.room.dice(&["comments", &story.slug], 140)) " " (words.comments) }
                p { (words.comments_text) }
                a href="/konto" { (words.login) }
            }
        };
        match self.outlet.look {
            Look::Modern | Look::Plain => html! {
                main {
                    (crumbs)
                    article {
                        header { p.kicker { (story.section) } h1 { (story.title) } p.lede { (story.lede) } (self.byline(entry)) }
                        (self.picture(entry))
                        (self.text(entry))
                    }
                    (related) (comments) (most_read)
                }
            },
            Look::Divs => html! {
                div.wrapper { div.layout {
                    (crumbs)
                    div.content-main {
                        div.headline-box { div.kicker { (story.section) } h1.headline { (story.title) } }
                        (self.byline(entry))
                        (self.picture(entry))
                        div.article-body { p.intro { strong { (story.lede) } } (self.text(entry)) }
                        (related) (comments)
                    }
                    div.content-side { (most_read) }
                } }
            },
            Look::Bare => html! {
                div.post { h1 { (story.title) } (feeds::body(story)) (self.byline(entry)) }
                (related) (comments)
            },
        }
    }

    fn byline(&self, entry: &Entry) -> Markup {
        let words = self.words;
        let local = entry.published.to_zoned(offset(self.outlet).to_time_zone());
        html! {
            div.byline {
                @if !entry.story.by.is_empty() { span.author { (words.by) " " (entry.story.by) } " " }
                time datetime=(self.date(entry)) { (local.strftime("%Y-%m-%d, %H:%M")) }
                span.reading-time { " · " (2 + entry.story.text.len() / 1500) " " (words.minutes) }
                ul.share { @for way in ["E-Mail", "Link", "Chat"] { li { a href="/teilen" { (words.share) ": " (way) } } } }
            }
        }
    }

    fn picture(&self, entry: &Entry) -> Markup {
        html! { figure { img src=(self.picture_url(entry)) alt="" width="1200" height="675"; } }
    }

    /// The paragraphs with what publishers put between them.
    fn text(&self, entry: &Entry) -> Markup {
        let words = self.words;
        let story = &entry.story;
        html! {
            @if !story.points.is_empty() {
                div.key-points { h2 { (words.key_points) } ul { @for point in &story.points { li { (point) } } } }
            }
            @for (n, block) in story.blocks().enumerate() {
                @match block.strip_prefix("## ") {
                    Some(heading) => { h2 { (heading) } }
                    None => { p { (block) } }
                }
                @match n {
                    0 => { div.ad-slot.inline { p.ad-label { (words.ad) } } }
                    1 => {
                        @if let Some(video) = &story.video { p.video-teaser { strong { (words.video) } " " a href="/video/1" { (video) } } }
                    }
                    2 => {
                        div.newsletter-box {
                            h3 { (words.newsletter) }
                            p { (words.newsletter_text) }
                            a.button href="/newsletter" { (words.newsletter_button) }
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    /// What else there is to read at this outlet, newest first.
    fn others(&self, entry: &Entry) -> Vec<&'a Entry> {
        self.room.feed(self.index, self.elapsed).into_iter().filter(|other| other.url != entry.url).collect()
    }

    // === head ===

    fn metadata(&self, entry: &Entry) -> Markup {
        if self.outlet.look == Look::Bare {
            return html! {};
        }
        let story = &entry.story;
        html! {
            link rel="canonical" href=(entry.url);
            meta name="description" content=(story.lede);
            meta property="og:type" content="article";
            meta property="og:site_name" content=(self.outlet.title);
            meta property="og:title" content=(story.title);
            meta property="og:description" content=(story.lede);
            meta property="og:url" content=(entry.url);
            meta property="og:image" content=(self.picture_url(entry));
            meta property="article:published_time" content=(self.date(entry));
            meta property="article:section" content=(story.section);
            @if matches!(self.outlet.look, Look::Modern | Look::Plain) { script type="application/ld+json" { (self.json_ld(entry)) } }
        }
    }

    fn json_ld(&self, entry: &Entry) -> PreEscaped<String> {
        let story = &entry.story;
        let mut data = json!({
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": story.title,
            "description": story.lede,
            "url": entry.url,
            "mainEntityOfPage": entry.url,
            "datePublished": self.date(entry),
            "inLanguage": self.outlet.lang,
            "publisher": { "@type": "NewsMediaOrganization", "name": self.outlet.title },
            "image": [self.picture_url(entry)],
        });
        if !story.by.is_empty() {
            data["author"] = json!([{ "@type": "Person", "name": story.by }]);
        }
        if self.outlet.look == Look::Modern && !story.text.is_empty() {
            let blocks: Vec<&str> = story.blocks().map(|block| block.trim_start_matches("## ")).collect();
            data["articleBody"] = format!("{}\n\n{}", story.lede, blocks.join("\n\n")).into();
        }
        // "</" would end the script element.
        PreEscaped(data.to_string().replace("</", "<\\/"))
    }

    fn date(&self, entry: &Entry) -> String {
        entry.published.display_with_offset(offset(self.outlet)).to_string()
    }

    fn picture_url(&self, entry: &Entry) -> String {
        format!("{}/bild/{}.svg", self.room.base(self.index), entry.story.slug)
    }

    // === weight ===

    fn style(&self) -> PreEscaped<String> {
        let mut css = String::from("body{margin:0 auto;max-width:60rem;font-family:sans-serif}.sub-nav{display:none}");
        for n in 0..STYLE_RULES + self.room.dice(&["rules", self.outlet.id], 300) {
            let colour = self.room.dice(&["colour", self.outlet.id, &n.to_string()], 1 << 24);
            let _ = write!(css, ".c{n}-{colour:x}{{margin:{}px;padding:{}px;color:#{colour:06x};display:block}}", n % 24, n % 7);
        }
        PreEscaped(css)
    }

    fn script(&self) -> PreEscaped<String> {
        let slots: Vec<_> = (0..SCRIPT_SLOTS)
            .map(|n| json!({ "id": format!("slot-{n}"), "size": [300, 250], "lazy": n % 2 == 0, "key": self.room.dice(&["slot", &n.to_string()], u64::MAX) }))
            .collect();
        PreEscaped(format!("window.__page={};", json!({ "outlet": self.outlet.id, "slots": slots })))
    }
}

/// A picture of coloured fields.
pub(super) fn picture(room: &Newsroom, path: &str) -> Markup {
    html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 9" {
            @for n in 0..9_u64 {
                @let colour = format!("#{:06x}", room.dice(&["field", path, &n.to_string()], 1 << 24));
                rect x=(n % 3 * 16 / 3) y=(n / 3 * 3) width="6" height="3" fill=(colour) {}
            }
        }
    }
}
