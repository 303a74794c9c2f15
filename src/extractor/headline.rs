//! The headline out of the forms in which a page gives it.

use super::labels::fold;

/// The headline without the site's name behind (or before) a separator.
pub(crate) fn without_site(title: &str, sites: &[&str], is_tab: bool) -> String {
    const SEPARATORS: &[&str] = &[" | ", " - ", " – ", " — ", " :: ", " » ", " · ", " • ", " // ", " : ", "｜", " / "];
    let mut title = title.trim();
    for _ in 0..3 {
        let last = SEPARATORS.iter().filter_map(|sep| title.rfind(sep).map(|at| (at, at + sep.len()))).max();
        let Some((at, behind)) = last else { break };
        let (head, tail) = (title.get(..at).unwrap_or_default().trim(), title.get(behind..).unwrap_or_default().trim());
        let folded = fold(tail);
        let names_site = sites.iter().map(|site| fold(site)).any(|site| {
            !site.is_empty() && (site == folded || folded.contains(&site) || (folded.len() > 3 && site.contains(&folded)))
        });
        // A tab's title ends with the site's name more often than not; a headline's own dash has more behind it.
        let looks_like_site = is_tab && tail.split_whitespace().count() <= 4 && head.chars().count() > 2 * tail.chars().count();
        if head.is_empty() || !(names_site || looks_like_site) {
            break;
        }
        title = head;
    }
    let first = SEPARATORS.iter().filter_map(|sep| title.find(sep).map(|at| (at, at + sep.len()))).min();
    if let Some((at, behind)) = first {
        let head = fold(title.get(..at).unwrap_or_default());
        if sites.iter().any(|site| fold(site) == head) {
            title = title.get(behind..).unwrap_or_default().trim();
        }
    }
    title.to_owned()
}

/// Of several `h1` the one that another form of the headline confirms.
pub(crate) fn agreeing(h1: &[String], others: &[&Option<String>]) -> Option<String> {
    let others: Vec<String> = others.iter().filter_map(|other| other.as_deref()).map(fold).collect();
    h1.iter().find(|h1| others.contains(&fold(h1))).cloned()
}

/// The headline as the page shows it. Where the forms differ, the shown one is what readers would search for.
pub(crate) fn best_title(
    h1: &Option<String>,
    headline: &Option<String>,
    social: &Option<String>,
    tab: &Option<String>,
) -> Option<String> {
    let filled = |title: &&String| !title.is_empty();
    let Some(best) = [h1, social, headline].into_iter().flatten().find(filled) else {
        return tab.clone().filter(|tab| !tab.is_empty());
    };
    let others = || [headline, social].into_iter().flatten().filter(|other| other.chars().count() > 10);
    // One form is another with the site's name behind a separator, or with a kicker before it.
    let bare = others().find(|other| {
        best.strip_prefix(other.as_str()).is_some_and(|rest| rest.trim_start().starts_with(['|', '-', '–', '—', '·', '•', '»']))
    });
    let without_kicker = || {
        let is_kicker = |kicker: &str| !kicker.is_empty() && kicker.chars().count() <= 60;
        others().chain(tab).find(|other| other.chars().count() > 15 && best.strip_suffix(other.as_str()).is_some_and(is_kicker))
    };
    bare.or_else(without_kicker).or(Some(best)).cloned()
}
