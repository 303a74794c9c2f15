//! Titles by template: `{source}: {title}`.

use std::borrow::Cow;

use super::fold::Shown;
use super::text::cut;

/// Items without a title (notes, photographs) are called by so many characters of their text where a template asks for one.
const STAND_IN_CHARS: usize = 80;

/// How an output writes titles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Template(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Source,
    Title,
}

impl Template {
    /// Reads a template; the empty one means the title as it is.
    ///
    /// # Errors
    /// Names the placeholder that is not known.
    pub(super) fn compile(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or_else(|| format!("title = {text:?}: \"{{\" without \"}}\""))?;
            parts.push(Part::Text(before.to_owned()));
            parts.push(match name {
                "source" => Part::Source,
                "title" => Part::Title,
                other => return Err(format!("title = {text:?}: {{{other}}} is not known; use {{source}} and {{title}}")),
            });
            rest = after;
        }
        parts.push(Part::Text(rest.to_owned()));
        parts.retain(|part| *part != Part::Text(String::new()));
        Ok(Self(parts))
    }

    /// The title of `shown`.
    pub(super) fn title<'a>(&self, shown: &'a Shown) -> Cow<'a, str> {
        let lead = &shown.lead;
        if self.0.is_empty() {
            return Cow::Borrowed(&lead.title);
        }
        let of = |part: &'_ Part| match part {
            Part::Text(text) => text.clone(),
            Part::Source => lead.source.title.clone(),
            Part::Title if lead.title.is_empty() => cut(&lead.text, STAND_IN_CHARS).into_owned(),
            Part::Title => lead.title.clone(),
        };
        Cow::Owned(self.0.iter().map(of).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Stories;
    use crate::exporter::fake::item;
    use crate::exporter::fold::fold;
    use crate::model::Order;

    #[test]
    fn placeholders_are_filled_once() {
        let mut one = item(1);
        one.title = "On {source}".to_owned();
        let shown = &fold(&[&one], Stories::Fold, Order::Received, 0)[0];
        let check = |template: &str, expected: &str| assert_eq!(Template::compile(template).unwrap().title(shown), expected);
        check("", "On {source}");
        check("{source}: {title}", "Feed 1: On {source}");
        check("[{source}]", "[Feed 1]");
        check("x } y", "x } y");
    }

    #[test]
    fn an_entry_without_a_title_is_called_by_its_text() {
        let mut one = item(1);
        one.title.clear();
        one.text = "word ".repeat(100);
        let shown = &fold(&[&one], Stories::Fold, Order::Received, 0)[0];
        let title = Template::compile("{title}").unwrap().title(shown).into_owned();
        assert!(title.chars().count() <= STAND_IN_CHARS + 1 && title.ends_with("word…"), "{title}");
        assert_eq!(Template::default().title(shown), "", "without a template nothing is invented");
    }

    #[test]
    fn a_bad_template_says_what_is_wrong() {
        let check = |template: &str, part: &str| assert!(Template::compile(template).unwrap_err().contains(part));
        check("{titel}", "{titel} is not known; use {source} and {title}");
        check("{title", "\"{\" without \"}\"");
    }
}
