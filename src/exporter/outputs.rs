//! The configured outputs, compiled: `all` and the named ones.

use std::ops::Range;

use jiff::Timestamp;

use super::Shelf;
use super::archive;
use super::channel::{Channel, base};
use super::filter::{self, Filter};
use super::fold::Shown;
use super::found::{self, Found};
use super::gather;
use super::query::{Cursor, HOUR, MAX_LIMIT_RENDER, Query};
use super::rules::{RuleError, Ruled, Rules};
use super::status;
use super::template::Template;
use crate::clock;
use crate::config::{self, Config, Content, Http, Secret, Stories};
use crate::model::{Depth, Item, Order, Required, SearchQuery, Words};

/// What a search finds is looked up again so often.
const SEARCHED_AGAIN: std::time::Duration = std::time::Duration::from_secs(10);

/// What can be subscribed to.
#[derive(Clone, Debug)]
pub struct Outputs {
    outputs: Vec<Output>,
    /// What is wrong with feeds; not in the list, since it shows none of what the others do.
    status: Output,
    /// What hooks see, in the order of the configuration.
    hooks: Vec<Output>,
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
    /// What `where` says.
    pub condition: String,
    pub(super) filter: Filter,
    pub(super) template: Template,
}

/// An expression of the configuration that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// As [`config::Places`] calls it: `rule.0.when`.
    pub key: String,
    /// Where in the text, in characters, from 1.
    pub column: usize,
    /// Which output or rule, what is wrong and what to write instead: one line.
    pub what: String,
}

impl std::fmt::Display for Mistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: column {}: {}", self.key, self.column, self.what)
    }
}

impl std::error::Error for Mistake {}

/// What one request shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// Newest first.
    pub shown: Vec<Shown>,
    /// Where the next page begins, if there may be more.
    pub next: Option<Cursor>,
    /// The row before which the archive ends that comes before this document.
    pub prev_archive: Option<i64>,
    /// Whether this document is one.
    pub is_archive: bool,
}

impl Outputs {
    /// Compiles all outputs and rules. `all` comes first unless it is configured itself. Names and numbers were checked where the
    /// configuration was read.
    ///
    /// # Errors
    /// The first expression or title that cannot be understood.
    pub fn compile(config: &Config) -> Result<Self, Mistake> {
        let mut outputs: Vec<Output> = Vec::with_capacity(config.outputs.len() + 1);
        if !config.outputs.iter().any(|output| output.name == "all") {
            outputs.push(Output::compile("output", 0, &config::Output { name: "all".to_owned(), ..config::Output::default() })?);
        }
        for (number, output) in config.outputs.iter().enumerate() {
            outputs.push(Output::compile("output", number, output)?);
        }
        let rules = Rules::compile(&config.rules).map_err(|(number, error)| {
            let name = config.rules.get(number).map_or("", |rule| rule.name.as_str());
            let (key, column, what) = match error {
                RuleError::When(error) => ("when", error.column, error.message),
                RuleError::Find(what) => ("find", 1, what),
            };
            Mistake { key: format!("rule.{number}.{key}"), column, what: format!("rule \"{name}\": {what}") }
        })?;
        // Who may read everything may know what is wrong with it.
        let token = outputs.iter().find(|output| output.name == "all").map_or_else(Secret::default, |all| all.token.clone());
        let status =
            Output::compile("output", 0, &config::Output { name: status::NAME.to_owned(), token, ..config::Output::default() })?;
        let hooks = config.hooks.iter().enumerate().map(|(number, hook)| {
            let (name, filter) = (hook.label(number), hook.filter.clone());
            Output::compile("hook", number, &config::Output { name, filter, content: hook.content, ..config::Output::default() })
        });
        let hooks = hooks.collect::<Result<_, _>>()?;
        Ok(Self { outputs, status, hooks, rules, http: config.http.clone(), base: base(&config.http) })
    }

    /// The output of that name, or the one that tells what is wrong with feeds.
    pub fn get(&self, name: &str) -> Option<&Output> {
        self.outputs.iter().chain([&self.status]).find(|output| output.name == name)
    }

    /// All of them, in the order of the configuration.
    pub fn iter(&self) -> impl Iterator<Item = &Output> {
        self.outputs.iter()
    }

    /// Those without a token of their own.
    pub fn open(&self) -> impl Iterator<Item = &Output> {
        self.outputs.iter().filter(|output| output.token.is_empty())
    }

    /// What the hook with this number in the configuration, from 0, sees.
    pub fn hook(&self, number: usize) -> Option<&Output> {
        self.hooks.get(number)
    }

    /// The rules.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Where readers reach us, without a slash at its end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// What the rules make of `item` at `now`, and the outputs that let it pass: for people. A muted one they name in stories of others.
    pub fn judge<'a>(&'a self, item: &'a Item, now: Timestamp) -> (Ruled<'a>, Vec<&'a Output>) {
        let now = clock::floor(now, HOUR);
        let ruled = self.rules.apply(item, now);
        let passing = self.outputs.iter().filter(|output| self.passes(output, &ruled, now)).collect();
        (ruled, passing)
    }

    fn passes(&self, output: &Output, ruled: &Ruled<'_>, now: Timestamp) -> bool {
        !ruled.dropped && output.filter.matches(&ruled.item, now)
    }

    /// What `output` shows to `query` at `now`. Ages are counted from the full hour, so that the answer stays the same for a while.
    ///
    /// # Errors
    /// What the shelf says.
    pub async fn page<S: Shelf>(&self, shelf: &S, output: &Output, query: &Query, now: Timestamp) -> Result<Page, String> {
        if output.name == status::NAME {
            return status::page(shelf, &self.base, output, query, clock::floor(now, HOUR)).await;
        }
        let view = self.view(output, query, now);
        // Where time decides what is shown, the same rows do not show the same for long.
        let stays = self.moment(output, query, now).is_none();
        if let Some(end) = query.archive {
            return if stays { archive::page(shelf, &view, end).await } else { Ok(Page::default()) };
        }
        let mut page = gather::page(shelf, &view).await?;
        if page.next.is_some() && query.is_whole() && stays {
            page.prev_archive = archive::newest(shelf, &view, &page.shown).await?;
        }
        Ok(page)
    }

    /// What `output` lets pass at `now` of what `query` asks for. Ages are counted from the full hour.
    pub(super) fn view<'a>(&'a self, output: &'a Output, query: &'a Query, now: Timestamp) -> View<'a> {
        View { outputs: self, output, query, now: clock::floor(now, HOUR), within: None }
    }

    /// What the output `all` shows of what `query` finds, without the first `skip` hits.
    ///
    /// # Errors
    /// What the shelf says.
    pub async fn search<S: Shelf>(&self, shelf: &S, query: &SearchQuery, skip: usize) -> Result<Found, String> {
        let Some(output) = self.get("all") else { return Ok(Found::default()) };
        let everything = Query::default();
        let view = self.view(output, &everything, query.words.now);
        found::found(shelf, &view, query, skip).await
    }

    /// The moment of an answer made at `now`, where it may be another later although nothing is stored: ages are counted by the hour. The index
    /// that searches look at follows the store at its own pace.
    pub fn moment(&self, output: &Output, query: &Query, now: Timestamp) -> Option<Timestamp> {
        let reads_clock = output.filter.reads_clock() || self.rules.read_clock() || query.reads_clock();
        let step = if query.q.is_some() { Some(SEARCHED_AGAIN) } else { reads_clock.then_some(HOUR) };
        step.map(|step| clock::floor(now, step))
    }

    /// What the document of `output` for `query` says of itself.
    pub fn channel(&self, output: &Output, query: &Query, page: &Page) -> Channel {
        let mut channel = Channel::new(&self.http, &self.base, output, query, page);
        if output.name == status::NAME {
            channel = channel.unannounced();
            status::DESCRIPTION.clone_into(&mut channel.description);
        }
        channel
    }
}

/// One question to one output.
pub(super) struct View<'a> {
    outputs: &'a Outputs,
    pub(super) output: &'a Output,
    pub(super) query: &'a Query,
    now: Timestamp,
    /// Only these rows.
    within: Option<Range<i64>>,
}

impl View<'_> {
    /// The same of a part of the store.
    pub(super) fn within(&self, rows: Range<i64>) -> Self {
        Self { within: Some(rows), ..*self }
    }

    /// Items in a document.
    pub(super) fn limit(&self) -> usize {
        self.query.limit.unwrap_or(self.output.items).clamp(1, MAX_LIMIT_RENDER)
    }

    /// What becomes of stories with several entries.
    pub(super) fn stories(&self) -> Stories {
        self.query.stories.unwrap_or(self.output.stories)
    }

    /// The item as it is shown, if it passes everything.
    pub(super) fn take(&self, item: Item) -> Option<Item> {
        let ruled = self.outputs.rules.apply(&item, self.now);
        let passes = self.outputs.passes(self.output, &ruled, self.now) && self.query.passes(&ruled.item, self.now);
        let is_within = self.within.as_ref().is_none_or(|rows| rows.contains(&archive::row(self, &ruled.item)));
        (passes && is_within).then(|| ruled.item.into_owned())
    }

    /// The item as the rules make it, whether it passes or not.
    pub(super) fn ruled(&self, item: &Item) -> Item {
        self.outputs.rules.apply(item, self.now).item.into_owned()
    }

    /// What the shelf may look up by itself. Tags that a rule gives are not in it.
    pub(super) fn needs(&self) -> Vec<Required> {
        let mut needs = self.output.filter.needs(self.now);
        needs.extend(self.query.needs(self.now));
        needs.extend(self.within.clone().map(|rows| archive::needs(self, rows)));
        needs.retain(|need| !matches!(need, Required::Tag(_)) || !self.outputs.rules.give_tags());
        needs
    }

    /// The line that is searched for.
    pub(super) fn words(&self) -> Option<Words> {
        self.query.q.as_ref().map(|typed| Words::new(typed, self.now))
    }

    /// How much of an item has to be read to know whether it passes.
    pub(super) fn depth(&self) -> Depth {
        let reads_text = self.output.filter.reads_text() || self.outputs.rules.read_text() || self.query.reads_text();
        if reads_text { Depth::Text } else { Depth::Head }
    }
}

impl Output {
    /// `list`: of which tables of the configuration it is.
    fn compile(list: &str, number: usize, output: &config::Output) -> Result<Self, Mistake> {
        let name = &output.name;
        let mistake = |key: &str, column: usize, what: String| Mistake {
            key: format!("{list}.{number}.{key}"),
            column,
            what: format!("{list} \"{name}\": {what}"),
        };
        Ok(Self {
            filter: filter::compile(&output.filter).map_err(|e| mistake("where", e.column, e.message))?,
            template: Template::compile(&output.title).map_err(|e| mistake("title", e.column, e.message))?,
            name: name.clone(),
            condition: output.filter.clone(),
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

    fn compile(outputs: Vec<config::Output>) -> Result<Outputs, Mistake> {
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
        let check = |output: config::Output, error: &str| assert_eq!(compile(vec![output]).unwrap_err().to_string(), error);
        let named = |change: fn(&mut config::Output)| {
            let mut output = output("x");
            change(&mut output);
            output
        };
        check(
            named(|o| o.filter = "tag:a b".to_owned()),
            "output.0.where: column 7: output \"x\": \"b\" alone says nothing; write e.g. title:\"b\" or tag:\"b\"",
        );
        check(
            named(|o| o.title = "a{x}".to_owned()),
            "output.0.title: column 2: output \"x\": {x} is not known; there are {source}, {title}, {author}, {lang} and {feeds}",
        );
        let hook = config::Hook { name: "x".to_owned(), filter: "tag".to_owned(), ..config::Hook::default() };
        let error = Outputs::compile(&Config { hooks: vec![hook], ..Config::default() }).unwrap_err();
        assert!(error.to_string().starts_with("hook.0.where: column 4: hook \"x\": expected"), "{error}");
    }
}
