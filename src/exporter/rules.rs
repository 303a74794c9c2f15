//! `[[rule]]`: what outputs make of entries. Evaluated over stored entries, so a rule works backwards and can be taken back.

use std::borrow::Cow;

use jiff::Timestamp;
use regex::Regex;

use super::filter::{self, Filter, FilterError};
use crate::config::{self, Then};
use crate::model::Item;

/// Longest title that a rule makes, in bytes.
const MAX_TITLE_BYTES: usize = 1 << 10;

/// All rules, compiled, in the order of the configuration.
#[derive(Clone, Debug, Default)]
pub struct Rules(Vec<Rule>);

/// One rule, compiled.
#[derive(Clone, Debug)]
pub struct Rule {
    name: String,
    when: Filter,
    then: Action,
}

#[derive(Clone, Debug)]
enum Action {
    Drop,
    Tag(String),
    Title(Regex, String),
    Boost(i64),
    Mute,
}

/// What is wrong with a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleError {
    /// Its condition.
    When(FilterError),
    /// The regular expression of a title: one line.
    Find(String),
}

impl std::fmt::Display for RuleError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::When(error) => write!(f, "when: {error}"),
            Self::Find(error) => write!(f, "find: {error}"),
        }
    }
}

impl std::error::Error for RuleError {}

/// What the rules make of an item.
#[derive(Debug)]
pub struct Ruled<'a> {
    /// As outputs see it.
    pub item: Cow<'a, Item>,
    /// The rules that did something, in their order.
    pub by: Vec<&'a Rule>,
    /// Whether the last of them drops it.
    pub dropped: bool,
}

impl Rule {
    /// Compiles `rule`.
    ///
    /// # Errors
    /// An expression that cannot be understood.
    pub fn compile(rule: &config::Rule) -> Result<Self, RuleError> {
        let when = filter::compile(&rule.when).map_err(RuleError::When)?;
        let then = match &rule.then {
            Then::Drop => Action::Drop,
            Then::Tag(tag) => Action::Tag(tag.clone()),
            Then::Boost(by) => Action::Boost(*by),
            Then::Mute => Action::Mute,
            Then::Title => {
                let find = filter::regex(&rule.find, filter::MAX_REGEX_BYTES).map_err(RuleError::Find)?;
                Action::Title(find, rule.replace.clone())
            }
        };
        Ok(Self { name: rule.name.clone(), when, then })
    }

    /// What the user calls it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether its condition holds for an item, whatever rules before it made of that.
    pub fn asks_for(&self, item: &Item, now: Timestamp) -> bool {
        self.when.matches(item, now)
    }

    /// What it does to an entry, for people: `drops it`.
    pub fn does(&self) -> String {
        match &self.then {
            Action::Drop => "drops it".to_owned(),
            Action::Mute => "mutes it".to_owned(),
            Action::Tag(tag) => format!("tags it {tag}"),
            Action::Title(..) => "rewrites its title".to_owned(),
            Action::Boost(by) => format!("boosts it by {by}"),
        }
    }
}

impl Rules {
    /// Compiles the rules.
    ///
    /// # Errors
    /// The first that cannot be understood: its number, from 0, and why.
    pub fn compile(rules: &[config::Rule]) -> Result<Self, (usize, RuleError)> {
        let compiled = rules.iter().enumerate().map(|(n, rule)| Rule::compile(rule).map_err(|error| (n, error)));
        compiled.collect::<Result<_, _>>().map(Self)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.0.iter()
    }

    /// What the rules make of `item` at `now`, one after the other: each sees what those before it did, and none comes after a drop.
    pub fn apply<'a>(&'a self, item: &'a Item, now: Timestamp) -> Ruled<'a> {
        let mut ruled = Ruled { item: Cow::Borrowed(item), by: Vec::new(), dropped: false };
        for rule in &self.0 {
            if !rule.asks_for(&ruled.item, now) {
                continue;
            }
            match &rule.then {
                Action::Drop => {
                    ruled.by.push(rule);
                    ruled.dropped = true;
                    break;
                }
                Action::Tag(tag) if ruled.item.tags.contains(tag) => continue,
                Action::Tag(tag) => ruled.item.to_mut().tags.push(tag.clone()),
                Action::Title(find, replace) => match find.replace_all(&ruled.item.title, replace.as_str()) {
                    Cow::Borrowed(_) => continue,
                    Cow::Owned(made) => ruled.item.to_mut().title = one_line(&made),
                },
                Action::Boost(by) => {
                    let item = ruled.item.to_mut();
                    item.source.priority = item.source.priority.saturating_add(*by);
                }
                Action::Mute => ruled.item.to_mut().muted = true,
            }
            ruled.by.push(rule);
        }
        ruled
    }

    /// Whether a rule asks for the text of items.
    pub fn read_text(&self) -> bool {
        self.0.iter().any(|rule| rule.when.reads_text())
    }

    /// Whether what they do changes with time.
    pub fn read_clock(&self) -> bool {
        self.0.iter().any(|rule| rule.when.reads_clock())
    }

    /// Whether one of them gives items a tag, which the store then does not know.
    pub fn give_tags(&self) -> bool {
        self.0.iter().any(|rule| matches!(rule.then, Action::Tag(_)))
    }
}

/// Of bearable length, whatever `$1` repeats.
fn one_line(made: &str) -> String {
    let line = made.split_whitespace().collect::<Vec<_>>().join(" ");
    super::text::cut_bytes(&line, MAX_TITLE_BYTES).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exporter::fake::{at, item};

    fn rule(name: &str, when: &str, then: Then) -> config::Rule {
        config::Rule { name: name.to_owned(), when: when.to_owned(), then, ..config::Rule::default() }
    }

    fn titles(find: &str, replace: &str) -> config::Rule {
        config::Rule { find: find.to_owned(), replace: replace.to_owned(), ..rule("t", "title ~ .", Then::Title) }
    }

    fn compiled(rules: &[config::Rule]) -> Rules {
        Rules::compile(rules).unwrap()
    }

    fn names<'a>(ruled: &Ruled<'a>) -> Vec<&'a str> {
        ruled.by.iter().map(|rule| rule.name()).collect()
    }

    #[test]
    fn the_rules_that_did_something_are_named_up_to_the_drop() {
        let rules = compiled(&[
            rule("a", "title:nothing", Then::Drop),
            rule("b", "title:title", Then::Mute),
            rule("c", "tag:news", Then::Drop),
            rule("d", "tag:news", Then::Mute),
        ]);
        let item = item(1);
        let ruled = rules.apply(&item, at(1));
        assert_eq!((names(&ruled), ruled.dropped), (vec!["b", "c"], true));
    }

    #[test]
    fn each_rule_sees_what_those_before_it_did() {
        let check = |rules: &[config::Rule], expected: &[&str]| {
            let (rules, item) = (compiled(rules), item(1));
            assert_eq!(names(&rules.apply(&item, at(1))), expected);
        };
        let (tag, by_tag) = (|| rule("tag", "title:title", Then::Tag("ad".to_owned())), || rule("by tag", "tag:ad", Then::Drop));
        check(&[tag(), by_tag()], &["tag", "by tag"]);
        check(&[by_tag(), tag()], &["tag"]);
        check(&[tag(), tag()], &["tag"]);
        check(&[titles("nothing", "x")], &[]);
    }

    #[test]
    fn an_item_changes_as_the_rule_says_and_no_other_way() {
        let check = |rule: config::Rule, change: fn(&mut Item)| {
            let (rules, before) = (compiled(&[rule]), item(1));
            let mut expected = item(1);
            change(&mut expected);
            assert_eq!(*rules.apply(&before, at(1)).item, expected);
        };
        check(rule("", "tag:other", Then::Mute), |_| {});
        check(rule("", "tag:news", Then::Mute), |item| item.muted = true);
        check(rule("", "tag:news", Then::Boost(5)), |item| item.source.priority = 5);
        check(rule("", "tag:news", Then::Boost(-5)), |item| item.source.priority = -5);
        check(rule("", "tag:news", Then::Tag("x".to_owned())), |item| item.tags.push("x".to_owned()));
        check(rule("", "tag:news", Then::Tag("news".to_owned())), |_| {});
        check(titles("^Title ", ""), |item| item.title = "1".to_owned());
        check(titles("Title (\\d)", "No. $1"), |item| item.title = "No. 1".to_owned());
        check(titles("nothing", "x"), |_| {});
        check(titles("1$", "a\nb"), |item| item.title = "Title a b".to_owned());
    }

    #[test]
    fn a_title_does_not_grow_without_end() {
        let (rules, item) = (compiled(&[titles("", &"ü".repeat(999))]), item(1));
        let made = rules.apply(&item, at(1)).item.into_owned().title;
        assert!(made.len() <= MAX_TITLE_BYTES && made.len() > MAX_TITLE_BYTES - 4);
    }

    #[test]
    fn mistakes_are_told_by_their_key() {
        let check = |rule: config::Rule, expected: &str| {
            let (number, error) = Rules::compile(&[super::tests::rule("", "tag:a", Then::Drop), rule]).unwrap_err();
            assert_eq!((number, error.to_string().as_str()), (1, expected));
        };
        check(rule("ads", "title", Then::Drop), "when: column 6: expected \":\", \"=\" or \"~\" after title, e.g. title:\"...\"");
        check(titles("a(", ""), "find: unclosed group");
    }
}
