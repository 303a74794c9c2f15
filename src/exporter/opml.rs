//! OPML 2.0 of the subscriptions.

use std::collections::HashMap;

use url::Url;

use super::xml::{Xml, web};
use crate::config::lists::{ListedFeed, NAMESPACE, categories};
use crate::config::{Feed, feeds, overrides};
use crate::model::{FeedRow, FeedState};

/// One line of the list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Subscription {
    /// Polled address.
    pub url: String,
    /// Title.
    pub title: String,
    /// Whether that is how the feed calls itself, so that it follows when its publisher gives it another.
    pub title_is_own: bool,
    /// The site.
    pub site_url: Option<String>,
    /// The user's tags.
    pub tags: Vec<String>,
    /// How many of the tags, from the first, are the folders it lies in, one in the other; `None`: the first.
    pub folders: Option<usize>,
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
            ..Self::default()
        }
    }
}

/// A line that was read, to be written again.
impl From<&ListedFeed> for Subscription {
    fn from(ListedFeed { feed, paused, .. }: &ListedFeed) -> Self {
        let mut subscription = Self {
            url: feed.url.clone(),
            title: feed.title.as_ref().or(feed.hearsay.title.as_ref()).unwrap_or(&feed.url).clone(),
            site_url: feed.hearsay.site_url.clone(),
            tags: feed.tags.clone(),
            paused: *paused,
            ..Self::default()
        };
        subscription.set(feed);
        subscription
    }
}

impl Subscription {
    /// Adds what `feed` says differently from the defaults. Headers and credentials are never written.
    pub fn set(&mut self, feed: &Feed) {
        self.settings = overrides::of(feed);
        if feed.priority != 0 {
            self.settings.insert(0, ("priority", feed.priority.to_string()));
        }
        self.folders = feed.folders;
        self.title_is_own = feed.title.is_none();
    }

    /// The folders it lies in, one in the other.
    fn path(&self) -> &[String] {
        self.tags.get(..self.folders.unwrap_or(1)).unwrap_or(&self.tags)
    }
}

/// Adds the settings of the configured feeds to the subscriptions they belong to.
pub fn declare<'f>(subscriptions: &mut [Subscription], feeds: impl IntoIterator<Item = &'f Feed>) {
    let by_url: HashMap<&str, &Feed> = feeds.into_iter().map(|feed| (feed.url.as_str(), feed)).collect();
    for subscription in subscriptions {
        if let Some(feed) = by_url.get(subscription.url.as_str()) {
            subscription.set(feed);
        }
    }
}

/// Writes the list. Feeds lie in their folders (the first tag, where no list said more), folders and feeds sorted; `category` carries all tags.
pub fn write(subscriptions: &[Subscription]) -> Vec<u8> {
    let mut sorted: Vec<&Subscription> = subscriptions.iter().collect();
    sorted.sort_by(|a, b| (a.path(), &a.title, &a.url).cmp(&(b.path(), &b.title, &b.url)));
    let mut xml = Xml::new();
    xml.open("opml", &[("version", "2.0"), ("xmlns:feedmux", NAMESPACE)]);
    xml.open("head", &[]);
    xml.text("title", &[], "feedmux subscriptions");
    xml.close("head");
    xml.open("body", &[]);
    let mut open: &[String] = &[];
    for one in sorted {
        let path = one.path();
        let shared = open.iter().zip(path).take_while(|(a, b)| a == b).count();
        open.iter().skip(shared).for_each(|_| xml.close("outline"));
        path.iter().skip(shared).for_each(|name| xml.open("outline", &[("text", name), ("title", name)]));
        open = path;
        outline(&mut xml, one);
    }
    open.iter().for_each(|_| xml.close("outline"));
    xml.close("body");
    xml.close("opml");
    xml.finish()
}

fn outline(xml: &mut Xml, one: &Subscription) {
    let url = without_credentials(&one.url);
    let title = feeds::title(&one.title).unwrap_or_else(|| url.clone());
    let named = one.tags.iter().map(|tag| tag.replace(',', " ")).collect::<Vec<_>>().join(",");
    let mut attributes = vec![("type", "rss"), ("text", title.as_str()), ("title", title.as_str()), ("xmlUrl", url.as_str())];
    let site = one.site_url.as_deref().and_then(web);
    attributes.extend(site.as_deref().map(|site| ("htmlUrl", site)));
    if !named.is_empty() {
        attributes.push(("category", &named));
    }
    let settings: Vec<(String, &str)> =
        one.settings.iter().map(|(name, value)| (format!("feedmux:{name}"), value.as_str())).collect();
    attributes.extend(settings.iter().map(|(name, value)| (name.as_str(), *value)));
    if one.title_is_own && title != url {
        attributes.push(("feedmux:title", "own"));
    }
    // a category cannot say a comma, nor a slash in front
    let read = feeds::tags(one.path().iter().chain(&categories(&named)).map(String::as_str));
    let exact = if read == one.tags { None } else { serde_json::to_string(&one.tags).ok() };
    attributes.extend(exact.as_deref().map(|tags| ("feedmux:tags", tags)));
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
    use proptest::prelude::*;

    use super::*;
    use crate::config::lists;
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
<outline type="rss" text="Feed 1" title="Feed 1" xmlUrl="https://site1.example/feed" htmlUrl="https://site1.example/" category="news,a b" feedmux:tags="[&quot;news&quot;,&quot;a,b&quot;]"/>
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

    /// What `lists` reads of what is written, and that it is written the same again.
    #[track_caller]
    fn read_back(subscriptions: &[Subscription]) -> Vec<Subscription> {
        let written = write(subscriptions);
        let (feeds, faults) = lists::parse(&written);
        assert_eq!(faults, []);
        let read: Vec<Subscription> = feeds.iter().map(Subscription::from).collect();
        assert_eq!(String::from_utf8(write(&read)).unwrap(), String::from_utf8(written).unwrap());
        read
    }

    #[test]
    fn folders_lie_in_folders() {
        let one = |n: i64, tags: &[&str], folders: Option<usize>| Subscription {
            tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
            folders,
            site_url: None,
            ..Subscription::from(&feed(n))
        };
        let all =
            [one(1, &["a", "b", "x"], Some(2)), one(2, &["a"], None), one(3, &["x"], Some(0)), one(4, &["a", "c,d"], Some(2))];
        let expected = r#"<outline type="rss" text="Feed 3" title="Feed 3" xmlUrl="https://site3.example/feed" category="x"/>
<outline text="a" title="a">
<outline type="rss" text="Feed 2" title="Feed 2" xmlUrl="https://site2.example/feed" category="a"/>
<outline text="b" title="b">
<outline type="rss" text="Feed 1" title="Feed 1" xmlUrl="https://site1.example/feed" category="a,b,x"/>
</outline>
<outline text="c,d" title="c,d">
<outline type="rss" text="Feed 4" title="Feed 4" xmlUrl="https://site4.example/feed" category="a,c d" feedmux:tags="[&quot;a&quot;,&quot;c,d&quot;]"/>
</outline>
</outline>"#;
        assert_eq!(body(&all), expected);
        let read = read_back(&all);
        assert_eq!(read, [2, 1, 0, 3].map(|n: usize| all[n].clone()));
    }

    #[test]
    fn a_title_of_the_feed_is_no_title_of_the_user() {
        let own = Subscription { title_is_own: true, ..Subscription::from(&feed(1)) };
        let named = Subscription::from(&feed(2));
        let nameless =
            Subscription { title: "https://site3.example/feed".to_owned(), title_is_own: true, ..Subscription::from(&feed(3)) };
        let all = [own, named, nameless];
        assert_eq!(read_back(&all), all);
        let (feeds, _) = lists::parse(&write(&all));
        let titles = feeds.iter().map(|listed| (listed.feed.title.as_deref(), listed.feed.hearsay.title.as_deref()));
        assert_eq!(titles.collect::<Vec<_>>(), [(None, Some("Feed 1")), (Some("Feed 2"), None), (None, None)]);
    }

    fn text() -> impl Strategy<Value = String> {
        // the sign that a letter was lost is not written
        prop_oneof!["[a-c]{1,2}", "[a-c ,/&<>\"'\\\\]{0,6}", "\\PC{0,5}", any::<String>()]
            .prop_map(|text| text.replace('\u{fffd}', ""))
    }

    fn settings() -> impl Strategy<Value = Feed> {
        let value = prop::sample::select(vec!["1h", "90s", "true", "never", "7", "force", "1MiB", "auto"]);
        (prop::collection::vec((prop::sample::select(&overrides::NAMES[..]), value), 0..4), -2_i64..3).prop_map(
            |(said, priority)| {
                let mut feed = Feed { priority, ..Feed::default() };
                for (name, value) in said {
                    overrides::set(&mut feed, name, value).ok();
                }
                feed
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn what_is_written_is_read_back(
            feeds in prop::collection::vec((text(), any::<bool>(), prop::collection::vec(text(), 0..5), 0_usize..6, any::<bool>(), settings()), 0..6)
        ) {
            let all: Vec<Subscription> = feeds.into_iter().enumerate().map(|(n, (title, own, tags, folders, paused, settings))| {
                let row = FeedRow { title: feeds::title(&title).unwrap_or_default(), ..feed(i64::try_from(n).unwrap()) };
                let tags = feeds::tags(tags.iter().map(String::as_str));
                let folders = folders.min(tags.len());
                let title = (!own).then(|| row.title.clone()).filter(|title| !title.is_empty());
                let title_is_own = title.is_none();
                let folders = (folders != tags.len().min(1)).then_some(folders);
                let mut one = Subscription { tags, paused, ..Subscription::from(&row) };
                one.set(&Feed { title, folders, ..settings });
                if one.title.is_empty() {
                    one.title.clone_from(&one.url);
                }
                assert_eq!(one.title_is_own, title_is_own);
                one
            }).collect();
            let by_url = |list: &[Subscription]| {
                let mut list = list.to_vec();
                list.sort_by(|a, b| a.url.cmp(&b.url));
                list
            };
            prop_assert_eq!(by_url(&read_back(&all)), by_url(&all));
        }
    }

    #[test]
    fn an_empty_list_is_a_list() {
        assert_eq!(body(&[]), "");
    }
}
