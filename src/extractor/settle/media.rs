//! Pictures with their spare copies and captions, and what is embedded.

use super::super::depth::{write_attribute, write_text};
use super::super::tokens::{Tag, Token, Tokens};
use super::embeds::Embed;
use super::{For, Last, Settle, pictures};

/// Pictures of one text.
pub(super) const MAX_PICTURES: usize = 300;
/// Pictures in a row without a word between them: a gallery shows its first ones.
pub(super) const MAX_GALLERY: usize = 40;
/// Bytes of a caption beside a picture.
const MAX_CAPTION: usize = 1000;
/// Tokens at the beginning of an `object` among which something that stands in for it is looked for.
const MAX_PARAMETERS: usize = 40;

impl<'a> Settle<'a> {
    /// A picture of the page, or one out of a `noscript`.
    pub(super) fn image(&mut self, tag: &Tag<'a>, is_spare: bool) {
        if pictures::is_tiny(tag) {
            return;
        }
        let found = pictures::find(tag);
        let is_late = found.as_ref().is_none_or(|found| found.is_late) || pictures::is_placeholder(tag);
        // A `picture` offers what its `img` has not.
        let offered = || self.sources.as_ref().and_then(Clone::clone);
        let address = found.map(|found| found.address).or_else(offered);
        if let Some(last) = &mut self.last
            && !last.is_paired
            && last.is_spare != is_spare
            && (last.is_late || is_late || same(&last.address, &address))
        {
            // One is there for those without scripts, the other for those with them.
            last.is_paired = true;
            if last.address.is_some() || address.is_none() {
                return;
            }
        } else if let Some(last) = &self.last
            && address.is_some()
            && last.address == address
        {
            return;
        } else if is_spare && !address.as_deref().is_some_and(|address| shows_something(tag, address)) {
            return;
        }
        let is_paired = self.last.as_ref().is_some_and(|last| last.is_paired && last.address.is_none());
        let begin = self.out.len();
        if let Some(address) = &address {
            self.write_picture(tag, address);
        }
        self.last = Some(Last { place: begin..self.out.len(), address, is_late, is_spare, is_paired });
    }

    fn write_picture(&mut self, tag: &Tag<'_>, address: &str) {
        (self.pictures, self.row) = (self.pictures + 1, self.row + 1);
        if self.pictures > MAX_PICTURES || self.row > MAX_GALLERY {
            return;
        }
        self.out.push_str("<img");
        write_attribute(&mut self.out, "src", address);
        for name in ["alt", "title", "width", "height"] {
            if let Some(value) = tag.get(name) {
                write_attribute(&mut self.out, name, value);
            }
        }
        self.out.push('>');
    }

    /// The picture in a `noscript`; nothing else of it is wanted: it asks for scripts, or counts readers.
    pub(super) fn spare(&mut self, content: &'a str) {
        for token in Tokens::new(content) {
            if let Token::Start(tag) = token
                && matches!(&*tag.name, "img" | "amp-img")
            {
                return self.image(&tag, true);
            }
        }
    }

    pub(super) fn embed(&mut self, embed: &Embed) {
        if let Embed::Poster(address) = embed {
            let tag = Tag { name: "img".into(), attributes: Vec::new() };
            return self.write_picture(&tag, address);
        }
        self.pictures += 1;
        if self.pictures > MAX_PICTURES {
            return;
        }
        (self.last, self.row) = (None, 0);
        match (self.whom, embed) {
            (For::Blocks, _) => embed.carried(&mut self.out),
            (For::Readers, Embed::Link(..)) if self.figures == 0 => {
                self.out.push_str("<figure>");
                embed.shown(&mut self.out);
                self.out.push_str("</figure>");
            }
            (For::Readers, _) => embed.shown(&mut self.out),
        }
    }

    /// Whether a link leads to a picture and holds nothing but one.
    pub(super) fn leads_to_own_picture(&self, tag: &Tag<'_>) -> bool {
        tag.get("href").is_some_and(|href| pictures::is_picture_file(href.trim())) && {
            let ahead = Tokens::new(self.source.get(self.tokens.at()..).unwrap_or_default());
            let first = ahead.into_iter().find(|token| !matches!(token, Token::Text(text) if text.trim().is_empty()));
            matches!(first, Some(Token::Start(tag)) if matches!(&*tag.name, "img" | "picture" | "noscript" | "amp-img"))
        }
    }

    /// Whether something in an `object` stands in for it: what is there for all is better than what needs a plug-in.
    pub(super) fn fallback_follows(&self) -> bool {
        let ahead = Tokens::new(self.source.get(self.tokens.at()..).unwrap_or_default());
        let mut ahead = ahead.take(MAX_PARAMETERS).filter(|token| match token {
            Token::Text(text) => !text.trim().is_empty(),
            Token::Start(tag) => tag.name != "param",
            Token::End(name) => name != "param",
            Token::Raw(..) => true,
        });
        match ahead.next() {
            Some(Token::Start(tag) | Token::Raw(tag, _)) => {
                matches!(&*tag.name, "embed" | "object" | "iframe" | "img" | "video" | "audio")
            }
            _ => false,
        }
    }

    pub(super) fn frame_follows(&self) -> bool {
        let ahead = Tokens::new(self.source.get(self.tokens.at()..).unwrap_or_default());
        let mut ahead = ahead.filter(|token| !matches!(token, Token::Text(text) if text.trim().is_empty()));
        matches!(ahead.next(), Some(Token::Raw(tag, _)) if tag.name == "iframe")
    }

    /// A caption that stands beside its picture without a `figure` around both: they get one.
    pub(super) fn caption(&mut self, tag: &Tag<'a>) -> bool {
        let Some(last) = self.last.take_if(|last| last.address.is_some() && !last.place.is_empty()) else { return false };
        let rest = self.source.get(self.tokens.at()..).unwrap_or_default();
        let mut ahead = Tokens::new(rest);
        let (mut words, mut depth) = (String::new(), 1usize);
        while depth > 0 {
            match ahead.next() {
                Some(Token::Text(text)) => words.push_str(text),
                Some(Token::Start(inner)) if inner.name == tag.name => depth += 1,
                Some(Token::Start(inner)) if matches!(&*inner.name, "img" | "figure" | "pre" | "table" | "iframe" | "video") => {
                    return false;
                }
                Some(Token::End(name)) if name == tag.name => depth -= 1,
                Some(Token::Start(_) | Token::End(_) | Token::Raw(..)) => words.push(' '),
                None => return false,
            }
            if ahead.at() > MAX_CAPTION {
                return false;
            }
        }
        if words.trim().is_empty() {
            return false;
        }
        let picture = self.out.get(last.place.clone()).unwrap_or_default().to_owned();
        self.out.replace_range(last.place, "");
        self.out.push_str("<figure>");
        self.out.push_str(&picture);
        self.out.push_str("<figcaption>");
        write_text(&mut self.out, &words.split_whitespace().collect::<Vec<_>>().join(" "));
        self.out.push_str("</figcaption></figure>");
        self.tokens.go_to(self.tokens.at() + ahead.at());
        true
    }
}

fn same(one: &Option<String>, other: &Option<String>) -> bool {
    one.as_deref().zip(other.as_deref()).is_some_and(|(one, other)| pictures::is_same(one, other))
}

/// A picture for those without scripts that is not there to count them: it has a description, a size or the name of a picture.
fn shows_something(tag: &Tag<'_>, address: &str) -> bool {
    pictures::is_picture_file(address) || tag.get("srcset").is_some() || tag.get("alt").is_some_and(|alt| !alt.trim().is_empty())
}

fn has_class(tag: &Tag<'_>, words: &[&str]) -> bool {
    let Some(class) = tag.get("class") else { return false };
    let has = |class: &str| words.iter().any(|word| class.contains(word));
    if class.bytes().any(|b| b.is_ascii_uppercase()) { has(&class.to_ascii_lowercase()) } else { has(class) }
}

/// The wrapper of a player calls itself an embed, which elsewhere is the name of furniture.
pub(super) fn speaks_of_embeds(tag: &Tag<'_>) -> bool {
    has_class(tag, &["embed"])
}

pub(super) fn speaks_of_captions(tag: &Tag<'_>) -> bool {
    matches!(&*tag.name, "p" | "div" | "span" | "dd" | "small" | "em" | "figcaption")
        && (tag.name == "figcaption" || has_class(tag, &["caption", "bildunterschrift", "bildtext", "imagetext", "legende"]))
}
