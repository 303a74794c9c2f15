//! What the elements of a page hold: sums over the blocks below each of them.

use super::facts::Facts;
use crate::extractor::blocks::{Block, Blocks};

/// Characters from which a block counts for its container.
const SCORED: f32 = 25.0;
/// Generations above a container that get a share of its score.
const GENERATIONS: usize = 6;

/// Sums of one element.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sums {
    /// As readability scores a container: its blocks, half of its children's, less from below.
    pub(crate) score: f32,
    /// Weight of all text below it, of prose, of links, and of prose right in it.
    pub(crate) text: f32,
    pub(crate) prose: f32,
    pub(crate) linked: f32,
    pub(crate) direct: f32,
    /// Blocks below it, and those of prose.
    pub(crate) blocks: f32,
    pub(crate) proses: f32,
    /// The nearest `article` from here on upward.
    pub(crate) article: Option<usize>,
    /// Whether it, or what is around it, is the best container.
    pub(crate) in_best: bool,
    /// Steps up to the first element that the main container is in; the branch that leads there, and that element.
    pub(crate) steps: f32,
    pub(crate) branch: usize,
    pub(crate) meeting: usize,
}

/// The elements of a page with their sums.
pub(crate) struct Tree {
    /// As [`Blocks::holders`].
    pub(crate) sums: Vec<Sums>,
    /// The container of each block.
    pub(crate) containers: Vec<usize>,
    /// The best container by score, and the one that directly holds most prose.
    pub(crate) best: usize,
    pub(crate) main: usize,
    /// `article` elements, and the one with most prose.
    pub(crate) articles: f32,
    pub(crate) biggest: Option<usize>,
}

impl Tree {
    /// Sums up; `of` are the text blocks with their facts.
    pub(crate) fn new(page: &Blocks, of: &[(&Block, Facts)]) -> Self {
        let mut sums = vec![Sums::default(); page.holders.len().max(1)];
        let containers: Vec<usize> = of.iter().map(|(block, _)| container(page, block.holder)).collect();
        for ((block, facts), &container) in of.iter().zip(&containers) {
            let score = (1.0 + facts.commas + (facts.weight / 100.0).min(3.0)) * (1.0 - block.linked);
            if facts.weight >= SCORED {
                for (above, at) in page.chain(container).take(GENERATIONS).enumerate() {
                    #[allow(clippy::cast_precision_loss)] // below ten
                    let share = if above == 0 {
                        1.0
                    } else if above == 1 {
                        2.0
                    } else {
                        3.0 * above as f32
                    };
                    sums[at].score += score / share;
                }
            }
            let prose = if facts.is_prose { facts.weight } else { 0.0 };
            sums[container].direct += prose;
            let own = &mut sums[block.holder];
            own.text += facts.weight;
            own.prose += prose;
            own.linked += facts.weight * block.linked;
            own.blocks += 1.0;
            own.proses += f32::from(facts.is_prose);
        }
        // Children stand behind their parents.
        for at in (1..page.holders.len()).rev() {
            let (parent, child) = (page.holders[at].parent, sums[at].clone());
            let above = &mut sums[parent];
            above.text += child.text;
            above.prose += child.prose;
            above.linked += child.linked;
            above.blocks += child.blocks;
            above.proses += child.proses;
        }
        let best = most(&sums, |sums| sums.score * (1.0 - sums.linked / sums.text.max(1.0)));
        let main = most(&sums, |sums| sums.direct);
        let articles: Vec<usize> = (0..page.holders.len()).filter(|&at| page.holders[at].name == "article").collect();
        let biggest = articles.iter().copied().reduce(|a, b| if sums[b].prose > sums[a].prose { b } else { a });
        #[allow(clippy::cast_precision_loss)] // bounded by the nodes of a page
        let count = articles.len() as f32;
        let mut tree = Self { sums, containers, best, main, articles: count, biggest };
        tree.descend(page);
        tree
    }

    /// What an element has from those above it.
    fn descend(&mut self, page: &Blocks) {
        let mut holds_main = vec![false; self.sums.len()];
        for at in page.chain(self.main) {
            holds_main[at] = true;
        }
        for at in 0..page.holders.len() {
            let (parent, is_root) = (page.holders[at].parent, at == 0);
            let above = self.sums[parent].clone();
            let own = &mut self.sums[at];
            own.in_best = at == self.best || (!is_root && above.in_best);
            own.article = if page.holders[at].name == "article" { Some(at) } else { above.article };
            (own.steps, own.branch, own.meeting) = if holds_main[at] || is_root {
                (0.0, at, at)
            } else if holds_main[parent] {
                (1.0, at, parent)
            } else {
                (above.steps + 1.0, above.branch, above.meeting)
            };
        }
    }

    /// Whether an element is in the biggest `article`.
    pub(crate) fn in_biggest(&self, page: &Blocks, element: usize) -> bool {
        self.biggest.is_some_and(|biggest| page.chain(element).any(|at| at == biggest))
    }
}

fn container(page: &Blocks, holder: usize) -> usize {
    const CONTAINERS: &[&str] = &["div", "section", "article", "td", "body", "main", "center"];
    let Some(own) = page.holders.get(holder) else { return 0 };
    if CONTAINERS.contains(&own.name.as_str()) { holder } else { own.parent }
}

/// The first of those with the most.
fn most(sums: &[Sums], of: impl Fn(&Sums) -> f32) -> usize {
    let mut best = 0;
    for (at, candidate) in sums.iter().enumerate() {
        if of(candidate) > of(&sums[best]) {
            best = at;
        }
    }
    best
}
