//! The next page of an article that is cut into pages.
//!
//! What a link says is weak evidence: `rel=next` is the next article on most blogs, and arrows are everywhere. So the address
//! decides: only that of the same article with a page number one higher is believed. Rather no page than a foreign one.

mod words;

use url::Url;

use super::class_words::{ClassWords, is_comments};
use super::depth::is_void;
use super::references::decode_value;
use super::text::plain_lines;
use super::tokens::{Tag, Token, Tokens};
use words::{NEXT, PAGE, SHORT};

/// Higher numbers are years and the numbers of articles.
const MAX_PAGE: u32 = 50;
/// Bytes of a link's text; a longer one says something else.
const MAX_LABEL: usize = 60;
/// Links of one page that are looked at.
const MAX_LINKS: usize = 5000;

/// How an address names its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `?page=2`, `/page/2`, `-seite-2`.
    Worded,
    /// `/2`, `-2.html`: may be a part of the name as well.
    Bare,
}

/// The page after this one of the article at `url`; `html` is guarded, its addresses are relative to `base`.
pub(crate) fn next_page(html: &str, url: &Url, base: Option<&Url>) -> Option<Url> {
    let base = base.unwrap_or(url);
    let number = split(url).map_or(2, |(_, number, _)| number + 1);
    // An address that ends in a number may be that of a first page.
    let digits = [number.to_string(), "2".to_owned()];
    if !has_candidate(html, url, base, &digits) {
        return None;
    }
    let mut hinted: Option<Url> = None;
    let mut words = ClassWords::default();
    let mut open: Vec<bool> = Vec::new();
    let mut tokens = Tokens::new(html);
    let mut links = 0;
    while let Some(token) = tokens.next() {
        let tag = match token {
            Token::Start(tag) => tag,
            Token::End(_) => {
                open.pop();
                continue;
            }
            Token::Text(_) | Token::Raw(..) => continue,
        };
        if tag.name == "h1" {
            // What holds the headline is the article: its class only says that there are comments, or that one may write some.
            open.fill(false);
        }
        let in_comments = open.last().copied().unwrap_or_default() || holds_comments(&tag, &mut words);
        if !is_void(&tag.name) {
            open.push(in_comments);
        }
        let Some(href) = tag.get("href").filter(|_| !in_comments && matches!(&*tag.name, "a" | "link")) else {
            continue;
        };
        if !digits.iter().any(|digits| href.contains(digits)) {
            continue;
        }
        links += 1;
        if links > MAX_LINKS {
            break;
        }
        let Ok(mut target) = base.join(&decode_value(href.trim())) else { continue };
        target.set_fragment(None);
        let Some((number, form)) = follows(url, &target) else { continue };
        let is_next = tag.get("rel").is_some_and(|rel| rel.split_whitespace().any(|word| word.eq_ignore_ascii_case("next")));
        let label = Label::of(&label(&tag, html.get(tokens.at()..).unwrap_or_default()), number);
        // Parts of a series are numbered, too, and the next part is the next article.
        let is_told = label == Label::Page || (is_next && (form == Form::Worded || number == 2));
        let is_hinted = label == Label::Arrow && (form == Form::Worded || number == 2);
        if is_told {
            return Some(target);
        }
        if is_hinted && hinted.is_none() {
            hinted = Some(target);
        }
    }
    hinted
}

/// Whether any link of a guarded page, which writes its attributes all alike, leads one page further: hardly any page has one.
fn has_candidate(html: &str, url: &Url, base: &Url, digits: &[String]) -> bool {
    const LINK: &[u8] = b" href=\"";
    let places = memchr::memmem::find_iter(html.as_bytes(), LINK);
    let hrefs = places.filter_map(|at| html.get(at + LINK.len()..)?.split('"').next());
    let has = |href: &str, digits: &String| memchr::memmem::find(href.as_bytes(), digits.as_bytes()).is_some();
    let mut numbered = hrefs.filter(|href| digits.iter().any(|digits| has(href, digits))).take(MAX_LINKS);
    numbered.any(|href| base.join(&decode_value(href.trim())).is_ok_and(|target| follows(url, &target).is_some()))
}

fn holds_comments(tag: &Tag<'_>, words: &mut ClassWords) -> bool {
    let names = ["class", "id"].iter().filter_map(|name| tag.get(name));
    names.into_iter().any(|value| is_comments(&tag.name, words.groups(&value.to_ascii_lowercase())))
}

/// What a link says: `behind` its start tag.
fn label(tag: &Tag<'_>, behind: &str) -> String {
    if tag.name != "a" {
        return String::new();
    }
    let end = behind.get(..behind.floor_char_boundary(MAX_LABEL * 8)).and_then(|start| start.find("</a>"));
    let words = plain_lines(behind.get(..end.unwrap_or(0)).unwrap_or_default());
    let words = if words.is_empty() { tag.get("aria-label").or(tag.get("title")).unwrap_or_default().to_owned() } else { words };
    Some(words).filter(|words| words.len() <= MAX_LABEL).unwrap_or_default()
}

#[derive(Debug, PartialEq, Eq)]
enum Label {
    /// It says that it leads to the next page, or to the page of that number.
    Page,
    /// Nothing but an arrow.
    Arrow,
    Other,
}

impl Label {
    fn of(text: &str, number: u32) -> Self {
        let low = text.to_lowercase();
        let words = low.trim_matches(|c: char| !c.is_alphanumeric() && !('\u{0900}'..='\u{0eff}').contains(&c));
        if words.is_empty() {
            return if low.contains(['›', '»', '>', '→', '❯', '▶', '⟩']) { Self::Arrow } else { Self::Other };
        }
        let digits = number.to_string();
        let numbered = || {
            let word = words.strip_suffix(digits.as_str()).or_else(|| words.strip_prefix(digits.as_str()));
            word.is_some_and(|word| word.trim_matches([' ', '-', '.', ':']).is_empty() || PAGE.contains(&word.trim()))
        };
        if NEXT.contains(&words) || numbered() { Self::Page } else { Self::Other }
    }
}

/// The number of `target` as the page after `url` of the same article; `None` where it is anything else.
fn follows(url: &Url, target: &Url) -> Option<(u32, Form)> {
    let host = |url: &Url| url.host_str().map(|host| host.strip_prefix("www.").unwrap_or(host).to_owned());
    let is_web = matches!(target.scheme(), "http" | "https");
    if !is_web || host(url) != host(target) || target.as_str().contains("comment") || !is_article(url) {
        return None;
    }
    let (stem, number, form) = split(target)?;
    // The first page has no number; the address of a later one has. A name may end in a number of its own.
    let is_second = number == 2 && stem == bare(url);
    let is_later = || split(url).is_some_and(|(before, had, _)| before == stem && had + 1 == number);
    (is_second || is_later()).then_some((number, form))
}

/// An address that names a thing and not a place where things are listed.
fn is_article(url: &Url) -> bool {
    let named =
        |segment: &str| segment.len() >= 8 || segment.contains(['-', '_', '.']) || segment.bytes().any(|b| b.is_ascii_digit());
    let listing =
        ["category", "tag", "tags", "author", "archive", "archives", "search", "topic", "topics", "page", "kategorie", "thema"];
    let mut segments = url.path().split('/').filter(|segment| !segment.is_empty());
    let is_listed = segments.clone().next().is_some_and(|first| listing.contains(&first.to_ascii_lowercase().as_str()));
    let is_index = |segment: &str| segment.starts_with("index.") || segment.starts_with("default.");
    !is_listed && segments.any(|segment| named(segment) && !is_index(segment))
        || url.query().is_some_and(|query| query.contains("id="))
}

/// An address in parts that can be compared: path without ending and slash, and query parameters that carry meaning.
fn bare(url: &Url) -> (String, Vec<(String, String)>) {
    (stem(url.path()), parameters(url))
}

fn stem(path: &str) -> String {
    let path = path.trim_end_matches('/');
    let name = path.rsplit('/').next().unwrap_or_default();
    let end = name.rsplit_once('.').map_or("", |(_, end)| end);
    let is_ending = (2..=5).contains(&end.len()) && end.bytes().all(|b| b.is_ascii_alphabetic());
    if is_ending { path.get(..path.len() - end.len() - 1).unwrap_or(path).to_owned() } else { path.to_owned() }
}

fn parameters(url: &Url) -> Vec<(String, String)> {
    let tracks = |name: &str| {
        ["utm_", "at_", "fbclid", "gclid", "xtor", "wt_", "ref", "cmp", "cid", "src", "source", "ns_"]
            .iter()
            .any(|start| name.starts_with(start))
    };
    let mut pairs: Vec<_> = url.query_pairs().into_owned().filter(|(name, _)| !tracks(&name.to_ascii_lowercase())).collect();
    pairs.sort();
    pairs
}

/// An address without its page number, that number, and how it was written.
#[allow(clippy::type_complexity)] // as `bare` answers it
fn split(url: &Url) -> Option<((String, Vec<(String, String)>), u32, Form)> {
    let mut pairs = parameters(url);
    let counts = |(name, value): &(String, String)| {
        let name = name.to_lowercase();
        (PAGE.contains(&name.as_str()) || SHORT.contains(&name.as_str())) && page_number(value).is_some()
    };
    if let Some(at) = pairs.iter().position(counts) {
        let (_, value) = pairs.remove(at);
        return Some(((stem(url.path()), pairs), page_number(&value)?, Form::Worded));
    }
    let path = stem(url.path());
    let digits = path.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (before, number) = path.split_at(path.len() - digits);
    let number = page_number(number)?;
    let worded = PAGE.iter().find_map(|word| {
        let low = before.to_ascii_lowercase();
        let rest = low.trim_end_matches(['-', '_', '/', ',', '=']).strip_suffix(*word)?;
        rest.ends_with(['-', '_', '/', ',']).then_some(rest.len())
    });
    if let Some(end) = worded {
        let before = before.get(..end).unwrap_or_default().trim_end_matches(['-', '_', '/', ',']);
        return Some(((stem(before), pairs), number, Form::Worded));
    }
    let before = before.strip_suffix(['-', '_', '/', ','])?;
    Some(((stem(before), pairs), number, Form::Bare))
}

fn page_number(text: &str) -> Option<u32> {
    let number = text.parse().ok()?;
    (!text.starts_with('0') && (1..=MAX_PAGE).contains(&number)).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(at: &str, html: &str, expected: Option<&str>) {
        check_from(at, at, html, expected);
    }

    fn check_from(at: &str, base: &str, html: &str, expected: Option<&str>) {
        let address = |path| Url::parse("https://news.example/").and_then(|host| host.join(path)).expect("an address");
        let found =
            next_page(html, &address(at), Some(&address(base))).map(|next| next.as_str().replace("https://news.example", ""));
        assert_eq!(found.as_deref(), expected, "{at} {html}");
    }

    fn link(at: &str, label: &str, to: &str, expected: bool) {
        check(at, &format!("<p>a</p><a href=\"{to}\">{label}</a>"), expected.then_some(to));
    }

    #[test]
    fn the_same_article_one_page_further() {
        for to in [
            "/a/the-flood?page=2",
            "/a/the-flood/2",
            "/a/the-flood/page/2/",
            "/a/the-flood-2",
            "/a/the-flood-seite-2",
            "/a/the-flood/seite-2",
        ] {
            link("/a/the-flood", "Next page", to, true);
            link("/a/the-flood/?utm_source=rss", "2", to, true);
            check("/a/the-flood", &format!("<link rel=\"next\" href=\"{to}\">"), Some(to));
        }
        link("/a/flood-4711.html", "Seite 2", "/a/flood-4711-2.html", true);
        link("/a/flood-4711-2.html", "3", "/a/flood-4711-3.html", true);
        link("/a/the-flood?page=2", "›", "/a/the-flood?page=3", true);
        link("/show?id=17", "2", "/show?id=17&page=2", true);
        link("/a/top-10", "Next", "/a/top-10/2", true);
    }

    #[test]
    fn in_many_languages() {
        for label in [
            "Next ›",
            "Weiter",
            "Page suivante »",
            "Siguiente",
            "Próxima página",
            "Pagina successiva",
            "Volgende",
            "Nästa sida",
            "Następna strona",
            "Další",
            "Следующая",
            "次のページ",
            "다음",
            "下一页",
            "التالي",
            "अगला",
            "Sonraki",
            "Sivu 2",
            "2ページ",
        ] {
            link("/a/the-flood", label, "/a/the-flood/2", true);
        }
    }

    #[test]
    fn another_article_is_no_page() {
        for to in [
            "/a/the-storm",
            "/a/the-flood/3",
            "/a/the-flood/comments?page=2",
            "/a/the-flood/comment-page-2",
            "/a?page=2",
            "/page/2",
            "/a/the-flood",
            "/a/the-flood?id=2",
            "/a/the-flood?page=2&sort=new",
            "https://other.example/a/the-flood?page=2",
            "/a/the-flood-2024",
            "javascript:next()",
        ] {
            link("/a/the-flood", "Next page", to, false);
            check("/a/the-flood", &format!("<link rel=\"next\" href=\"{to}\">"), None);
        }
        link("/?p=12", "Next", "/?p=13", false);
        link("/category/world-news", "2", "/category/world-news/2", false);
        link("/news", "2", "/news?page=2", false);
    }

    #[test]
    fn the_next_part_of_a_series_is_another_article() {
        check("/a/learning-rust-4", "<link rel=\"next\" href=\"/a/learning-rust-5\">", None);
        link("/a/learning-rust-4", "→", "/a/learning-rust-5", false);
        link("/a/learning-rust-4", "Part two of the series", "/a/learning-rust-5", false);
    }

    #[test]
    fn comments_have_pages_of_their_own() {
        check("/a/the-flood", "<div class=\"comments\"><p>x</p><a href=\"/a/the-flood?page=2\">Next</a></div>", None);
        check("/a/the-flood", "<a class=\"comment-pages\" href=\"/a/the-flood?page=2\">2</a>", None);
        check(
            "/a/the-flood",
            "<div class=\"comments\"></div><a href=\"/a/the-flood?page=2\">Next</a>",
            Some("/a/the-flood?page=2"),
        );
        for class in ["post has-comments", "comments-open"] {
            let post = |end: &str| format!("<div class=\"{class}\"><h1>The flood</h1><p>x</p>{end}</div>");
            let link = "<a href=\"/a/the-flood?page=2\">Next</a>";
            check("/a/the-flood", &post(link), Some("/a/the-flood?page=2"));
            check("/a/the-flood", &post(&format!("<div class=\"comments\">{link}</div>")), None);
        }
    }

    #[test]
    fn a_base_is_respected() {
        let link = "<a rel=\"next\" href=\"the-flood?page=2\">x</a>";
        check_from("/a/the-flood", "/a/", link, Some("/a/the-flood?page=2"));
        check_from("/a/the-flood", "/b/", link, None);
        check_from("/a/the-flood", "/", "<a rel=\"next\" href=\"a/the-flood?page=2\">x</a>", Some("/a/the-flood?page=2"));
    }
}
