//! Who wrote it: names out of bylines and metadata.

use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use super::labels::fold;

/// A longer name is a sentence.
pub(crate) const MAX_NAME: usize = 80;
/// Names that are kept.
pub(crate) const MAX_NAMES: usize = 16;

/// The names of the first source that names somebody; the site itself is an author only when nobody else is.
pub(crate) fn from_sources<'s>(sources: impl Iterator<Item = &'s [String]>, sites: &[&str], url: Option<&Url>) -> Vec<String> {
    let mut fallback = Vec::new();
    for source in sources {
        let mut names = Vec::new();
        source.iter().for_each(|text| push_names(&mut names, text));
        names.truncate(MAX_NAMES);
        if names.iter().any(|name| !is_site(name, sites, url)) {
            names.retain(|name| !is_site(name, sites, url));
            return names;
        }
        if fallback.is_empty() {
            fallback = names;
        }
    }
    fallback
}

fn is_site(name: &str, sites: &[&str], url: Option<&Url>) -> bool {
    let folded = fold(name);
    let host = url.and_then(Url::host_str).unwrap_or_default();
    let label = fold(host.rsplit('.').nth(1).unwrap_or_default());
    let begins = name.split_whitespace().next().map(|word| fold(word.split('.').next().unwrap_or(word)));
    sites.iter().any(|site| fold(site) == folded)
        || (label.len() >= 5 && folded.contains(&label))
        || (label.len() >= 2 && (folded == label || begins.as_deref() == Some(label.as_str())))
}

fn push_names(names: &mut Vec<String>, text: &str) {
    const JOINTS: &[&str] = &[" and ", " und ", " et ", " & ", " og ", " och ", " en "];
    if text.contains("://") || text.contains("www.") {
        return;
    }
    let mut pieces = vec![text.to_owned()];
    for joint in JOINTS {
        pieces = pieces.iter().flat_map(|piece| piece.split(joint)).map(str::to_owned).collect();
    }
    for piece in pieces.iter().flat_map(|piece| piece.split([',', ';', '|', '/', '•', '·'])) {
        push_name(names, piece);
    }
}

/// Adds one name, without what stands before it ("by"), if it is one.
pub(crate) fn push_name(names: &mut Vec<String>, text: &str) {
    let mut name = text.trim().trim_matches([':', '-', '–', '.', '"', '@']).trim();
    if let Some(found) = PREFIX.find(name) {
        name = name.get(found.end()..).unwrap_or_default().trim();
    }
    let is_name = !name.is_empty()
        && name.chars().count() <= MAX_NAME
        && name.split_whitespace().count() <= 6
        && name.chars().any(char::is_alphabetic)
        && !name.contains('@')
        && !name.chars().any(|c| c.is_ascii_digit());
    if is_name && !names.iter().any(|known| fold(known) == fold(name)) {
        names.push(name.to_owned());
    }
}

/// What stands before a name.
static PREFIX: LazyLock<Regex> = LazyLock::new(|| {
    build(
        r"^(?i)(?:(?:(?:written|words|posted|reported|reviewed|story|published) )?by(?:\b|[A-Z]\B)|von|par|por|di|door|af|av|text|autor(?:in)?|author|redaktion)(?:\s*:\s*|\s+|$)",
    )
});

#[allow(clippy::unwrap_used)] // a constant
fn build(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap()
}
