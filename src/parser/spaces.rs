//! Vocabularies: which one a prefix means, as declared or else as everybody uses it, and how its address is spelt.

use std::borrow::Cow;

use super::faults::{Notes, Repair};
use super::names::{FeedField, feed_field, is_entry};
use super::tokens::{Tag, local};

/// Prefixes remembered in one document.
const MAX_PREFIXES: usize = 200;

/// A vocabulary. Atom, RSS of all versions and no namespace at all are one: nobody means anything else by `title`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    Core,
    Encoded,
    Dc,
    DcTerms,
    Media,
    Itunes,
    Podcast,
    Xhtml,
    Sy,
    Feedburner,
    Thread,
    Slash,
    Wfw,
    Unknown,
}

/// Vocabulary of each prefix, as declared or else as everybody uses it. Declarations hold from where they stand.
#[derive(Debug, Default)]
pub(super) struct Spaces {
    /// Prefix in lower case.
    declared: Vec<(String, Space)>,
}

impl Spaces {
    /// Takes in the declarations of a tag and tells its vocabulary and lower-case name.
    pub(super) fn resolve<'a>(&mut self, tag: &Tag<'a>, notes: &mut Notes<'a>) -> (Space, Cow<'a, str>) {
        let name = lower(local(tag.name));
        let mut default = None;
        let is_around = is_entry(Space::Core, &name) || feed_field(Space::Core, &name) == Some(FeedField::Through);
        let mut local_to: Vec<(&str, Space)> = Vec::new();
        for (attribute, uri) in tag.attributes().filter(|(name, _)| is_declaration(name)) {
            if space_of(uri).is_some() && spelt(uri).is_some_and(|spelt| spelt != uri) {
                notes.add(Repair::Misspelt, uri);
            }
            match attribute.get(5..).and_then(|rest| rest.strip_prefix(':')) {
                Some(prefix) => {
                    // a vocabulary we do not know under a name everybody knows is a misspelt address
                    let space = space_of(uri).or_else(|| {
                        notes.add(Repair::Misspelt, usual(prefix).map(|_| uri)?);
                        usual(prefix)
                    });
                    let space = space.unwrap_or(Space::Unknown);
                    // what one element says of a prefix that has a meaning holds in it alone
                    match self.declared_as(prefix) {
                        Some(known) if known == space => {}
                        Some(_) if !is_around => local_to.push((prefix, space)),
                        _ if self.declared.len() < MAX_PREFIXES => self.declared.push((prefix.to_ascii_lowercase(), space)),
                        _ => {}
                    }
                }
                None => default = Some(uri),
            }
        }
        let own = |prefix: &str| local_to.iter().find(|(known, _)| *known == prefix).map(|(_, space)| *space);
        let space = match tag.name.split_once(':') {
            Some((prefix, _)) => own(prefix).or_else(|| self.declared_as(prefix)).unwrap_or_else(|| {
                let meant = usual(prefix);
                // `xml` is declared by XML itself
                if !prefix.eq_ignore_ascii_case("xml") {
                    notes.add(if meant.is_some() { Repair::Undeclared } else { Repair::Unknown }, prefix);
                }
                meant.unwrap_or(Space::Unknown)
            }),
            // the default of the root is whatever its author thought; one on `<div>` or `<encoded>` is meant
            None => match default {
                Some(uri) if feed_field(Space::Core, &name) != Some(FeedField::Through) => space_of(uri).unwrap_or_else(|| {
                    if uri.trim().is_empty() || is_entry(Space::Core, &name) { Space::Core } else { Space::Unknown }
                }),
                _ => Space::Core,
            },
        };
        (space, name)
    }

    /// The vocabulary and lower-case name of a closing tag.
    pub(super) fn of_end<'a>(&self, name: &'a str) -> (Space, Cow<'a, str>) {
        let space = name
            .split_once(':')
            .map_or(Space::Core, |(prefix, _)| self.declared_as(prefix).or_else(|| usual(prefix)).unwrap_or(Space::Unknown));
        (space, lower(local(name)))
    }

    fn declared_as(&self, prefix: &str) -> Option<Space> {
        self.declared.iter().rev().find(|(declared, _)| declared.eq_ignore_ascii_case(prefix)).map(|(_, space)| *space)
    }
}

/// Whether an attribute declares a namespace.
pub(super) fn is_declaration(attribute: &str) -> bool {
    attribute.get(..5).is_some_and(|head| head.eq_ignore_ascii_case("xmlns"))
}

fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|b| b.is_ascii_uppercase()) { name.to_ascii_lowercase().into() } else { name.into() }
}

/// What everybody means by a prefix, and the address of that vocabulary.
#[rustfmt::skip]
const USUAL: [(&str, Space, &str); 22] = [
    ("content", Space::Encoded, "http://purl.org/rss/1.0/modules/content/"),
    ("dc", Space::Dc, "http://purl.org/dc/elements/1.1/"),
    ("dcterms", Space::DcTerms, "http://purl.org/dc/terms/"),
    ("dct", Space::DcTerms, "http://purl.org/dc/terms/"),
    ("media", Space::Media, "http://search.yahoo.com/mrss/"),
    ("itunes", Space::Itunes, "http://www.itunes.com/dtds/podcast-1.0.dtd"),
    ("googleplay", Space::Itunes, "http://www.google.com/schemas/play-podcasts/1.0"),
    ("podcast", Space::Podcast, "https://podcastindex.org/namespace/1.0"),
    ("atom", Space::Core, "http://www.w3.org/2005/Atom"),
    ("atom10", Space::Core, "http://www.w3.org/2005/Atom"),
    ("atom03", Space::Core, "http://purl.org/atom/ns#"),
    ("a10", Space::Core, "http://www.w3.org/2005/Atom"),
    ("rss", Space::Core, "http://purl.org/rss/1.0/"),
    ("rdf", Space::Core, "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("xhtml", Space::Xhtml, "http://www.w3.org/1999/xhtml"),
    ("html", Space::Xhtml, "http://www.w3.org/1999/xhtml"),
    ("sy", Space::Sy, "http://purl.org/rss/1.0/modules/syndication/"),
    ("syn", Space::Sy, "http://purl.org/rss/1.0/modules/syndication/"),
    ("feedburner", Space::Feedburner, "http://rssnamespace.org/feedburner/ext/1.0"),
    ("thr", Space::Thread, "http://purl.org/syndication/thread/1.0"),
    ("slash", Space::Slash, "http://purl.org/rss/1.0/modules/slash/"),
    ("wfw", Space::Wfw, "http://wellformedweb.org/CommentAPI/"),
];

fn usual(prefix: &str) -> Option<Space> {
    USUAL.iter().find(|(known, ..)| known.eq_ignore_ascii_case(prefix)).map(|(_, space, _)| *space)
}

/// The address of the vocabulary that everybody means by a prefix.
pub(super) fn address_of(prefix: &str) -> Option<&'static str> {
    USUAL.iter().find(|(known, ..)| known.eq_ignore_ascii_case(prefix)).map(|(.., address)| *address)
}

/// Other addresses of vocabularies, all in use.
#[rustfmt::skip]
const ADDRESSES: [(&str, Space); 13] = [
    ("http://www.rssboard.org/media-rss", Space::Media),
    ("http://search.yahoo.com/mrss", Space::Media),
    ("http://www.itunes.com/DTDs/Podcast-1.0.dtd", Space::Itunes),
    ("http://www.itunes.com/dtd/podcast-1.0.dtd", Space::Itunes),
    ("http://purl.org/dc/elements/1.0/", Space::Dc),
    ("http://purl.org/metadata/dublin_core#", Space::Dc),
    ("http://video.search.yahoo.com/mrss", Space::Media),
    ("http://tools.search.yahoo.com/mrss/", Space::Media),
    ("http://my.netscape.com/rdf/simple/0.9/", Space::Core),
    ("http://channel.netscape.com/rdf/simple/0.9/", Space::Core),
    ("http://purl.org/net/rss1.1#", Space::Core),
    ("http://my.netscape.com/publish/formats/rss-0.91.dtd", Space::Core),
    ("http://www.rssboard.org/rss-specification", Space::Core),
];

/// The vocabulary of an address, whatever its scheme, case and last character.
fn space_of(uri: &str) -> Option<Space> {
    if let Some((space, _)) = vocabulary(uri) {
        return Some(space);
    }
    let uri = bare(uri);
    let core = [
        "purl.org/atom/ns",
        "purl.org/net/rss",
        "backend.userland.com",
        "blogs.law.harvard.edu/tech/rss",
        "cyber.law.harvard.edu/rss",
    ];
    let begins = |beginning: &&str| uri.get(..beginning.len()).is_some_and(|head| head.eq_ignore_ascii_case(beginning));
    // where the vocabulary is described; many take that address for its name
    let podcast = "github.com/podcastindex-org/podcast-namespace";
    core.iter().any(begins).then_some(Space::Core).or_else(|| begins(&podcast).then_some(Space::Podcast))
}

/// How the specification spells the address of a vocabulary; `None` where there is more than one way, or we know none.
pub(super) fn spelt(uri: &str) -> Option<&'static str> {
    vocabulary(uri).map(|(_, address)| address)
}

fn vocabulary(uri: &str) -> Option<(Space, &'static str)> {
    let known = || {
        USUAL
            .iter()
            .map(|(_, space, address)| (*space, *address))
            .chain(ADDRESSES.iter().map(|(address, space)| (*space, *address)))
    };
    known().find(|(_, address)| *address == uri).or_else(|| {
        let uri = bare(uri);
        known().find(|(_, address)| bare(address).eq_ignore_ascii_case(uri))
    })
}

/// What an address of a vocabulary is without scheme, `www.` and last character, where publishers differ.
fn bare(uri: &str) -> &str {
    let mut uri = uri.trim();
    for beginning in ["http://", "https://", "www."] {
        if uri.get(..beginning.len()).is_some_and(|head| head.eq_ignore_ascii_case(beginning)) {
            uri = &uri[beginning.len()..];
        }
    }
    uri.trim_end_matches(['/', '#'])
}

#[cfg(test)]
mod tests {
    use super::super::tokens::{Token, Tokens};
    use super::*;

    fn check(markup: &str, expected: (Space, &str)) {
        let mut spaces = Spaces::default();
        let mut notes = Notes::new(markup);
        let mut last = None;
        for token in Tokens::new(markup) {
            if let Token::Start(tag) = token {
                last = Some(spaces.resolve(&tag, &mut notes));
            }
        }
        assert_eq!(last, Some((expected.0, expected.1.into())), "{markup}");
    }

    fn faults(markup: &str, expected: &[Repair]) {
        let mut notes = Notes::new(markup);
        let mut spaces = Spaces::default();
        for token in Tokens::new(markup) {
            if let Token::Start(tag) = token {
                spaces.resolve(&tag, &mut notes);
            }
        }
        assert_eq!(notes.repairs(), expected, "{markup}");
    }

    #[test]
    fn addresses_are_compared_letter_by_letter_for_the_publisher() {
        faults("<rss xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:x='http://example.org/'><dc:date><x:a>", &[]);
        faults("<feed xmlns='http://www.w3.org/2005/Atom'>", &[]);
        faults("<rss xmlns='http://backend.userland.com/rss2'>", &[]);
        faults("<rss xmlns:dc='https://purl.org/dc/elements/1.1/'>", &[Repair::Misspelt]);
        faults("<rss xmlns:media='http://search.yahoo.com/mrss'>", &[]);
        faults("<rss xmlns:content='http://example.org/typo'>", &[Repair::Misspelt]);
        faults("<rss><dc:date/><dc:date/><media:group/><foo:bar/>", &[Repair::Undeclared, Repair::Undeclared, Repair::Unknown]);
    }

    #[test]
    fn prefixes_mean_what_was_declared() {
        check("<rss xmlns:x='http://purl.org/dc/elements/1.1/'><x:Creator>", (Space::Dc, "creator"));
        check("<a:feed xmlns:a='http://www.w3.org/2005/Atom'>", (Space::Core, "feed"));
        check("<rss xmlns:x='http://example.org/'><x:title>", (Space::Unknown, "title"));
    }

    #[test]
    fn undeclared_and_misspelt_ones_mean_what_everybody_means() {
        check("<rss><content:encoded>", (Space::Encoded, "encoded"));
        check("<rss xmlns:dc='https://purl.org/dc/elements/1.1'><dc:date>", (Space::Dc, "date"));
        check("<rss xmlns:content='http://example.org/typo'><content:encoded>", (Space::Encoded, "encoded"));
        check("<rss><foo:title>", (Space::Unknown, "title"));
        check("<rss><podcast:transcript>", (Space::Podcast, "transcript"));
        check("<rss xmlns:p='https://podcastindex.org/namespace/1.0/'><p:season>", (Space::Podcast, "season"));
        let described = "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md";
        check(&format!("<rss xmlns:p='{described}'><p:season>"), (Space::Podcast, "season"));
    }

    #[test]
    fn default_namespaces_count_on_single_elements_only() {
        check("<feed xmlns='http://example.org/whatever'><title>", (Space::Core, "title"));
        check("<item><div xmlns='http://www.w3.org/1999/xhtml'>", (Space::Xhtml, "div"));
        check("<item><title xmlns='http://example.org/other'>", (Space::Unknown, "title"));
        check("<entry xmlns='http://purl.org/atom/ns#'>", (Space::Core, "entry"));
    }
}
