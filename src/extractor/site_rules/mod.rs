//! Rules of people for single sites, in the format of ftr-site-config: where on the pages of a host the story is.
//!
//! They age: a site changes and the rule does not. So what a rule finds is taken where it agrees with what is found without
//! it, or where the feed says that it is to be believed.

mod file;
mod tree;
mod xpath;

use std::collections::{BTreeMap, HashMap, HashSet};

use url::Url;

use super::blocks::weight_of;
use super::dates;
use super::depth::MAX_INPUT;
use super::names::push_name;
use super::sanitize;
use crate::model::host_of_url;
use file::Rules;
use tree::Tree;
use xpath::{Expression, GivenUp, Item, Page, Value};

/// Sites that rules are kept for.
const MAX_SITES: usize = 10_000;
/// Characters of a headline.
const MAX_TITLE: usize = 1000;
/// Share of the one text that must be in the other.
const AGREEMENT: f32 = 0.7;
/// What a rule finds may be shorter than what is found without it, but not by more than this.
const SHORTEST: f32 = 0.5;

/// The rules of all sites.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SiteRules {
    /// By host; one that begins with a dot holds for all hosts below it.
    sites: HashMap<String, Rules>,
    /// Directives that are not obeyed: in how many files, and where first.
    unheeded: BTreeMap<&'static str, (usize, String)>,
}

/// What the rules of a site find on a page.
#[derive(Debug)]
pub(super) struct Ruled {
    /// As it stands on the page.
    pub(super) html: String,
    /// What of it readers would see.
    pub(super) text: String,
    pub(super) title: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) published: Option<String>,
    pub(super) next_page: Option<Url>,
}

impl SiteRules {
    /// Takes the file `name`: `HOST.txt` holds for a host, with and without `www.`; `.HOST.txt` for the hosts below it.
    ///
    /// Lines that cannot be used are left out and answered: number of the line (0: the file itself), and what is wrong.
    pub fn add(&mut self, name: &str, text: &str) -> Vec<(usize, String)> {
        let Some(host) = name.strip_suffix(".txt").map(str::to_ascii_lowercase).filter(|host| is_host(host)) else {
            return vec![(0, "its name is no host; call it HOST.txt, or .HOST.txt for all hosts below".to_owned())];
        };
        let host = host.strip_prefix("www.").map(str::to_owned).unwrap_or(host);
        if self.sites.contains_key(&host) {
            return vec![(0, format!("rules for {host} were read before; it is ignored"))];
        }
        if self.sites.len() >= MAX_SITES {
            return vec![(0, format!("rules are kept for {MAX_SITES} sites at most"))];
        }
        let (rules, wrong) = file::read(text);
        for (directive, line) in &rules.unheeded {
            let (files, _) = self.unheeded.entry(directive).or_insert_with(|| (0, format!("{name}:{line}")));
            *files += 1;
        }
        self.sites.insert(host, rules);
        wrong
    }

    /// What the files say and is not obeyed, a line each: a folder of many files has it in many of them.
    pub fn unheeded(&self) -> impl Iterator<Item = String> {
        self.unheeded.iter().map(|(directive, (files, first))| {
            let why = file::UNHEEDED.iter().find(|(name, _)| name == directive).map_or("", |(_, why)| *why);
            let others = match files - 1 {
                0 => String::new(),
                1 => " and 1 more file".to_owned(),
                more => format!(" and {more} more files"),
            };
            format!("{directive} is not obeyed: {why} (in {first}{others})")
        })
    }

    /// The files that can hold for `url`.
    pub fn files(url: &Url) -> Vec<String> {
        let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
        let host = host.strip_prefix("www.").unwrap_or(&host);
        let above = host.match_indices('.').filter_map(|(at, _)| host.get(at..));
        [host, &format!("www.{host}")].into_iter().chain(above).map(|host| format!("{host}.txt")).collect()
    }

    /// Sites that there are rules for.
    pub fn len(&self) -> usize {
        self.sites.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.sites.is_empty()
    }

    fn of(&self, url: &Url) -> Option<&Rules> {
        let host = url.host_str()?.to_ascii_lowercase();
        let host = host.strip_prefix("www.").unwrap_or(&host);
        let mut above = host.match_indices('.').filter_map(|(at, _)| self.sites.get(host.get(at..)?));
        self.sites.get(host).or_else(|| above.next())
    }

    /// What the rules for `url` find: the story, where they find one, and the page that has all of it.
    pub(super) fn apply(&self, source: &str, url: &Url, base: Option<&Url>) -> (Option<Ruled>, Option<Url>) {
        let Some(rules) = self.of(url) else { return (None, None) };
        let tree = Tree::read(&replaced(source, &rules.replace));
        let page = Page::new(&tree);
        let links = rules.single_page_link.iter().filter(|(_, condition)| condition.as_ref().is_none_or(|rule| holds(rule, &page)));
        let single = links.filter_map(|(rule, _)| link(rule, &page)).find_map(|href| base.unwrap_or(url).join(href.trim()).ok());
        let single = single.filter(|single| is_beside(single, url) && host_of_url(single) == host_of_url(url));
        (rules.story(&page, url, base), single)
    }
}

impl Rules {
    fn story(&self, page: &Page<'_>, url: &Url, base: Option<&Url>) -> Option<Ruled> {
        let rules = self;
        let body = rules.body.iter().find_map(|rule| nodes(rule, page))?;
        let gone = stripped(rules, page).ok()?;
        let mut html = String::new();
        let mut end = 0;
        for at in body {
            // One within another is written with it.
            if at >= end {
                page.tree.write(at, &gone, &mut html);
                end = page.tree.end(at);
            }
        }
        let text = sanitize::text_of(sanitize::clean(&html, base).as_str());
        let mut authors = Vec::new();
        for name in rules.author.iter().filter_map(|rule| words(rule, page)).next().into_iter().flatten() {
            push_name(&mut authors, &name);
        }
        let next = rules.next_page_link.iter().find_map(|rule| link(rule, page));
        (!text.is_empty()).then(|| Ruled {
            html,
            text,
            title: rules.title.iter().filter_map(|rule| words(rule, page)).find_map(|mut words| {
                words.truncate(1);
                words.pop().filter(|title| title.chars().count() <= MAX_TITLE)
            }),
            authors,
            published: rules.date.iter().filter_map(|rule| words(rule, page)).find_map(|words| dates::parse(words.first()?)),
            next_page: next
                .and_then(|href| base.unwrap_or(url).join(href.trim()).ok())
                .filter(|next| next.host_str() == url.host_str() && is_beside(next, url)),
        })
    }
}

/// Whether it is an address of the web, and not that of the page itself.
fn is_beside(other: &Url, url: &Url) -> bool {
    matches!(other.scheme(), "http" | "https") && other.as_str() != url.as_str()
}

/// Whether a page has what a rule asks for.
fn holds(rule: &Expression, page: &Page<'_>) -> bool {
    rule.on(page).is_ok_and(|value| page.truth(&value))
}

/// Whether what a rule found and what was found without it are about the same, the rule's not far shorter.
pub(super) fn agrees(ruled: &str, generic: &str) -> bool {
    let (ruled_words, generic_words) = (counts(ruled), counts(generic));
    let shared = |one: &HashMap<&str, usize>, other: &HashMap<&str, usize>| -> f32 {
        let all: usize = one.values().sum();
        let common: usize = one.iter().map(|(word, count)| (*count).min(other.get(word).copied().unwrap_or(0))).sum();
        #[allow(clippy::cast_precision_loss)] // a share
        let share = common as f32 / all.max(1) as f32;
        share
    };
    let is_same = shared(&generic_words, &ruled_words) >= AGREEMENT || shared(&ruled_words, &generic_words) >= AGREEMENT;
    generic.is_empty() || (is_same && weight_of(ruled) >= SHORTEST * weight_of(generic))
}

/// Words with how often they stand; characters, where words are not parted by spaces, count one by one.
fn counts(text: &str) -> HashMap<&str, usize> {
    let mut counts = HashMap::new();
    for word in text.split_whitespace() {
        if word.chars().any(super::blocks::is_wide) {
            let mut at = 0;
            for c in word.chars() {
                let next = at + c.len_utf8();
                *counts.entry(word.get(at..next).unwrap_or_default()).or_default() += 1;
                at = next;
            }
        } else {
            *counts.entry(word).or_default() += 1;
        }
    }
    counts
}

fn is_host(host: &str) -> bool {
    let host = host.strip_prefix('.').unwrap_or(host);
    host.contains('.') && !host.starts_with('.') && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))
}

fn replaced(source: &str, pairs: &[(String, String)]) -> String {
    let mut text = source.get(..source.floor_char_boundary(MAX_INPUT)).unwrap_or_default().to_owned();
    for (find, replace) in pairs {
        // What grows beyond the bound was not meant so.
        let growth = text.matches(find.as_str()).count().saturating_mul(replace.len());
        if text.len().saturating_add(growth) <= 2 * MAX_INPUT {
            text = text.replace(find.as_str(), replace);
        }
    }
    text
}

/// The elements that a rule finds.
fn nodes(rule: &Expression, page: &Page<'_>) -> Option<Vec<usize>> {
    let Ok(Value::Nodes(items)) = rule.on(page) else { return None };
    let nodes: Vec<usize> = items.into_iter().filter_map(|item| if let Item::Node(at) = item { Some(at) } else { None }).collect();
    (!nodes.is_empty()).then_some(nodes)
}

/// The texts that a rule finds, white space collapsed.
fn words(rule: &Expression, page: &Page<'_>) -> Option<Vec<String>> {
    let texts = match rule.on(page).ok()? {
        Value::Nodes(items) => items.into_iter().map(|item| page.text(item)).collect::<Result<Vec<_>, _>>().ok()?,
        value => vec![page.string(&value).ok()?],
    };
    let lines = texts.iter().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
    (!lines.is_empty()).then_some(lines)
}

/// The address that a rule finds: of a link, else the text itself.
fn link(rule: &Expression, page: &Page<'_>) -> Option<String> {
    match rule.on(page).ok()? {
        Value::Nodes(items) => match items.first()? {
            Item::Node(at) => page.tree.attribute(*at, "href").map(str::to_owned),
            item => page.text(*item).ok(),
        },
        value => page.string(&value).ok(),
    }
    .filter(|href| !href.trim().is_empty())
}

/// What is no part of the story.
fn stripped(rules: &Rules, page: &Page<'_>) -> Result<HashSet<usize>, GivenUp> {
    let mut gone = HashSet::new();
    for rule in &rules.strip {
        // A rule that is given up leaves the page in doubt: then the others are not enough.
        if let Value::Nodes(items) = rule.on(page)? {
            gone.extend(items.into_iter().filter_map(|item| if let Item::Node(at) = item { Some(at) } else { None }));
        }
    }
    for at in 0..page.tree.nodes.len() {
        let has = |name: &str, words: &[String]| {
            page.tree.attribute(at, name).is_some_and(|value| words.iter().any(|word| value.contains(word.as_str())))
        };
        let is_named = has("class", &rules.strip_id_or_class) || has("id", &rules.strip_id_or_class);
        let is_picture = page.tree.name(at) == Some("img") && has("src", &rules.strip_image_src);
        if is_named || is_picture {
            gone.insert(at);
        }
    }
    Ok(gone)
}

#[cfg(test)]
mod tests;
