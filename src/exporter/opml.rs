//! OPML 2.0 of the subscriptions.

use std::collections::HashMap;

use url::Url;

use super::xml::{Xml, web};
use crate::config::lists::NAMESPACE;
use crate::config::{Feed, overrides};
use crate::model::{FeedRow, FeedState};

/// One line of the list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Subscription {
    /// Polled address.
    pub url: String,
    /// Title.
    pub title: String,
    /// The site.
    pub site_url: Option<String>,
    /// The user's tags; the first one is the folder.
    pub tags: Vec<String>,
    /// Whether it is paused.
    pub paused: bool,
    /// What this feed says differently from the configuration's defaults (`priority`, `interval`, `scrape` ...): names and values
    /// of attributes in our namespace. Headers and credentials have no place here.
    pub settings: Vec<(&'static str, String)>,
}

impl From<&FeedRow> for Subscription {
    fn from(row: &FeedRow) -> Self {
        Self {
            // elsewhere the subscription begins as it did here
            url: row.listed_url.as_ref().unwrap_or(&row.url).clone(),
            title: row.title.clone(),
            site_url: row.site_url.clone(),
            tags: row.tags.clone(),
            paused: row.state == FeedState::Paused && row.merged_into.is_none(),
            settings: Vec::new(),
        }
    }
}

impl Subscription {
    /// Adds what `feed` says differently from the defaults. Headers and credentials are never written.
    pub fn set(&mut self, feed: &Feed) {
        self.settings = overrides::of(feed);
        if feed.priority != 0 {
            self.settings.insert(0, ("priority", feed.priority.to_string()));
        }
    }
}

/// Adds the settings of the `[[feed]]` tables to the subscriptions they belong to.
pub fn declare(subscriptions: &mut [Subscription], feeds: &[Feed]) {
    let by_url: HashMap<&str, &Feed> = feeds.iter().map(|feed| (feed.url.as_str(), feed)).collect();
    for subscription in subscriptions {
        if let Some(feed) = by_url.get(subscription.url.as_str()) {
            subscription.set(feed);
        }
    }
}

/// Writes the list. Feeds lie in the folder of their first tag, folders and feeds sorted; `category` carries all tags.
pub fn write(subscriptions: &[Subscription]) -> Vec<u8> {
    let mut sorted: Vec<&Subscription> = subscriptions.iter().collect();
    sorted.sort_by(|a, b| (a.tags.first(), &a.title, &a.url).cmp(&(b.tags.first(), &b.title, &b.url)));
    let mut xml = Xml::new();
    xml.open("opml", &[("version", "2.0"), ("xmlns:feedmux", NAMESPACE)]);
    xml.open("head", &[]);
    xml.text("title", &[], "feedmux subscriptions");
    xml.close("head");
    xml.open("body", &[]);
    for folder in sorted.chunk_by(|a, b| a.tags.first() == b.tags.first()) {
        let name = folder.first().and_then(|one| one.tags.first());
        if let Some(name) = name {
            xml.open("outline", &[("text", name), ("title", name)]);
        }
        for one in folder {
            outline(&mut xml, one);
        }
        if name.is_some() {
            xml.close("outline");
        }
    }
    xml.close("body");
    xml.close("opml");
    xml.finish()
}

fn outline(xml: &mut Xml, one: &Subscription) {
    let url = without_credentials(&one.url);
    let title = if one.title.is_empty() { &url } else { &one.title };
    let categories = one.tags.iter().map(|tag| tag.replace(',', " ")).collect::<Vec<_>>().join(",");
    let mut attributes = vec![("type", "rss"), ("text", title.as_str()), ("title", title.as_str()), ("xmlUrl", url.as_str())];
    let site = one.site_url.as_deref().and_then(web);
    attributes.extend(site.as_deref().map(|site| ("htmlUrl", site)));
    if !categories.is_empty() {
        attributes.push(("category", &categories));
    }
    let named: Vec<(String, &str)> = one.settings.iter().map(|(name, value)| (format!("feedmux:{name}"), value.as_str())).collect();
    attributes.extend(named.iter().map(|(name, value)| (name.as_str(), *value)));
    if one.paused {
        attributes.push(("feedmux:paused", "true"));
    }
    xml.empty("outline", &attributes);
}

/// Stored addresses have no userinfo; this is the last door before a list is given away.
fn without_credentials(address: &str) -> String {
    match Url::parse(address) {
        Ok(mut url) if !url.username().is_empty() || url.password().is_some() => {
            url.set_username("").and_then(|()| url.set_password(None)).map(|()| url.to_string()).unwrap_or_default()
        }
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exporter::fake::feed;

    fn body(subscriptions: &[Subscription]) -> String {
        let text = String::from_utf8(write(subscriptions)).unwrap();
        let (_, rest) = text.split_once("<body>").unwrap();
        rest.split_once("</body>").unwrap().0.lines().map(str::trim).collect::<Vec<_>>().join("\n").trim().to_owned()
    }

    #[test]
    fn the_first_tag_is_the_folder_and_all_are_categories() {
        let mut rows = [feed(1), feed(2), feed(3)];
        rows[0].tags = vec!["news".to_owned(), "a,b".to_owned()];
        rows[1].tags = vec!["news".to_owned()];
        rows[1].title = "<Best> & \"only\"".to_owned();
        rows[2].site_url = Some("javascript:alert(1)".to_owned());
        let subscriptions: Vec<Subscription> = rows.iter().map(Subscription::from).collect();
        let expected = r#"<outline type="rss" text="Feed 3" title="Feed 3" xmlUrl="https://site3.example/feed"/>
<outline text="news" title="news">
<outline type="rss" text="&lt;Best&gt; &amp; &quot;only&quot;" title="&lt;Best&gt; &amp; &quot;only&quot;" xmlUrl="https://site2.example/feed" htmlUrl="https://site2.example/" category="news"/>
<outline type="rss" text="Feed 1" title="Feed 1" xmlUrl="https://site1.example/feed" htmlUrl="https://site1.example/" category="news,a b"/>
</outline>"#;
        assert_eq!(body(&subscriptions), expected);
    }

    #[test]
    fn own_settings_are_written_and_secrets_never() {
        let mut row = feed(1);
        row.state = FeedState::Paused;
        row.site_url = None;
        row.url = "https://user:pa55@site1.example/feed".to_owned();
        let settings = vec![("priority", "10".to_owned()), ("interval", "90s".to_owned()), ("scrape", "never".to_owned())];
        let one = Subscription { settings, ..Subscription::from(&row) };
        let expected = concat!(
            r#"<outline type="rss" text="Feed 1" title="Feed 1" xmlUrl="https://site1.example/feed" feedmux:priority="10" "#,
            r#"feedmux:interval="90s" feedmux:scrape="never" feedmux:paused="true"/>"#
        );
        assert_eq!(body(&[one]), expected);
    }

    #[test]
    fn an_empty_list_is_a_list() {
        assert_eq!(body(&[]), "");
    }
}
