//! The configured outputs, compiled: `all` and the named ones.

use super::Shelf;
use super::channel::{Channel, Format, base, render};
use super::filter::{self, Filter};
use super::fold::Shown;
use super::gather;
use super::query::{Cursor, Query};
use super::rules::Rules;
use super::template::Template;
use crate::config::{self, Config, Content, Http, Secret, Stories};
use crate::model::{Item, Order};

/// What can be subscribed to.
#[derive(Clone, Debug)]
pub struct Outputs {
    outputs: Vec<Output>,
    rules: Rules,
    http: Http,
    base: String,
}

/// One output, compiled.
#[derive(Clone, Debug)]
pub struct Output {
    /// `/feeds/NAME.atom`.
    pub name: String,
    /// Items in a page.
    pub items: usize,
    /// What becomes of stories with several entries.
    pub stories: Stories,
    /// Newest by what.
    pub order: Order,
    /// At so many feeds a folded story moves to the top, once; 0: never.
    pub resurface: usize,
    /// How much text.
    pub content: Content,
    /// Asked of readers of this output.
    pub token: Secret,
    pub(super) filter: Filter,
    pub(super) template: Template,
}

/// What one request shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// Newest first.
    pub shown: Vec<Shown>,
    /// Where the next page begins, if there may be more.
    pub next: Option<Cursor>,
}

impl Outputs {
    /// Compiles all outputs and rules. `all` comes first unless it is configured itself. Names and numbers were checked where the
    /// configuration was read.
    ///
    /// # Errors
    /// An expression or title that cannot be understood: one line that names the output or rule, the key and the remedy.
    pub fn compile(config: &Config) -> Result<Self, String> {
        let mut outputs: Vec<Output> = Vec::with_capacity(config.outputs.len() + 1);
        if !config.outputs.iter().any(|output| output.name == "all") {
            outputs.push(Output::compile(&config::Output { name: "all".to_owned(), ..config::Output::default() })?);
        }
        for output in &config.outputs {
            outputs.push(Output::compile(output)?);
        }
        Ok(Self { outputs, rules: Rules::compile(&config.rules)?, http: config.http.clone(), base: base(&config.http) })
    }

    /// The output of that name.
    pub fn get(&self, name: &str) -> Option<&Output> {
        self.outputs.iter().find(|output| output.name == name)
    }

    /// All of them, in the order of the configuration.
    pub fn iter(&self) -> impl Iterator<Item = &Output> {
        self.outputs.iter()
    }

    /// The rules.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Where readers reach us, without a slash at its end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Whether `output` shows `item` at all.
    pub fn passes(&self, output: &Output, item: &Item) -> bool {
        self.rules.dropped_by(item).is_none() && output.filter.matches(item)
    }

    /// What `output` shows to `query`.
    ///
    /// # Errors
    /// What the shelf says.
    pub async fn page<S: Shelf>(&self, shelf: &S, output: &Output, query: &Query) -> Result<Page, String> {
        gather::page(shelf, output, query, |item| self.passes(output, item)).await
    }

    /// `output` as a document in `format`, and what it shows.
    ///
    /// # Errors
    /// What the shelf says.
    pub async fn render<S: Shelf>(
        &self,
        shelf: &S,
        output: &Output,
        format: Format,
        query: &Query,
    ) -> Result<(Vec<u8>, Vec<Shown>), String> {
        let page = self.page(shelf, output, query).await?;
        let channel = self.channel(output, query, page.next);
        Ok((render(format, &channel, &page.shown), page.shown))
    }

    /// What the document of `output` for `query` says of itself.
    pub fn channel(&self, output: &Output, query: &Query, next: Option<Cursor>) -> Channel {
        Channel::new(&self.http, &self.base, output, query, next)
    }
}

impl Output {
    fn compile(output: &config::Output) -> Result<Self, String> {
        let name = &output.name;
        let error = |what: String| format!("output {name:?}: {what}");
        Ok(Self {
            filter: filter::compile(&output.filter).map_err(|e| error(format!("where: {e}")))?,
            template: Template::compile(&output.title).map_err(error)?,
            name: name.clone(),
            items: output.items,
            stories: output.stories,
            order: output.order,
            resurface: output.resurface,
            content: output.content,
            token: output.token.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(name: &str) -> config::Output {
        config::Output { name: name.to_owned(), ..config::Output::default() }
    }

    fn compile(outputs: Vec<config::Output>) -> Result<Outputs, String> {
        Outputs::compile(&Config { outputs, ..Config::default() })
    }

    #[test]
    fn all_is_there_without_being_named_and_can_be_named() {
        let names = |outputs: Vec<config::Output>| compile(outputs).unwrap().iter().map(|o| o.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(vec![]), ["all"]);
        assert_eq!(names(vec![output("rust")]), ["all", "rust"]);
        assert_eq!(names(vec![output("rust"), output("all")]), ["rust", "all"]);
    }

    #[test]
    fn mistakes_name_the_output() {
        let check = |output: config::Output, error: &str| assert_eq!(compile(vec![output]).unwrap_err(), error);
        let named = |change: fn(&mut config::Output)| {
            let mut output = output("x");
            change(&mut output);
            output
        };
        check(
            named(|o| o.filter = "tag:a b".to_owned()),
            "output \"x\": where: column 7: \"b\" alone says nothing; write e.g. title:\"b\" or tag:\"b\"",
        );
        check(named(|o| o.title = "{x}".to_owned()), "output \"x\": title = \"{x}\": {x} is not known; use {source} and {title}");
    }
}
