//! What has to be known of the whole page before a block can be described.

use rustc_hash::{FxHashMap, FxHashSet};

use super::facts::{Facts, Sets};
use super::row::log;
use super::{Text, number};
use crate::extractor::metadata::Metadata;

/// Words that a page repeats most are told from the others.
const FREQUENT: usize = 30;
/// Bytes of a JSON-LD body that blocks are compared with.
const MAX_BODY: usize = 256 << 10;
/// Bytes of a title, a description, names: each block is compared with all of it.
const MAX_COMPARED: usize = 2 << 10;
/// A description has so many bytes at least.
const MIN_DESCRIPTION: usize = 30;
/// The page's own JSON-LD body has so many at least.
const MIN_BODY: usize = 400;

/// Blocks of one kind: the same elements with the same classes, three up.
#[derive(Clone, Default)]
pub(crate) struct Kind {
    pub(crate) weight: f32,
    pub(crate) prose: f32,
    pub(crate) linked: f32,
    pub(crate) count: f32,
}

/// How a block resembles what the page says of itself elsewhere.
#[derive(Clone, Debug, Default)]
pub(crate) struct Likeness {
    /// To a title.
    pub(crate) title: f32,
    /// To a description: of both together, and of the block.
    pub(crate) description: f32,
    pub(crate) described: f32,
    /// Share of its runs of three words in the JSON-LD body; -1 where there is none, -.5 where the block is too short.
    pub(crate) body: f32,
    /// Share of the authors' names in it, and of it that they are.
    pub(crate) names: f32,
    pub(crate) named: f32,
    /// Share of it that is the name of the site, and of that name in it.
    pub(crate) site: f32,
    pub(crate) site_in: f32,
}

/// What stands above a block.
#[derive(Clone, Debug)]
pub(crate) struct Under {
    /// Blocks since the last label of any kind.
    pub(crate) since_label: f32,
    /// The last heading: its label, its share of links, how far it is, its level.
    pub(crate) label: f32,
    pub(crate) linked: f32,
    pub(crate) distance: f32,
    pub(crate) level: f32,
}

/// A page.
pub(crate) struct Page {
    pub(crate) kinds: FxHashMap<u64, Kind>,
    /// Words of its prose with how often they stand there.
    pub(crate) words: FxHashMap<u64, u32>,
    pub(crate) frequent: FxHashSet<u64>,
    pub(crate) alike: Vec<Likeness>,
    pub(crate) repeats: FxHashMap<u64, f32>,
    pub(crate) under: Vec<Under>,
    /// Weight of all text and of prose before each block.
    pub(crate) before: Vec<(f32, f32)>,
    /// The first block that is the title.
    pub(crate) title: Option<usize>,
    /// Blocks to the last block of prose before, and to the next one.
    pub(crate) since: Vec<f32>,
    pub(crate) until: Vec<f32>,
    /// Prose of the main container: first and last block.
    pub(crate) first: usize,
    pub(crate) last: usize,
    /// Blocks of each container, and which of them each block is.
    pub(crate) siblings: FxHashMap<usize, (f32, f32)>,
    pub(crate) among: Vec<f32>,
    /// Weight of prose and of all text.
    pub(crate) prose: f32,
    pub(crate) text: f32,
    /// Logarithms of what is the same for all blocks: their number, the weight of prose, the characters of the JSON-LD body.
    pub(crate) logs: [f32; 3],
    /// Of the weight of each block.
    pub(crate) sizes: Vec<f32>,
    pub(crate) is_article: bool,
    pub(crate) behind_wall: bool,
}

impl Page {
    pub(crate) fn of(text: &Text<'_>, meta: &Metadata) -> Self {
        let mut page = Self {
            kinds: FxHashMap::default(),
            words: FxHashMap::default(),
            frequent: FxHashSet::default(),
            alike: Vec::new(),
            repeats: FxHashMap::default(),
            under: Vec::new(),
            before: Vec::new(),
            title: None,
            since: Vec::new(),
            until: Vec::new(),
            first: 0,
            last: text.blocks.len().saturating_sub(1),
            siblings: FxHashMap::default(),
            among: Vec::new(),
            prose: 0.0,
            text: 0.0,
            logs: [0.0; 3],
            sizes: text.blocks.iter().map(|(_, facts)| log(facts.weight)).collect(),
            is_article: meta.is_article,
            behind_wall: meta.behind_wall,
        };
        page.count(text);
        page.compare(text, meta);
        page.place(text);
        page
    }

    fn count(&mut self, text: &Text<'_>) {
        for (at, (block, facts)) in text.blocks.iter().enumerate() {
            let prose = if facts.is_prose { facts.weight } else { 0.0 };
            self.before.push((self.text, self.prose));
            self.text += facts.weight;
            self.prose += prose;
            let kind = self.kinds.entry(text.signatures[at]).or_default();
            kind.weight += facts.weight;
            kind.prose += prose;
            kind.linked += facts.weight * block.linked;
            kind.count += 1.0;
            *self.repeats.entry(facts.whole).or_default() += 1.0;
            if facts.is_prose {
                for word in &facts.grams {
                    *self.words.entry(*word).or_default() += 1;
                }
            }
            let siblings = self.siblings.entry(text.tree.containers[at]).or_default();
            self.among.push(siblings.0);
            siblings.0 += 1.0;
            siblings.1 += f32::from(facts.is_prose);
        }
        let mut most: Vec<(u32, u64)> = self.words.iter().map(|(word, count)| (*count, *word)).collect();
        let cut = FREQUENT.min(most.len());
        if cut < most.len() {
            most.select_nth_unstable_by(cut, |a, b| b.cmp(a));
        }
        self.frequent = most.iter().take(cut).map(|(_, word)| *word).collect();
    }

    fn compare(&mut self, text: &Text<'_>, meta: &Metadata) {
        fn cut(text: &str, most: usize) -> &str {
            text.get(..text.floor_char_boundary(most)).unwrap_or_default()
        }
        let names = meta.authors.join(" ");
        let site = text.page.site.iter().chain(&meta.sites).map(String::as_str).collect::<Vec<_>>().join(" ");
        let described = meta.teasers.iter().filter(|text| text.len() > MIN_DESCRIPTION);
        let mut sets = Sets::default();
        for text in [&names, &site].into_iter().chain(&meta.titles).chain(described) {
            sets.add(&Facts::of_text(cut(text, MAX_COMPARED)).set);
        }
        let (titles, descriptions) = (2..2 + meta.titles.len(), 2 + meta.titles.len()..sets.len());
        let body = meta.body.as_deref().filter(|body| body.len() > MIN_BODY);
        #[allow(clippy::cast_precision_loss)] // counts
        let (blocks, stated) = (text.blocks.len() as f32, body.map_or(0.0, |body| body.chars().count() as f32));
        self.logs = [blocks, self.prose, stated].map(log);
        let runs: Option<FxHashSet<[u64; 3]>> = body.map(|body| triples(&Facts::of_text(cut(body, MAX_BODY)).grams).collect());
        let mut best = 0.0;
        for (at, (block, facts)) in text.blocks.iter().enumerate() {
            sets.compare(&facts.set);
            let title = titles.clone().map(|title| sets.alike(title).0).fold(0.0, f32::max);
            let mut like = Likeness { title, ..Likeness::default() };
            for description in descriptions.clone() {
                let (both, own, _) = sets.alike(description);
                like.description = like.description.max(both);
                if facts.set.len() >= 5 {
                    like.described = like.described.max(own);
                }
            }
            (_, like.named, like.names) = sets.alike(0);
            (_, like.site, like.site_in) = sets.alike(1);
            like.body = match &runs {
                None => -1.0,
                Some(_) if facts.grams.len() < 3 => -0.5,
                #[allow(clippy::cast_precision_loss)] // shares
                Some(runs) => {
                    triples(&facts.grams).filter(|run| runs.contains(run)).count() as f32 / (facts.grams.len() - 2) as f32
                }
            };
            if facts.set.len() >= 2 && title >= 0.4 {
                let in_headline = text.page.chain(block.element).take(3).any(|at| text.page.holders[at].name == "h1");
                let worth = title + if in_headline { 0.3 } else { 0.0 };
                if worth > best {
                    (best, self.title) = (worth, Some(at));
                }
            }
            self.alike.push(like);
        }
        if self.title.is_none() {
            self.title = text.blocks.iter().position(|(block, _)| block.name == "h1");
        }
    }

    fn place(&mut self, text: &Text<'_>) {
        const FAR: f32 = 50.0;
        let blocks = &text.blocks;
        let mut under = Under { since_label: FAR, label: 0.0, linked: 0.0, distance: FAR, level: 0.0 };
        for ((block, _), label) in blocks.iter().zip(&text.labels) {
            under.since_label = (under.since_label + 1.0).min(FAR);
            under.distance = (under.distance + 1.0).min(FAR);
            self.under.push(under.clone());
            let label = number(*label);
            if label > 0.0 {
                under.since_label = 0.0;
            }
            if let Some(level) = block.heading() {
                under = Under { label, linked: block.linked, distance: 0.0, level: f32::from(level), ..under };
            }
        }
        let mut last = FAR;
        for (_, facts) in blocks {
            last = (last + 1.0).min(FAR);
            self.since.push(last);
            if facts.is_prose {
                last = 0.0;
            }
        }
        self.until = vec![FAR; blocks.len()];
        let mut next = FAR;
        for (at, (_, facts)) in blocks.iter().enumerate().rev() {
            next = (next + 1.0).min(FAR);
            self.until[at] = next;
            if facts.is_prose {
                next = 0.0;
            }
        }
        let of_main = |at: &usize| blocks[*at].1.is_prose && text.tree.containers[*at] == text.tree.main;
        if let (Some(first), Some(last)) = ((0..blocks.len()).find(of_main), (0..blocks.len()).rev().find(of_main)) {
            (self.first, self.last) = (first, last);
        }
    }
}

fn triples(grams: &[u64]) -> impl Iterator<Item = [u64; 3]> + '_ {
    grams.array_windows::<3>().copied()
}
