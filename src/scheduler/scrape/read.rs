//! What a page that came gives: its article, the next page of it, the address that it claims and we believe.

use std::collections::HashSet;

use serde_json::{Value, json};
use url::Url;

use super::super::Work;
use crate::deduplicator::canonical::{canonical, names_one_article};
use crate::deduplicator::identity::is_foldable;
use crate::extractor::memory::{self, HostMemory};
use crate::extractor::{Extraction, Page, judge, pages};
use crate::model::{Article, Body, DueArticle, FeedSettings, HostLines, SiteRuleUse, host_of, host_of_url};

/// Characters of text below which a page tells nothing of its article: it asks for consent, or only leads on.
const TOO_LITTLE: usize = 250;
/// Pages of one article that are asked for, the first among them.
pub(super) const MAX_PAGES: usize = 10;

/// An article as far as its pages came.
#[derive(Debug)]
pub(crate) struct Pages {
    pub(super) article: Article,
    /// Its text before the user's switches.
    uncut: String,
    /// What the page claims and we believe, and whether that names one article.
    pub(super) canonical_url: Option<String>,
    pub(super) foldable: bool,
    pub(super) lines: HostLines,
    /// What other pages of the host have.
    pub(super) memory: HostMemory,
    /// What the pages say of themselves, for the evidence.
    pub(super) notes: Vec<String>,
    /// Where the first page was, at last.
    home: Url,
    /// Addresses that were asked and that answered: no page is asked for twice.
    seen: Vec<Url>,
    /// Pages that came.
    count: usize,
    /// Where it goes on.
    pub(super) next: Option<Url>,
    /// What comes next is to be all of the article on one page, as site rules say.
    whole: Option<Whole>,
    /// Where that was.
    single: Option<Url>,
}

/// Hopes for an article on one page.
#[derive(Debug)]
struct Whole {
    /// Where it goes on if they fail.
    otherwise: Option<Url>,
}

impl Pages {
    /// The article as it is to be judged, see [`Extraction::judged`].
    pub(super) fn judged(&self) -> Article {
        Article { text: self.uncut.clone(), ..self.article.clone() }
    }

    /// What is added to the evidence of every verdict on it.
    pub(super) fn tell(&self, evidence: &mut Value) {
        if let Some(fields) = evidence.as_object_mut() {
            if !self.notes.is_empty() {
                fields.insert("page".to_owned(), json!(self.notes));
            }
            if self.count > 1 {
                fields.insert("pages".to_owned(), json!(self.count));
            }
            if let Some(single) = &self.single {
                fields.insert("single_page".to_owned(), json!(single.as_str()));
            }
        }
    }

    /// That the page with all of the article did not come or is none; `false` where no such page was asked for. Then it goes on with the
    /// pages that it has.
    pub(super) fn lacks_whole(&mut self, error: &str) -> bool {
        let Some(whole) = self.whole.take() else { return false };
        self.notes.push(format!("the article on one page: {error}"));
        self.next = self.goes_on_at(whole.otherwise);
        true
    }

    /// The page with all of the article came. What the first one said of it stays: pages for printers say little.
    fn come_whole(&mut self, whole: Article, uncut: String, reached: Url) {
        let first = &mut self.article;
        first.title = first.title.take().or(whole.title);
        first.published = first.published.take().or(whole.published);
        first.updated = first.updated.take().or(whole.updated);
        first.section = first.section.take().or(whole.section);
        first.image = first.image.take().or(whole.image);
        first.lang = first.lang.take().or(whole.lang);
        if first.authors.is_empty() {
            first.authors = whole.authors;
        }
        first.quality = first.quality.max(whole.quality);
        (first.html, first.text, first.method, first.partial) = (whole.html, whole.text, whole.method, whole.partial);
        self.uncut = uncut;
        (self.home, self.single, self.whole) = (reached.clone(), Some(reached), None);
    }

    /// That a further page did not come.
    pub(super) fn lacks_next(&mut self, error: &str) {
        self.next = None;
        self.notes.push(format!("page {} of the article: {error}", self.count + 1));
    }

    fn goes_on_at(&self, next: Option<Url>) -> Option<Url> {
        let next = without_fragment(next?);
        let is_home = next.host_str() == self.home.host_str() && next.port_or_known_default() == self.home.port_or_known_default();
        let is_new = !self.seen.contains(&next);
        (is_home && is_new && matches!(next.scheme(), "http" | "https") && self.count < MAX_PAGES).then_some(next)
    }
}

/// Reads the page at `asked`: the first of an article, or one more of it.
pub(super) async fn read(
    work: &Work,
    due: &DueArticle,
    (asked, body): (Url, Body),
    settings: &FeedSettings,
    before: Option<Box<Pages>>,
) -> Result<Box<Pages>, (String, Option<Box<Pages>>)> {
    let host = host_of_url(&body.final_url);
    let memory = match &before {
        Some(pages) => pages.memory.clone(),
        None => recall(work, due, host.clone()).await,
    };
    let (title, text) = due.waiting.first().map(|entry| (entry.title.clone(), entry.text.clone())).unwrap_or_default();
    let (key, extract) = (due.canonical_url.clone(), work.extract);
    let is_first = before.is_none();
    let is_whole = before.as_ref().is_some_and(|pages| pages.whole.is_some());
    // Only where it tells the article from others of the page: otherwise entries about other parts wait for it, too.
    let fragment = asked.fragment().map(str::to_owned).filter(|_| is_first && key.contains('#'));
    let now = work.settings();
    let (used, switches) = (settings.site_rules, settings.switches);
    let won = work.cpu.run(move || {
        let page = Page {
            bytes: &body.bytes,
            content_type: body.content_type.as_deref(),
            url: Some(&body.final_url),
            fragment: fragment.as_deref(),
            feed_title: Some(&title),
            // The feed's text is that of the beginning.
            feed_text: (is_first || is_whole).then_some(&*text),
            site_rules: Some(&now.site_rules).filter(|_| used != SiteRuleUse::Never),
            force_rules: used == SiteRuleUse::Force,
            memory: Some(&memory),
            switches,
        };
        let extraction = extract(&page);
        let mut reached = body.final_url.clone();
        if extraction.is_section {
            reached.set_fragment(fragment.as_deref());
        }
        (believed(&key, &reached, extraction.article.canonical.as_deref()), extraction, body.final_url, memory)
    });
    let (canonical_url, extraction, reached, memory) = match won.await {
        Ok(won) => won,
        Err(error) => return Err((error.to_string(), before)),
    };
    let reached = without_fragment(reached);
    let judged = extraction.judged();
    let Extraction { article, uncut, faults, error, is_section, mut lines, next_page, single_page, .. } = extraction;
    if is_section {
        // Its page is read for each of its sections: the others would be the site's own lines after a few.
        lines.clear();
    }
    let mut notes: Vec<String> = error.into_iter().chain(faults.into_iter().map(|fault| fault.detail)).collect();
    notes.dedup();
    let mut pages = match before {
        None => Box::new(Pages {
            foldable: is_foldable(canonical_url.as_deref().unwrap_or(&due.canonical_url)),
            article,
            uncut,
            canonical_url,
            lines: HostLines { host, lines },
            memory,
            notes,
            home: reached.clone(),
            seen: Vec::new(),
            count: 0,
            next: None,
            whole: None,
            single: None,
        }),
        Some(mut pages) if is_whole => {
            pages.seen.push(without_fragment(asked));
            pages.notes.extend(notes.iter().map(|note| format!("the article on one page: {note}")));
            match is_same_article(&pages.judged(), &judged, &pages.memory, used) {
                Err(error) => {
                    pages.lacks_whole(&error);
                }
                Ok(()) => {
                    pages.seen.push(reached.clone());
                    pages.come_whole(article, uncut, reached);
                    pages.next = pages.goes_on_at(next_page);
                }
            }
            return Ok(pages);
        }
        Some(mut pages) => {
            let number = pages.count + 1;
            pages.notes.extend(notes.iter().map(|note| format!("page {number} of the article: {note}")));
            // A page with nothing new is no further page, whatever led to it.
            if !pages::join_text(&mut pages.uncut, &uncut) {
                pages.next = None;
                return Ok(pages);
            }
            pages::join(&mut pages.article, &article);
            pages
        }
    };
    pages.count += 1;
    pages.seen.extend([without_fragment(asked), reached]);
    pages.next = pages.goes_on_at(next_page);
    if let Some(single) = single_page.map(without_fragment).filter(|single| is_first && !pages.seen.contains(single)) {
        let otherwise = pages.next.replace(single);
        pages.whole = Some(Whole { otherwise });
    }
    Ok(pages)
}

/// Whether a page that is to have all of an article has, which shows in the lines of its beginning, where that is known: rules age,
/// and then lead to another article, or to a wall.
fn is_same_article(first: &Article, whole: &Article, memory: &HostMemory, used: SiteRuleUse) -> Result<(), String> {
    judge::replaces(first, whole, Some(memory))?;
    let is_little = first.text.chars().count() < TOO_LITTLE;
    let all: HashSet<u64> = memory::line_hashes(whole.text.lines()).into_iter().collect();
    let begins = memory::line_hashes(first.text.lines());
    if used == SiteRuleUse::Force || is_little || begins.iter().filter(|line| all.contains(line)).count() * 2 >= begins.len() {
        return Ok(());
    }
    Err("what site rules lead to is another text (scrape.site_rules = \"force\" believes them)".to_owned())
}

fn without_fragment(mut url: Url) -> Url {
    url.set_fragment(None);
    url
}

/// What was seen with other pages of a host.
pub(super) async fn recall(work: &Work, due: &DueArticle, host: String) -> HostMemory {
    match work.store.host_lines(host, due.id).await {
        Ok(lines) => HostMemory::new(lines),
        Err(error) => {
            tracing::warn!(article.url = due.url, "what other pages of its host have in common cannot be read: {error}");
            HostMemory::default()
        }
    }
}

/// The article's address after redirects and `rel=canonical`. A page may speak for its own registrable domain only:
/// otherwise anybody could fold his page into another's story. A redirect that we followed ourselves is believed.
fn believed(asked: &str, final_url: &Url, claimed: Option<&str>) -> Option<String> {
    let reached = canonical(final_url.as_str());
    let claimed = claimed.map(canonical).filter(|claimed| host_of(claimed) == host_of(&reached) && names_one_article(claimed));
    let address = claimed.unwrap_or(reached);
    (address != asked && names_one_article(&address)).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(asked: &str, reached: &str, claimed: Option<&str>, expected: Option<&str>) {
        let believed = believed(&canonical(asked), &Url::parse(reached).unwrap(), claimed);
        assert_eq!(believed, expected.map(canonical), "asked {asked}, reached {reached}, claimed {claimed:?}");
    }

    #[test]
    fn a_page_speaks_for_its_own_domain_only() {
        let article = "https://news.example.org/2026/the-bridge-is-to-be-repaired";
        check(article, article, None, None);
        check(article, article, Some(article), None);
        check("https://t.example/a1b2c3", article, None, Some(article));
        check(article, article, Some("https://other.example/2026/a-famous-story-of-others"), None);
        check(
            article,
            article,
            Some("https://example.org/2026/the-bridge-is-to-be-repaired-4711"),
            Some("https://example.org/2026/the-bridge-is-to-be-repaired-4711"),
        );
        check(article, article, Some("https://news.example.org/"), None);
    }
}
