//! `[[rule]]`: what no output shows. Evaluated over stored entries, so a rule works backwards and can be taken back.

use super::filter::{self, Filter};
use crate::config;
use crate::model::Item;

/// All rules, compiled.
#[derive(Clone, Debug, Default)]
pub struct Rules(Vec<Rule>);

#[derive(Clone, Debug)]
struct Rule {
    name: String,
    when: Filter,
}

impl Rules {
    /// Compiles the rules. That each says `when` and what `then` is checked where the configuration is read.
    ///
    /// # Errors
    /// An expression that cannot be understood: one line that names the rule and the remedy.
    pub fn compile(rules: &[config::Rule]) -> Result<Self, String> {
        let compiled = rules.iter().enumerate().map(|(at, rule)| {
            let name = if rule.name.is_empty() { format!("rule {}", at + 1) } else { format!("rule {:?}", rule.name) };
            let when = filter::compile(&rule.when).map_err(|e| format!("{name}: when: {e}"))?;
            let shown = if rule.name.is_empty() { name } else { rule.name.clone() };
            Ok(Rule { name: shown, when })
        });
        compiled.collect::<Result<_, _>>().map(Self)
    }

    /// Name of the rule that drops `item`, if one does.
    pub fn dropped_by(&self, item: &Item) -> Option<&str> {
        self.0.iter().find(|rule| rule.when.matches(item)).map(|rule| rule.name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exporter::fake::item;

    fn rule(name: &str, when: &str, then: &str) -> config::Rule {
        config::Rule { name: name.to_owned(), when: when.to_owned(), then: then.to_owned() }
    }

    #[test]
    fn the_first_rule_that_holds_is_named() {
        let rules =
            Rules::compile(&[rule("a", "title:nothing", "drop"), rule("", "title:title", "drop"), rule("c", "tag:news", "drop")]);
        let rules = rules.unwrap();
        assert_eq!(rules.dropped_by(&item(1)), Some("rule 2"));
        let mut other = item(1);
        other.title.clear();
        assert_eq!(rules.dropped_by(&other), Some("c"));
        other.tags.clear();
        assert_eq!(rules.dropped_by(&other), None);
    }

    #[test]
    fn mistakes_name_the_rule() {
        let check = |rule: config::Rule, error: &str| assert_eq!(Rules::compile(&[rule]).unwrap_err(), error);
        check(
            rule("ads", "title", "drop"),
            "rule \"ads\": when: column 6: expected \":\", \"=\" or \"~\" after title, e.g. title:\"...\"",
        );
    }
}
