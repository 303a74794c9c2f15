//! The columns of the first pass, block by block.

use std::sync::LazyLock;

use super::page::Page;
use super::{Facts, Row, Text, number};
use crate::extractor::blocks::Block;
use crate::extractor::class_words::GROUPS;

/// Generations above a block in which elements are looked for.
const NEAR: usize = 15;
/// The same for class words.
const NEAR_WORDS: usize = 12;

const ANCESTORS: [(&str, &str); 21] = [
    ("a_article", "article"),
    ("a_main", "main"),
    ("a_aside", "aside"),
    ("a_nav", "nav"),
    ("a_footer", "footer"),
    ("a_header", "header"),
    ("a_form", "form"),
    ("a_table", "table"),
    ("a_figure", "figure"),
    ("a_figcaption", "figcaption"),
    ("a_ul", "ul"),
    ("a_ol", "ol"),
    ("a_blockquote", "blockquote"),
    ("a_section", "section"),
    ("a_button", "button"),
    ("a_label", "label"),
    ("a_dl", "dl"),
    ("a_details", "details"),
    ("a_a", "a"),
    ("a_li", "li"),
    ("a_pre", "pre"),
];

const TAGS: [&str; 30] = [
    "p",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "div",
    "td",
    "th",
    "figcaption",
    "blockquote",
    "pre",
    "dt",
    "dd",
    "section",
    "article",
    "header",
    "footer",
    "aside",
    "label",
    "button",
    "body",
    "option",
    "address",
    "figure",
    "form",
    "nav",
    "main",
];

/// Writes the row of block `at`.
#[allow(clippy::cast_precision_loss)] // counts of blocks
pub(super) fn write(row: &mut Row<'_>, text: &Text<'_>, page: &Page, at: usize) {
    let (block, facts) = &text.blocks[at];
    row.put("len", page.sizes[at]);
    of_text(row, block, facts, page);
    of_elements(row, text, at);
    of_containers(row, text, page, at);
    of_place(row, text, page, at);
    of_likeness(row, page, at);
    of_neighbours(row, text, page, at);
    let [blocks, prose, stated] = page.logs;
    row.put("pg_n", blocks);
    row.put("pg_good", prose);
    row.put("pg_txt", page.prose / page.text.max(1.0));
    row.put("pg_dir", text.tree.sums[text.tree.main].direct / page.prose.max(1.0));
    row.put("pg_ld", stated);
    row.put("pg_art", f32::from(page.is_article));
    row.put("pg_wall", f32::from(page.behind_wall));
}

fn of_text(row: &mut Row<'_>, block: &Block, facts: &Facts, page: &Page) {
    let per = |count: f32, of: f32| count / of.max(1.0);
    row.put("nw", log(facts.words));
    row.put("lk", block.linked);
    row.put("nl", f32::from(block.links.min(20)));
    row.put("lk_in", block.linked_within);
    row.put("bold", block.bold);
    row.put("em", block.italic);
    row.put("br", f32::from(block.at_break));
    row.put("imgs", f32::from(block.pictures.min(5)));
    row.put("cjk", facts.wide);
    row.put("com", facts.commas / (facts.weight + 20.0) * 100.0);
    row.put("stop", facts.stops / (facts.weight + 20.0) * 100.0);
    row.put("nstop", facts.stops.min(10.0));
    row.put("wps", facts.words / (facts.stops + 1.0));
    row.put("end", f32::from(facts.ends));
    row.put("colon", f32::from(facts.colon));
    row.put("ell", f32::from(facts.ellipsis));
    row.put("quote", facts.quotes / (facts.chars + 10.0) * 100.0);
    row.put("upper", facts.upper / (facts.letters + 1.0));
    row.put("digit", per(facts.digits, facts.chars));
    row.put("alpha", per(facts.letters, facts.chars));
    row.put("first", facts.first);
    row.put("wl", per(facts.word_chars, facts.runs));
    row.put("short", per(facts.short_words, facts.runs));
    row.put("cap", per(facts.capitalised, facts.runs));
    let share = |of: &[u64], counts: &dyn Fn(&u64) -> bool| {
        #[allow(clippy::cast_precision_loss)] // shares
        let share = of.iter().filter(|word| counts(word)).count() as f32 / of.len().max(1) as f32;
        share
    };
    let own = u32::from(facts.is_prose);
    row.put("topw", share(&facts.grams, &|word| page.frequent.contains(word)));
    row.put("seen", share(&facts.set, &|word| page.words.get(word).is_some_and(|count| *count > own)));
    row.put("copy", f32::from(facts.has_copyright));
    row.put("bar", facts.bars.min(20.0));
    row.put("at", f32::from(facts.has_at));
    row.put("slash", per(facts.slashes, facts.chars));
    row.put("rep", page.repeats.get(&facts.whole).copied().unwrap_or(1.0).min(5.0));
}

#[allow(clippy::cast_precision_loss)] // generations
fn of_elements(row: &mut Row<'_>, text: &Text<'_>, at: usize) {
    let (block, _) = &text.blocks[at];
    let holders = &text.page.holders;
    row.put("tag", text.tags[at]);
    row.put("h", f32::from(block.heading().unwrap_or(0)));
    let mut tags = [NEAR; ANCESTORS.len()];
    let mut words = [NEAR_WORDS; GROUPS.len()];
    let mut custom = NEAR;
    for (above, at) in text.page.chain(block.element).take(NEAR).enumerate() {
        let (which, is_custom) = text.ancestors[at];
        if let Some(distance) = which.and_then(|which| tags.get_mut(which)) {
            *distance = (*distance).min(above);
        }
        if is_custom {
            custom = custom.min(above);
        }
        let mut groups = if above < NEAR_WORDS { holders[at].groups } else { 0 };
        while groups != 0 {
            if let Some(distance) = words.get_mut(groups.trailing_zeros() as usize) {
                *distance = (*distance).min(above);
            }
            groups &= groups - 1;
        }
    }
    for ((column, _), distance) in ANCESTORS.iter().zip(tags) {
        row.put(column, distance as f32);
    }
    for ((column, _), distance) in GROUPS.iter().zip(words) {
        row.put(column, distance as f32);
    }
    let own = &holders[block.element];
    row.put("hid", f32::from(own.hidden));
    row.put("depth", f32::from(holders[block.holder].depth));
    row.put("custom", custom as f32);
}

fn of_containers(row: &mut Row<'_>, text: &Text<'_>, page: &Page, at: usize) {
    const NAMES: [[&str; 5]; 3] = [
        ["k_good0", "k_den0", "k_lk0", "k_n0", "k_ng0"],
        ["k_good1", "k_den1", "k_lk1", "k_n1", "k_ng1"],
        ["k_good2", "k_den2", "k_lk2", "k_n2", "k_ng2"],
    ];
    let (block, _) = &text.blocks[at];
    let (sums, holders) = (&text.tree.sums, &text.page.holders);
    let own = text.tree.containers[at];
    let above = [own, holders[own].parent, holders[holders[own].parent].parent];
    let all = page.prose.max(1.0);
    for (names, element) in NAMES.iter().zip(above) {
        let of = &sums[element];
        let values = [of.prose / all, of.prose / (of.text + 1.0), of.linked / (of.text + 1.0), log(of.blocks), log(of.proses)];
        for (name, value) in names.iter().zip(values) {
            row.put(name, value);
        }
    }
    let best = sums[text.tree.best].score + 1.0;
    row.put("k_dir", sums[own].direct / all);
    row.put("k_cls", log(sums[own].text));
    row.put("sc0", sums[own].score / best);
    row.put("sc1", sums[above[1]].score / best);
    let element = &sums[block.holder];
    row.put("intop", f32::from(element.in_best));
    row.put("up", element.steps.min(15.0));
    let meeting = &sums[element.meeting];
    let down = holders[text.tree.main].depth.saturating_sub(holders[element.meeting].depth);
    row.put("down", f32::from(down.min(15)));
    let branch = &sums[element.branch];
    row.put("br_len", log(branch.text));
    row.put("br_den", branch.prose / (branch.text + 1.0));
    row.put("br_lk", branch.linked / (branch.text + 1.0));
    row.put("br_good", branch.prose / all);
    row.put("br_n", log(branch.blocks));
    row.put("br_tag", tag(&holders[element.branch].name));
    row.put("lca_good", meeting.prose / all);
    row.put("lca_den", meeting.prose / (meeting.text + 1.0));
    let article = sums[block.element].article;
    row.put("art", if text.tree.articles == 0.0 { -1.0 } else { article.map_or(0.0, |at| sums[at].prose / all) });
    row.put("artbig", f32::from(article.is_some() && text.tree.in_biggest(text.page, block.element)));
    row.put("narts", text.tree.articles.min(30.0));
    let kind = page.kinds.get(&text.signatures[at]).cloned().unwrap_or_default();
    row.put("s_share", kind.prose / all);
    row.put("s_n", log(kind.count));
    row.put("s_mean", log(kind.weight / kind.count.max(1.0)));
    row.put("s_lk", kind.linked / (kind.weight + 1.0));
    row.put("s_g", kind.prose / (kind.weight + 1.0));
    let (count, prose) = page.siblings.get(&own).copied().unwrap_or_default();
    row.put("sib", log(count));
    row.put("sibpos", page.among[at] / count.max(1.0));
    row.put("sibg", prose / count.max(1.0));
}

#[allow(clippy::cast_precision_loss)] // counts of blocks
fn of_place(row: &mut Row<'_>, text: &Text<'_>, page: &Page, at: usize) {
    let (all, here) = (text.blocks.len() as f32, at as f32);
    row.put("pos", here / all);
    row.put("cpos", page.before[at].0 / page.text.max(1.0));
    row.put("gpos", page.before[at].1 / page.prose.max(1.0));
    row.put("idx", here.min(300.0));
    row.put("ridx", (all - here).min(300.0));
    let (first, last) = (page.first as f32, page.last as f32);
    row.put("dfirst", (here - first).clamp(-60.0, 60.0));
    row.put("dlast", (here - last).clamp(-60.0, 60.0));
    row.put("dpos", (here - first) / (last - first + 1.0));
    row.put("prevg", page.since[at]);
    row.put("nextg", page.until[at]);
    row.put("dt", page.title.map_or(-99.0, |title| (here - title as f32).clamp(-20.0, 150.0)));
    row.put("label", number(text.labels[at]));
    let heading = &page.under[at];
    let label = |at: Option<usize>| number(at.and_then(|at| text.labels.get(at).copied().flatten()));
    row.put("n-1_label", label(at.checked_sub(1)));
    row.put("n1_label", label(Some(at + 1)));
    row.put("d_label", heading.since_label);
    row.put("h_label", heading.label);
    row.put("h_lk", heading.linked);
    row.put("h_dist", heading.distance);
    row.put("h_level", heading.level);
}

fn of_likeness(row: &mut Row<'_>, page: &Page, at: usize) {
    let like = &page.alike[at];
    row.put("ts", like.title);
    row.put("ds", like.description);
    row.put("dc", like.described);
    row.put("ld", like.body);
    row.put("who", like.names);
    row.put("who_of", like.named);
    row.put("site", like.site);
    row.put("site_in", like.site_in);
}

fn of_neighbours(row: &mut Row<'_>, text: &Text<'_>, page: &Page, at: usize) {
    const NAMES: [[&str; 6]; 8] = [
        ["n-4_len", "n-4_lk", "", "", "", ""],
        ["n-3_len", "n-3_lk", "n-3_end", "n-3_same", "n-3_tag", "n-3_dc"],
        ["n-2_len", "n-2_lk", "n-2_end", "n-2_same", "n-2_tag", "n-2_dc"],
        ["n-1_len", "n-1_lk", "n-1_end", "n-1_same", "n-1_tag", "n-1_dc"],
        ["n1_len", "n1_lk", "n1_end", "n1_same", "n1_tag", "n1_dc"],
        ["n2_len", "n2_lk", "n2_end", "n2_same", "n2_tag", "n2_dc"],
        ["n3_len", "n3_lk", "n3_end", "n3_same", "n3_tag", "n3_dc"],
        ["n4_len", "n4_lk", "", "", "", ""],
    ];
    const OFFSETS: [isize; 8] = [-4, -3, -2, -1, 1, 2, 3, 4];
    let (container, own) = (text.tree.containers[at], &text.blocks[at].0);
    for (names, offset) in NAMES.iter().zip(OFFSETS) {
        let other = at.checked_add_signed(offset).filter(|&other| other < text.blocks.len());
        let values = other.map_or([-1.0; 6], |other| {
            let (block, facts) = &text.blocks[other];
            let same = if text.tree.containers[other] == container {
                2.0
            } else if text.page.holders[block.holder].mark == text.page.holders[own.holder].mark {
                1.0
            } else {
                0.0
            };
            let like = &page.alike[other];
            let said = like.title.max(like.described);
            [page.sizes[other], block.linked, f32::from(facts.ends), same, text.tags[other], said]
        });
        for (name, value) in names.iter().zip(values).filter(|(name, _)| !name.is_empty()) {
            row.put(name, value);
        }
    }
}

/// Which of the elements that are looked for above a block it is.
pub(super) fn ancestor(name: &str) -> Option<usize> {
    ANCESTORS.iter().position(|(_, ancestor)| *ancestor == name)
}

/// An element as a number.
#[allow(clippy::cast_precision_loss)] // thirty
pub(super) fn tag(name: &str) -> f32 {
    TAGS.iter().position(|tag| *tag == name).unwrap_or(TAGS.len()) as f32
}

/// Of one more than the value. Most are small counts, a dozen of them a block: those stand in a table.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // a cast stops at the ends of a type
pub(super) fn log(value: f32) -> f32 {
    static OF_COUNTS: LazyLock<[f32; 256]> = LazyLock::new(|| std::array::from_fn(|count| (count as f32).ln_1p()));
    match OF_COUNTS.get(value as usize) {
        Some(log) if value.fract() == 0.0 => *log,
        _ => value.max(0.0).ln_1p(),
    }
}

#[cfg(test)]
mod tests {
    use super::log;

    #[test]
    fn logarithms_of_counts_are_those_of_other_numbers() {
        let others = [0.5, 254.5, 255.5, -0.5, -1.0, -1e30, 1e30, f32::INFINITY, f32::NEG_INFINITY, f32::NAN];
        for value in (0..300_u16).map(f32::from).chain(others) {
            assert_eq!(log(value), value.max(0.0).ln_1p(), "{value}");
        }
    }
}
