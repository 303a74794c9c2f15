//! Titles by template: `{source}: {title}`.

use std::borrow::Cow;

use super::fold::Shown;
use super::inert::inert;
use super::text::cut;

/// Items without a title (notes, photographs) are called by so many characters of their text where a template asks for one.
pub(super) const STAND_IN_CHARS: usize = 80;

/// How an output writes titles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Template(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Source,
    Title,
    Author,
    Lang,
    Feeds,
}

/// What is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TemplateError {
    /// In characters, from 1.
    pub(super) column: usize,
    /// What to write instead.
    pub(super) message: String,
}

impl Template {
    /// Reads a template; the empty one means the title as it is.
    ///
    /// # Errors
    /// Names the placeholder that is not known.
    pub(super) fn compile(text: &str) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let error = |message: String| {
                let read = text.len() - after.len() - 1;
                TemplateError { column: text.get(..read).unwrap_or_default().chars().count() + 1, message }
            };
            let (name, after) = after.split_once('}').ok_or_else(|| error("\"{\" without \"}\"".to_owned()))?;
            parts.push(Part::Text(before.to_owned()));
            parts.push(match name {
                "source" => Part::Source,
                "title" => Part::Title,
                "author" => Part::Author,
                "lang" => Part::Lang,
                "feeds" => Part::Feeds,
                other => {
                    let known = "{source}, {title}, {author}, {lang} and {feeds}";
                    return Err(error(format!("{{{other}}} is not known; there are {known}")));
                }
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
            Part::Title if lead.title.is_empty() => inert(&cut(&lead.text, STAND_IN_CHARS)).into_owned(),
            Part::Title => lead.title.clone(),
            Part::Author => lead.authors.first().unwrap_or(&lead.source.title).clone(),
            Part::Lang => lead.lang.clone().unwrap_or_default(),
            Part::Feeds => lead.story.feeds.to_string(),
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
        check("{author} ({lang}, {feeds})", "Author 1 (en, 1)");
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
        let check = |template: &str, column: usize, message: &str| {
            assert_eq!(Template::compile(template), Err(TemplateError { column, message: message.to_owned() }));
        };
        check("ü {titel}", 3, "{titel} is not known; there are {source}, {title}, {author}, {lang} and {feeds}");
        check("{title} {title", 9, "\"{\" without \"}\"");
    }
}
