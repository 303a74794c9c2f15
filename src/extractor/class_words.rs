//! What classes and ids speak of. Their words are in the language of programmers nearly everywhere.
//!
//! Weak evidence: a page may call its whole story `sidebar-content`. So a word never decides, it is only told to the model,
//! with its distance from the block.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::RegexSet;

/// The groups, in the order of their bits. A change needs a new training.
pub(crate) const GROUPS: [(&str, &str); 21] = [
    ("caption", r"caption|credit|legend|bildunter|bildtext|copyright|figure|image-?desc|img-?desc|photo|legenda|pie-?foto"),
    ("byline", r"byline|author|autor|writer|contributor|profile|vcard|\bbio\b|auteur|redact"),
    (
        "related",
        r"relat|teaser|recommend|read-?(?:more|also|next)|also|more-?(?:on|from|stories)|similar|trending|popular|most-|latest|outbrain|taboola|promo-?box|linkbox|card|crosslink|inline-?link|see-?also|recirc|siguiente|up-?next|mehr-zum|weiter|interest",
    ),
    (
        "ad",
        r"\bads?\b|\bad[-_]|[-_]ad\b|advert|sponsor|anzeige|werbung|promo|banner|\bdfp|\bgpt|affiliate|commercial|native|partner|publicid|reklam",
    ),
    (
        "subscribe",
        r"newsletter|subscri|paywall|sign-?up|register|premium|piano|\babo\b|\babo-|donat|support|\bcta\b|login|regwall|abonn|member",
    ),
    ("comment", COMMENTS),
    ("share", r"shar(?:e|ing)|social|follow|twitter|facebook|whatsapp|bookmark|teilen"),
    ("nav", r"nav|menu|breadcrumb|crumb|pagination|pager|skip|topbar|toolbar|\btabs?\b|\btoc\b|table-of-contents"),
    ("footer", r"foot|legal|imprint|disclaimer|bottom|colophon"),
    ("header", r"header|masthead|topper|hero|headline|title|kicker|overline|dachzeile"),
    (
        "lede",
        r"lead|lede|intro|standfirst|summary|\bdek\b|subtitle|subhead|excerpt|abstract|description|vorspann|chapo|sapo|entradilla|\bdeck\b|perex|sommario",
    ),
    ("date", r"date|time|publish|meta|stamp|updated|info"),
    ("tags", r"\btags?\b|tag-|-tag|topic|keyword|categor|label|rubri"),
    (
        "body",
        r"article-?_?body|story-?_?body|body-?_?text|entry-content|post-content|article-?_?text|article-?_?content|rich-?text|content-?body|post-?body|main-?text|bodycopy|paragraph|\btext\b|wysiwyg|story-content|page-content|prose|markdown",
    ),
    ("article", r"article|story|artikel|entry|post\b|post-|news|content|main|single"),
    ("side", r"side|widget|rail|aside|module|column-right|right-col|secondary|complementary|infobox|factbox|box\b"),
    (
        "hidden",
        r"hidden|sr-only|screen-reader|visually|d-none|noprint|modal|popup|overlay|cookie|consent|tooltip|lightbox|print-only|invisible|gdpr|dialog",
    ),
    ("media", r"video|player|gallery|slideshow|carousel|slider|media|embed|podcast|audio|image|picture|photo"),
    ("live", r"live|ticker|update|timeline"),
    ("list", r"list|grid|feed|stream|archive|loop|river|collection"),
    ("faq", r"faq|accordion|question|answer|review|rating|product|price|recipe|spec\b|specs"),
];

const COMMENTS: &str = r"comment|disqus|kommentar|discussion|respond|reply|replies|reaction|forum|talkback";

/// The bit of the comments' group.
pub(crate) const COMMENT: u32 = 1 << 5;

static SET: LazyLock<RegexSet> = LazyLock::new(build);

#[allow(clippy::unwrap_used)] // constants: a test builds them
fn build() -> RegexSet {
    RegexSet::new(GROUPS.iter().map(|(_, words)| words)).unwrap()
}

/// The groups of class strings, those of one page remembered: it repeats them.
#[derive(Default)]
pub(crate) struct ClassWords {
    known: HashMap<String, u32>,
}

impl ClassWords {
    /// The groups that `classes` (lower case) speaks of, a bit each.
    pub(crate) fn groups(&mut self, classes: &str) -> u32 {
        if classes.is_empty() {
            return 0;
        }
        if let Some(groups) = self.known.get(classes) {
            return *groups;
        }
        let groups = SET.matches(classes).iter().fold(0, |bits, group| bits | 1 << group);
        self.known.insert(classes.to_owned(), groups);
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(classes: &str, expected: &[&str]) {
        let bits = ClassWords::default().groups(classes);
        let told: Vec<&str> =
            GROUPS.iter().enumerate().filter(|(bit, _)| bits >> bit & 1 == 1).map(|(_, (name, _))| *name).collect();
        assert_eq!(told, expected, "{classes}");
    }

    #[test]
    fn words_are_told_by_their_group() {
        check("", &[]);
        check("wp-caption", &["caption"]);
        check("c-ad slot", &["ad"]);
        check("shadow roadmap", &[]);
        check("comment-list", &["comment", "list"]);
        assert_eq!(ClassWords::default().groups("disqus_thread") & COMMENT, COMMENT);
    }
}
