//! Films, sounds, maps, posts of networks: what a page embeds becomes a link to it, or an element that plays it.

use std::borrow::Cow;

use url::Url;

use super::super::depth::{write_attribute, write_text};
use super::super::references::decode_value;
use super::super::tokens::{Tag, Token, Tokens};
use super::pictures::is_tiny;

/// Characters of a title that are shown.
const MAX_TITLE: usize = 200;
/// Addresses of frames, with scripts and without.
const ADDRESSES: &[&str] =
    &["src", "data-src", "data-lazy-src", "data-original", "data-url", "data-cookieblock-src", "data-embed-src"];
/// Words in the address of what is there to be looked at or heard.
const PLAYERS: &[&str] =
    &["embed", "player", "video", "audio", "podcast", "watch", "episode", "track", "maps", "map", "chart", "widget"];
/// Titles that frames of advertising carry.
const ADVERTISING: &[&str] =
    &["ad", "ads", "advertisement", "advertising", "anzeige", "werbung", "publicité", "publicidad", "3rd party ad content"];

/// Something to be played or looked at elsewhere.
#[derive(Debug, PartialEq)]
pub(crate) enum Embed {
    /// A link, with its words.
    Link(String, String),
    /// `video` or `audio`: its address and its poster.
    Media(&'static str, String, Option<String>),
    /// Nothing to play, but a picture of it.
    Poster(String),
}

impl Embed {
    /// As it travels through the blocks of a page: a void element that no tree builder takes apart.
    pub(crate) fn carried(&self, out: &mut String) {
        let (address, kind, more) = match self {
            Self::Link(address, words) => (address, "link", Some(words)),
            Self::Media(kind, address, poster) => (address, *kind, poster.as_ref()),
            Self::Poster(_) => return,
        };
        out.push_str("<embed");
        write_attribute(out, "src", address);
        write_attribute(out, "type", kind);
        if let Some(more) = more {
            write_attribute(out, "title", more);
        }
        out.push('>');
    }

    /// As it is shown; references in addresses and words are still unresolved.
    pub(crate) fn shown(&self, out: &mut String) {
        match self {
            Self::Link(address, words) => {
                out.push_str("<a");
                write_attribute(out, "href", address);
                out.push('>');
                write_text(out, words);
                out.push_str("</a>");
            }
            Self::Media(kind, address, poster) => {
                out.push('<');
                out.push_str(kind);
                write_attribute(out, "src", address);
                if let Some(poster) = poster {
                    write_attribute(out, "poster", poster);
                }
                out.push_str("></");
                out.push_str(kind);
                out.push('>');
            }
            Self::Poster(_) => {}
        }
    }
}

/// What [`Embed::carried`] wrote.
pub(crate) fn read(tag: &Tag<'_>) -> Option<Embed> {
    let address = tag.get("src")?.to_owned();
    let more = tag.get("title").map(str::to_owned);
    Some(match tag.get("type")? {
        "link" => Embed::Link(address, more?),
        "video" => Embed::Media("video", address, more),
        "audio" => Embed::Media("audio", address, more),
        _ => return None,
    })
}

/// A frame, as a link. `None` for those that nobody is meant to see, and for those that do not say what they are: frames
/// without a title that are not told to fill the screen and whose address speaks of nothing to look at are advertising,
/// consent and counting.
pub(crate) fn frame(tag: &Tag<'_>) -> Option<Embed> {
    let style = tag.get("style").unwrap_or_default().replace(' ', "").to_ascii_lowercase();
    let hidden = tag.get("hidden").is_some()
        || tag.get("aria-hidden") == Some("true")
        || style.contains("display:none")
        || style.contains("visibility:hidden");
    if hidden || is_tiny(tag) {
        return None;
    }
    let address = ADDRESSES.iter().filter_map(|name| tag.get(name)).map(str::trim).find(|value| is_address(value))?;
    let title = tag.get("title").or_else(|| tag.get("aria-label")).map(str::trim).unwrap_or_default();
    let says = title.to_lowercase();
    if ADVERTISING.contains(&says.as_str()) {
        return None;
    }
    let fills = tag.get("allowfullscreen").is_some()
        || tag.get("webkitallowfullscreen").is_some()
        || tag.get("allow").is_some_and(|allow| allow.contains("fullscreen") || allow.contains("encrypted-media"));
    let mut words = address.split(|c: char| !c.is_ascii_alphanumeric());
    (!title.is_empty() || fills || words.any(|word| PLAYERS.contains(&word.to_ascii_lowercase().as_str())))
        .then(|| Embed::Link(address.to_owned(), words_of(title, address)))
}

/// `video` and `audio` with the markup between their tags.
pub(crate) fn media(tag: &Tag<'_>, content: &str) -> Option<Embed> {
    let kind = if tag.name.ends_with("audio") { "audio" } else { "video" };
    let of =
        |tag: &Tag<'_>| ["src", "data-src"].iter().filter_map(|name| tag.get(name)).find(|src| is_address(src)).map(str::to_owned);
    let poster =
        || ["poster", "data-poster"].iter().filter_map(|name| tag.get(name)).find(|src| is_address(src)).map(str::to_owned);
    let source = |token: Token<'_>| match token {
        Token::Start(source) if source.name == "source" => of(&source),
        _ => None,
    };
    match of(tag).or_else(|| Tokens::new(content).find_map(source)) {
        Some(address) => Some(Embed::Media(kind, address, poster().filter(|_| kind == "video"))),
        None => poster().map(Embed::Poster),
    }
}

/// `object` and `embed`: a film or a document. What only plug-ins of old could show leads nowhere.
pub(crate) fn plugin(tag: &Tag<'_>) -> Option<Embed> {
    let address = tag.get("data").or_else(|| tag.get("src")).map(str::trim).filter(|value| is_address(value))?;
    let kind = tag.get("type").unwrap_or_default().to_ascii_lowercase();
    let path = address.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let old = kind.contains("flash") || kind.contains("java") || kind.contains("silverlight") || path.ends_with(".swf");
    if old || is_tiny(tag) || kind == "image/svg+xml" {
        return None;
    }
    match kind.as_str() {
        kind if kind.starts_with("image/") => Some(Embed::Poster(address.to_owned())),
        kind if kind.starts_with("video/") => Some(Embed::Media("video", address.to_owned(), None)),
        kind if kind.starts_with("audio/") => Some(Embed::Media("audio", address.to_owned(), None)),
        _ => Some(Embed::Link(address.to_owned(), words_of(tag.get("title").unwrap_or_default(), address))),
    }
}

/// An address of the web, or a relative one.
fn is_address(value: &str) -> bool {
    let value = decode_value(value.trim());
    if value.is_empty() || value.starts_with(['#', '{', '<']) {
        return false;
    }
    match Url::parse(&value) {
        Ok(url) => matches!(url.scheme(), "http" | "https"),
        Err(error) => error == url::ParseError::RelativeUrlWithoutBase,
    }
}

/// Its title, or the host that it is at.
fn words_of(title: &str, address: &str) -> String {
    if !title.is_empty() {
        let end = title.char_indices().nth(MAX_TITLE).map_or(title.len(), |(at, _)| at);
        return title.get(..end).unwrap_or_default().to_owned();
    }
    let address = decode_value(address);
    let whole = if address.starts_with("//") { Cow::Owned(format!("https:{address}")) } else { address.clone() };
    let host = Url::parse(&whole).ok().and_then(|url| url.host_str().map(str::to_owned));
    let host = host.as_deref().map_or("", |host| host.strip_prefix("www.").unwrap_or(host));
    if host.is_empty() { address.split(['?', '#']).next().unwrap_or_default().replace('&', "&amp;") } else { host.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: &str) {
        let mut out = String::new();
        let embed = match Tokens::new(html).next() {
            Some(Token::Raw(tag, _)) => frame(&tag),
            Some(Token::Start(tag)) if matches!(&*tag.name, "video" | "audio") => {
                media(&tag, html.split_once('>').map_or("", |(_, content)| content))
            }
            Some(Token::Start(tag)) => plugin(&tag),
            _ => None,
        };
        if let Some(embed) = embed {
            embed.shown(&mut out);
            let mut carried = String::new();
            embed.carried(&mut carried);
            let Some(Token::Start(tag)) = Tokens::new(&carried).next() else { panic!("{carried}") };
            assert_eq!(read(&tag).as_ref(), Some(&embed), "{carried}");
        }
        assert_eq!(out, expected, "{html}");
    }

    #[test]
    fn a_frame_is_a_link() {
        check("<iframe src='//play.example/embed/7' title='A film'></iframe>", "<a href=\"//play.example/embed/7\">A film</a>");
        check("<iframe src='//www.play.example/embed/7'>", "<a href=\"//www.play.example/embed/7\">play.example</a>");
        check(
            "<iframe data-src='https://a.example/x' src=about:blank allowfullscreen>",
            "<a href=\"https://a.example/x\">a.example</a>",
        );
        check(
            "<iframe src='https://a.example/x?a=1&amp;b=2' title='&lt;b>'>",
            "<a href=\"https://a.example/x?a=1&amp;b=2\">&lt;b></a>",
        );
    }

    #[test]
    fn what_nobody_sees_is_no_frame() {
        for attributes in [
            "src=https://t.example/embed width=1 height=1",
            "src=https://t.example/embed style='display: none'",
            "src=https://t.example/embed style='width:0;height:0'",
            "src=https://t.example/embed hidden",
            "src=https://ads.example/sync?id=7",
            "src=https://ads.example/x title=Advertisement",
            "src=javascript:alert(1) title=x",
            "src='java&#10;script:alert(1)' title=x",
            "srcdoc='<p>x' title=x",
            "title=x",
        ] {
            check(&format!("<iframe {attributes}></iframe>"), "");
        }
    }

    #[test]
    fn films_keep_what_plays_them() {
        check("<video src=/v.mp4 poster=/p.jpg>", "<video src=\"/v.mp4\" poster=\"/p.jpg\"></video>");
        check("<video src=blob:x><source src=/v.mp4></video>", "<video src=\"/v.mp4\"></video>");
        check("<audio controls><source src=/a.mp3>Your browser", "<audio src=\"/a.mp3\"></audio>");
        check("<embed src=/doc.pdf title=Report>", "<a href=\"/doc.pdf\">Report</a>");
        check("<object data=/doc.pdf>", "<a href=\"/doc.pdf\">/doc.pdf</a>");
        check("<embed src=/x.swf>", "");
    }
}
