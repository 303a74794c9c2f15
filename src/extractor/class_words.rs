//! What classes and ids speak of. Their words are in the language of programmers nearly everywhere.
//!
//! Weak evidence: a page may call its whole story `sidebar-content`. So a word never decides, it is only told to the model,
//! with its distance from the block.

use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, Anchored, Input, StartKind};

/// The groups, in the order of their bits, each with its words; `<` and `>` are the beginning and the end of a run of letters
/// and digits. A change needs a new training.
pub(crate) const GROUPS: [(&str, &str); 21] = [
    (
        "caption",
        "caption credit legend bildunter bildtext copyright figure imagedesc image-desc imgdesc img-desc photo piefoto pie-foto",
    ),
    ("byline", "byline author autor auteur writer contributor profile vcard <bio> redact"),
    (
        "related",
        "relat teaser recommend readmore read-more readalso read-also readnext read-next also moreon more-on morefrom more-from \
         morestories more-stories similar trending popular most- latest outbrain taboola promobox promo-box linkbox card crosslink \
         inlinelink inline-link seealso see-also recirc siguiente upnext up-next mehr-zum weiter interest",
    ),
    (
        "ad",
        "<ad> <ads> <ad- <ad_ -ad> _ad> advert sponsor anzeige werbung promo banner <dfp <gpt affiliate commercial native partner \
         publicid reklam",
    ),
    (
        "subscribe",
        "newsletter subscri paywall signup sign-up register premium piano <abo> abonn donat support <cta> login regwall member",
    ),
    ("comment", "comment disqus kommentar discussion respond reply replies reaction forum talkback"),
    ("share", "share sharing social follow twitter facebook whatsapp bookmark teilen"),
    ("nav", "nav menu crumb pagination pager skip topbar toolbar <tab> <tabs> <toc> table-of-contents"),
    ("footer", "foot legal imprint disclaimer bottom colophon"),
    ("header", "header masthead topper hero headline title kicker overline dachzeile"),
    (
        "lede",
        "lead lede intro standfirst summary <dek> <deck> subtitle subhead excerpt abstract description vorspann chapo sapo \
         entradilla perex sommario",
    ),
    ("date", "date time publish meta stamp info"),
    ("tags", "<tag> <tags> tag- -tag topic keyword categor label rubri"),
    (
        "body",
        "articlebody article-body article_body storybody story-body story_body bodytext body-text body_text entry-content \
         post-content articletext article-text article_text articlecontent article-content article_content richtext rich-text \
         contentbody content-body postbody post-body maintext main-text bodycopy paragraph <text> wysiwyg story-content \
         page-content prose markdown",
    ),
    ("article", "article story artikel entry post> post- news content main single"),
    ("side", "side widget rail module column-right right-col secondary complementary infobox factbox box>"),
    (
        "hidden",
        "hidden sr-only screen-reader visually d-none noprint modal popup overlay cookie consent tooltip lightbox print-only \
         invisible gdpr dialog",
    ),
    ("media", "video player gallery slideshow carousel slider media embed podcast audio image picture photo"),
    ("live", "live ticker update timeline"),
    ("list", "list grid feed stream archive loop river collection"),
    ("faq", "faq accordion question answer review rating product price recipe <spec> specs"),
];

/// The place of the comments' group.
const COMMENTS: usize = 5;
/// The bit of the comments' group.
pub(crate) const COMMENT: u32 = 1 << COMMENTS;

/// Whether an element of that name holds readers' comments, if its classes speak of `groups`. On the whole page and its article such
/// a word only says that there are some.
pub(crate) fn is_comments(name: &str, groups: u32) -> bool {
    groups & COMMENT != 0 && !is_whole(name)
}

/// Whether an element of that name is the whole page, or its article.
pub(crate) fn is_whole(name: &str) -> bool {
    matches!(name, "html" | "body" | "main" | "article")
}

/// Whether a class or an id is that of comments, or of one: they begin with what they are. Narrower than [`is_comments`], for where
/// a page that is wrongly taken for nothing but comments would have nothing.
pub(crate) fn names_comments(word: &str) -> bool {
    BEGINNINGS.is_match(Input::new(word).anchored(Anchored::Yes))
}

#[allow(clippy::unwrap_used)] // constants: a test builds them
static BEGINNINGS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let mut builder = AhoCorasick::builder();
    builder.ascii_case_insensitive(true).start_kind(StartKind::Anchored);
    builder.build(GROUPS[COMMENTS].1.split(' ')).unwrap()
});

/// All words, and of each its group and whether its ends are those of a run.
struct Words {
    find: AhoCorasick,
    of: Vec<(usize, bool, bool)>,
}

static WORDS: LazyLock<Words> = LazyLock::new(build);

#[allow(clippy::unwrap_used)] // constants: a test builds them
fn build() -> Words {
    let all = || GROUPS.iter().enumerate().flat_map(|(group, (_, words))| words.split_whitespace().map(move |word| (group, word)));
    Words {
        find: AhoCorasick::new(all().map(|(_, word)| word.trim_matches(['<', '>']))).unwrap(),
        of: all().map(|(group, word)| (group, word.starts_with('<'), word.ends_with('>'))).collect(),
    }
}

fn find(classes: &str) -> u32 {
    let is_part = |at: Option<usize>| at.and_then(|at| classes.as_bytes().get(at)).is_some_and(u8::is_ascii_alphanumeric);
    let mut groups = 0;
    for found in WORDS.find.find_overlapping_iter(classes) {
        let Some(&(group, begins, ends)) = WORDS.of.get(found.pattern().as_usize()) else { continue };
        if !(begins && is_part(found.start().checked_sub(1)) || ends && is_part(Some(found.end()))) {
            groups |= 1 << group;
        }
    }
    groups
}

/// The groups of class strings, those of one page remembered: it repeats them. They are foreign: a hash without a seed could be made
/// to collide.
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
        let groups = find(classes);
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
        check("gads", &[]);
        check("top-ad", &["ad"]);
        check("ad_box post", &["ad", "article", "side"]);
        check("posts", &[]);
        check("comment-list", &["comment", "list"]);
    }

    #[test]
    fn comments_are_told_by_their_names() {
        let is = |name: &str, classes: &str| is_comments(name, ClassWords::default().groups(classes));
        assert!(is("div", "disqus_thread") && is("section", "c-comments__list") && is("li", "depth-2 reply"));
        assert!(!is("div", "story") && !is("div", ""));
        for whole in ["html", "body", "main", "article"] {
            assert!(!is(whole, "post has-comments"), "{whole}");
        }
        assert!(names_comments("comment-17") && names_comments("respond") && names_comments("kommentare"));
        assert!(!names_comments("how-to-comment") && !names_comments("1.2") && !names_comments(""));
    }
}
