//! What a rendered feed says about itself.

use url::Url;

use super::outputs::{Output, Page};
use super::query::Query;
use super::template::Template;
use crate::config::{Content, Http};
use crate::model::Hash128;

/// The shape an output is asked for in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Atom 1.0, RFC 4287.
    Atom,
    /// RSS 2.0.
    Rss,
    /// JSON Feed 1.1.
    Json,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Atom, Self::Rss, Self::Json];

    /// As in addresses and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Atom => "atom",
            Self::Rss => "rss",
            Self::Json => "json",
        }
    }

    /// The format of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Its `Content-Type`: FreshRSS and others refuse anything less exact.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Atom => "application/atom+xml; charset=utf-8",
            Self::Rss => "application/rss+xml; charset=utf-8",
            Self::Json => "application/feed+json; charset=utf-8",
        }
    }

    /// The same without parameters, as links name it.
    pub fn media_type(self) -> &'static str {
        self.content_type().split(';').next().unwrap_or_default()
    }
}

/// A feed as it is written: everything but its items.
#[derive(Clone, Debug, PartialEq)]
pub struct Channel {
    /// Permanent `urn:uuid:`, from the public address (if one is set), the output's name and what the query narrows it to:
    /// two people's `all` are two feeds, and `all?tag=rust` is not `all`.
    pub id: String,
    /// For people.
    pub title: String,
    /// One line for people.
    pub description: String,
    /// Our front page.
    pub home: String,
    /// How much text.
    pub content: Content,
    /// Address of this very document, without its extension.
    path: String,
    /// Queries of this document, of the page after it, of the archive before it, and where it is an archive of the newest document.
    query: String,
    next: Option<String>,
    archive: Option<String>,
    current: Option<String>,
    /// Tells subscribers what is new (WebSub).
    hub: Option<String>,
    template: Template,
}

impl Channel {
    /// What `output`, asked with `query`, says of itself when it shows `page`.
    pub fn new(http: &Http, base: &str, output: &Output, query: &Query, page: &Page) -> Self {
        let narrowed = query.described();
        let subject = if narrowed.is_empty() { output.name.clone() } else { format!("{} ({narrowed})", output.name) };
        let identity = format!("feedmux output\n{}\n{}\n{}", http.public_url.trim_end_matches('/'), output.name, query.identity());
        Self {
            id: Hash128::of(identity.as_bytes()).urn(),
            title: format!("feedmux: {subject}"),
            description: format!("Many feeds merged into one, every story once: {subject}"),
            home: format!("{base}/"),
            content: output.content,
            path: format!("{base}/feeds/{}", output.name),
            query: query.to_string(),
            next: page.next.map(|next| Query { before: Some(next), ..query.clone() }.to_string()),
            archive: page.prev_archive.map(|end| Query { archive: Some(end), ..query.clone() }.to_string()),
            current: page.is_archive.then(|| Query { archive: None, ..query.clone() }.to_string()),
            // It is told of the plain feeds alone, and could not read what asks for a token.
            hub: Some(&http.hub).filter(|hub| !hub.is_empty() && *query == Query::default() && output.token.is_empty()).cloned(),
            template: output.template.clone(),
        }
    }

    /// Address of this document in `format`: never with a token in it, since documents are shared.
    pub fn address(&self, format: Format) -> String {
        self.with(format, &self.query)
    }

    /// Address of the page after this one (RFC 5005 section 3).
    pub fn next(&self, format: Format) -> Option<String> {
        self.next.as_ref().map(|query| self.with(format, query))
    }

    /// Address of the archive before this document (RFC 5005 section 4).
    pub fn prev_archive(&self, format: Format) -> Option<String> {
        self.archive.as_ref().map(|query| self.with(format, query))
    }

    /// Address of the newest document, where this is an archive.
    pub fn current(&self, format: Format) -> Option<String> {
        self.current.as_ref().map(|query| self.with(format, query))
    }

    /// Whether the entries of this document stay.
    pub fn is_archive(&self) -> bool {
        self.current.is_some()
    }

    /// The other documents need the token, too, where it came in the address: a reader follows these links as they stand.
    pub(super) fn kept_token(mut self, token: Option<&str>) -> Self {
        if let Some(token) = token {
            for query in [&mut self.next, &mut self.archive, &mut self.current].into_iter().flatten() {
                *query = url::form_urlencoded::Serializer::new(std::mem::take(query)).append_pair("token", token).finish();
            }
        }
        self
    }

    /// The links to the other documents of this feed, by relation (RFC 5005).
    pub(super) fn links(&self, format: Format) -> Vec<(&'static str, String)> {
        let links = [("next", self.next(format)), ("prev-archive", self.prev_archive(format)), ("current", self.current(format))];
        links.into_iter().filter_map(|(rel, link)| Some((rel, link?))).collect()
    }

    /// The same without a hub: nobody tells one of it.
    pub(super) fn unannounced(mut self) -> Self {
        self.hub = None;
        self
    }

    /// The hub that tells of changes of this document (W3C WebSub section 4).
    pub fn hub(&self) -> Option<&str> {
        self.hub.as_deref()
    }

    /// Title of an item by the output's template.
    pub(super) fn title_of<'a>(&self, shown: &'a super::fold::Shown) -> std::borrow::Cow<'a, str> {
        self.template.title(shown)
    }

    fn with(&self, format: Format, query: &str) -> String {
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}.{}{mark}{query}", self.path, format.name())
    }
}

/// The document in `format`: the same bytes for the same channel and items, whenever it is written.
pub fn render(format: Format, channel: &Channel, items: &[super::fold::Shown]) -> Vec<u8> {
    match format {
        Format::Atom => super::atom::render(channel, items),
        Format::Rss => super::rss::render(channel, items),
        Format::Json => super::json_feed::render(channel, items),
    }
}

/// Where readers reach us, without a slash at its end: the public address, else the first TCP listener.
pub fn base(http: &Http) -> String {
    if !http.public_url.is_empty() {
        return http.public_url.trim_end_matches('/').to_owned();
    }
    let tcp = http.listen.iter().find(|listen| !listen.starts_with("unix:") && *listen != "systemd");
    // A wildcard is no address to go to; whoever serves the network sets public_url.
    let address = tcp.map(|listen| listen.replace("0.0.0.0", "127.0.0.1").replace("[::]", "[::1]"));
    let base = format!("http://{}", address.unwrap_or_else(|| "localhost".to_owned()));
    if Url::parse(&base).is_ok() { base } else { "http://localhost".to_owned() }
}

/// The language that all of `items` share: a feed of several names none.
pub(super) fn common_language(items: &[super::fold::Shown]) -> Option<&str> {
    let first = items.first()?.lead.lang.as_deref().and_then(super::xml::language)?;
    items.iter().all(|one| one.lead.lang.as_deref() == Some(first)).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(public_url: &str, query: Query) -> Channel {
        let http = Http { public_url: public_url.to_owned(), ..Http::default() };
        let outputs = crate::exporter::Outputs::compile(&crate::config::Config::default()).unwrap();
        Channel::new(&http, &base(&http), outputs.get("all").unwrap(), &query, &Page::default())
    }

    #[test]
    fn a_feed_is_called_by_what_it_shows() {
        let tag = || Query { tag: Some("a b".to_owned()), ..Query::default() };
        let plain = channel("", Query::default());
        assert_eq!(plain.id, channel("", Query { limit: Some(5), ..Query::default() }).id, "how much of it is no other feed");
        assert_ne!(plain.id, channel("", tag()).id);
        assert_ne!(plain.id, channel("https://f.example", Query::default()).id);
        assert_eq!(plain.id, "urn:uuid:939b7e48-5c34-8ab0-b412-5eb8964a58ca", "it must never change");
        assert_eq!(channel("", tag()).address(Format::Rss), "http://127.0.0.1:8484/feeds/all.rss?tag=a+b");
    }

    #[test]
    fn the_base_is_where_a_reader_may_go() {
        let check = |public_url: &str, listen: &[&str], expected: &str| {
            let listen = listen.iter().map(|&listen| listen.to_owned()).collect();
            assert_eq!(base(&Http { public_url: public_url.to_owned(), listen, ..Http::default() }), expected);
        };
        check("", &["127.0.0.1:8484"], "http://127.0.0.1:8484");
        check("https://f.example/x/", &["127.0.0.1:8484"], "https://f.example/x");
        check("", &["unix:/run/f.sock", "0.0.0.0:80"], "http://127.0.0.1:80");
        check("", &["[::]:8484"], "http://[::1]:8484");
        check("", &["systemd"], "http://localhost");
    }
}
