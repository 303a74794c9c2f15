//! All phrases as one tree of characters.

use std::collections::VecDeque;
use std::ops::Range;

use super::Label;
use super::folded::Folded;
use super::notation::pieces;

/// Phrases to labels.
pub(super) struct Table {
    /// The root first, then level by level: what a line of a story looks at lies together, and the children of a node in order.
    nodes: Vec<Node>,
    rules: Vec<Rule>,
    /// The root's children by an ASCII letter, the root where there is none: most lines need no search among some hundred first letters.
    starts: Vec<u32>,
}

#[derive(Default)]
struct Node {
    letter: char,
    /// A bit for each letter that a child may have, so that most lines end here without a search.
    letters: u64,
    children: Range<u32>,
    /// Of the phrases that end here, or go on behind a hole.
    rules: Range<u32>,
}

/// What must follow, so that a phrase counts.
struct Rule {
    label: Label,
    /// How many characters each hole takes at most, and what follows it.
    holes: Box<[(usize, String)]>,
}

impl Table {
    pub(super) fn of(phrases: impl Iterator<Item = (Label, String)>) -> Self {
        let mut phrases: Vec<(Vec<char>, Rule)> = phrases
            .map(|(label, phrase)| {
                let (head, holes) = pieces(&phrase);
                let holes = holes.into_iter().map(|(most, then)| (most, spelled(then).collect())).collect();
                (spelled(head).collect(), Rule { label, holes })
            })
            .collect();
        phrases.sort_by(|a, b| a.0.cmp(&b.0));
        let (heads, rules): (Vec<_>, Vec<_>) = phrases.into_iter().unzip();
        let nodes = tree(&heads);
        let mut starts = vec![0; 128];
        for at in nodes.first().map(|root| root.children.clone()).unwrap_or_default() {
            if let Some(start) = nodes.get(at as usize).and_then(|node| starts.get_mut(node.letter as usize)) {
                *start = at;
            }
        }
        Self { nodes, rules, starts }
    }

    /// The strongest label of the phrases that `line` begins with.
    pub(super) fn find(&self, line: &str) -> Option<Label> {
        let mut chars = Folded::of(line);
        let mut node = self.start(chars.next()?)?;
        let mut found: Option<Label> = None;
        loop {
            for rule in part(&self.rules, &node.rules) {
                if found.is_none_or(|found| rule.label < found) && rule.holds(&chars) {
                    found = Some(rule.label);
                }
            }
            let Some(next) = chars.next().and_then(|c| self.child(node, c)) else { return found };
            node = next;
        }
    }

    fn start(&self, c: char) -> Option<&Node> {
        match self.starts.get(c as usize) {
            Some(at) => self.nodes.get(*at as usize).filter(|node| node.letter == c),
            None => self.child(self.nodes.first()?, c),
        }
    }

    fn child(&self, node: &Node, c: char) -> Option<&Node> {
        if node.letters & bit(c) == 0 {
            return None;
        }
        let children = part(&self.nodes, &node.children);
        children.binary_search_by_key(&c, |child| child.letter).ok().and_then(|at| children.get(at))
    }
}

/// The nodes of sorted phrases, each level behind the one above it.
fn tree(heads: &[Vec<char>]) -> Vec<Node> {
    let mut nodes = vec![Node::default()];
    let mut open = VecDeque::from([(0, 0..heads.len(), 0)]);
    while let Some((at, mut range, depth)) = open.pop_front() {
        let first_child = nodes.len() as u32;
        let first_rule = range.start as u32;
        range.start += heads[range.clone()].iter().take_while(|head| head.len() == depth).count();
        let rules = first_rule..range.start as u32;
        let mut letters = 0;
        for same in heads[range.clone()].chunk_by(|a, b| a.get(depth) == b.get(depth)) {
            let Some(letter) = same.first().and_then(|head| head.get(depth)) else { continue };
            open.push_back((nodes.len(), range.start..range.start + same.len(), depth + 1));
            range.start += same.len();
            letters |= bit(*letter);
            nodes.push(Node { letter: *letter, ..Node::default() });
        }
        let last_child = nodes.len() as u32;
        if let Some(node) = nodes.get_mut(at) {
            *node = Node { letter: node.letter, letters, children: first_child..last_child, rules };
        }
    }
    nodes
}

fn bit(letter: char) -> u64 {
    1 << (letter as u32 % u64::BITS)
}

fn part<'a, T>(all: &'a [T], range: &Range<u32>) -> &'a [T] {
    all.get(range.start as usize..range.end as usize).unwrap_or_default()
}

impl Rule {
    fn holds(&self, rest: &Folded<'_>) -> bool {
        if self.holes.is_empty() {
            return ends(self.label, rest.clone());
        }
        let rest: String = rest.clone().collect();
        fills(self.label, &self.holes, &rest)
    }
}

/// Whether what is left has `holes`, and then ends as it must.
fn fills(label: Label, holes: &[(usize, String)], rest: &str) -> bool {
    let Some(((most, then), more)) = holes.split_first() else { return ends(label, rest.chars()) };
    let places = rest.char_indices().map(|(at, _)| at).chain([rest.len()]).take(most + 1);
    places.filter_map(|at| rest.get(at..)?.strip_prefix(then.as_str())).any(|rest| fills(label, more, rest))
}

/// Whether a phrase of this kind may have `rest` behind it.
fn ends(label: Label, mut rest: impl Iterator<Item = char>) -> bool {
    match label {
        Label::Advertising | Label::Widget | Label::Section => closes(rest),
        Label::Teaser => leads(rest),
        Label::Prompt => rest.next().is_none_or(|c| !c.is_alphabetic() || is_unspaced(c)),
    }
}

/// A full stop, a bracket that closes, a count in brackets: not a bare number, which makes "Del 2" the heading of a story's second part.
fn closes(mut rest: impl Iterator<Item = char>) -> bool {
    let mut counts = false;
    rest.all(|c| {
        counts |= c == '(';
        matches!(c, '.' | ':' | '!' | ' ' | '(' | ')') || counts && c == '#'
    })
}

/// A colon, an arrow, a bar, or nothing. A hyphen parts only where a space is on a side: "Video-Beweis" is a word.
fn leads(mut rest: impl Iterator<Item = char>) -> bool {
    let first = rest.next();
    let spaced = first == Some(' ');
    match if spaced { rest.next() } else { first } {
        None => true,
        Some('-') => spaced || rest.next().is_none_or(|c| !c.is_alphanumeric()),
        Some(c) => {
            matches!(c, ':' | '»' | '«' | '>' | '›' | '|' | '+' | '→' | '←' | '►' | '▶' | '▸' | ']' | '】' | '〕' | '》' | '」')
        }
    }
}

/// Scripts that part no words, or hang endings on them: a prompt in them needs no word's end.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{0E00}'..='\u{0E7F}' | '\u{1100}'..='\u{11FF}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}')
}

/// As [`Folded`], with the space at its end, which parts it from what follows.
fn spelled(text: &str) -> impl Iterator<Item = char> {
    Folded::of(text).chain(text.ends_with(' ').then_some(' '))
}
