//! Lists of subscriptions, OPML or plain text: pure functions, for the configuration and for `import`.

use std::borrow::Cow;
use std::collections::HashMap;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::address::masked;
pub use super::opml::{NAMESPACE, categories, parse_opml};
use super::{Feed, feeds};

/// Largest list that is read, bytes.
pub const MAX_LIST_BYTES: u64 = 16 << 20;

/// Most feeds taken from one list.
pub const MAX_FEEDS: usize = 100_000;

/// Most faults told of one list: who feeds in a photograph is not helped by a line about each of its lines.
pub const MAX_FAULTS: usize = 100;

/// Most kinds of things told that could not be taken over, each once for all feeds that have it.
pub const MAX_LOSSES: usize = 50;

/// Of a name that is told, so many characters.
const MAX_NAME_CHARS: usize = 60;

/// Most words of one line of a text list.
const MAX_WORDS: usize = 100;

/// A feed out of a list: its address is sound, credentials are taken out of it into `auth`.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedFeed {
    /// Line of the list, from 1.
    pub line: usize,
    /// What the list says about it, as a `[[feed]]` would.
    pub feed: Feed,
    /// Whether it says that the feed is paused (`import` heeds it; the configuration has no such key).
    pub paused: bool,
}

/// A line that could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFault {
    /// Line of the list, from 1.
    pub line: usize,
    /// What is wrong with it, without credentials.
    pub what: String,
    /// Whether feeds are missing that nobody knows of: the list is cut off there, or is none.
    pub is_of_the_list: bool,
}

impl ListFault {
    /// What is wrong with one line.
    pub fn of_a_line(line: usize, what: impl Into<String>) -> Self {
        Self { line, what: what.into(), is_of_the_list: false }
    }
}

/// Each address once, with the tags of all its mentions: readers list a feed once for each folder that it is in.
pub fn once(listed: Vec<ListedFeed>) -> Vec<ListedFeed> {
    let mut kept: Vec<ListedFeed> = Vec::with_capacity(listed.len());
    let mut numbers: HashMap<String, usize> = HashMap::new();
    for one in listed {
        let number = *numbers.entry(one.feed.url.clone()).or_insert(kept.len());
        match kept.get_mut(number) {
            Some(first) => {
                if first.feed.tags.is_empty() {
                    first.feed.folders = one.feed.folders;
                }
                first.feed.tags = feeds::tags(first.feed.tags.iter().chain(&one.feed.tags).map(String::as_str));
            }
            None => kept.push(one),
        }
    }
    kept
}

/// Reads a list of either kind, told apart by its first character, from the bytes of a file.
pub fn parse(bytes: &[u8]) -> (Vec<ListedFeed>, Vec<ListFault>) {
    let text = decode(bytes);
    if text.trim_start().starts_with('<') { parse_opml(&text) } else { parse_lines(&text) }
}

/// Text of a list: a byte order mark wins, then what is plainly UTF-8, then the encoding that the XML declaration names, then UTF-8 with
/// the broken bytes replaced.
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(bytes.get(length..).unwrap_or_default()).0;
    }
    // exporters write UTF-8 under any declaration; only pure ASCII may still be something else (ISO-2022-JP)
    let encoding = if std::str::from_utf8(bytes).is_ok() && !bytes.is_ascii() { UTF_8 } else { declared(bytes).unwrap_or(UTF_8) };
    encoding.decode_without_bom_handling(bytes).0
}

/// The encoding in `<?xml ... encoding="..."?>`. UTF-16 cannot be true where the declaration was readable as ASCII.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(200)).unwrap_or_default();
    let declaration = head.split(|byte| *byte == b'>').next().filter(|head| head.trim_ascii_start().starts_with(b"<?xml"))?;
    let text = String::from_utf8_lossy(declaration);
    let (_, label) = text.split_once("encoding")?;
    let label = label.trim_start().strip_prefix('=')?.trim_start();
    let label = label.strip_prefix(['"', '\''])?.split(['"', '\'']).next()?;
    Encoding::for_label(label.as_bytes())
        .map(|encoding| if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding })
}

/// What newsboat and others list beside addresses, and why it cannot be polled.
const NO_ADDRESSES: [(&str, &str); 5] = [
    ("query:", "\"query:\" is a selection of newsboat's; an [[output]] with `where` selects"),
    ("filter:", "\"filter:\" is newsboat's way to run a program over a feed; feedmux runs none"),
    ("exec:", "\"exec:\" is newsboat's way to run a program that writes a feed; let a web server give what it writes"),
    ("file:", "\"file:\" is a file; feeds are polled over http and https only"),
    ("|", "\"|\" is a reader's way to run a program that writes a feed; let a web server give what it writes"),
];

/// Reads a text list: an address a line, `#` comments, and after the address newsboat's words: `"tag"`, `"~Title"` and `"!hidden"`, which
/// is a tag as well.
pub fn parse_lines(text: &str) -> (Vec<ListedFeed>, Vec<ListFault>) {
    let mut gathered = Gathered::default();
    for (number, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let mut words = words(line).into_iter();
        let Some(url) = words.next() else { continue };
        let mut feed = Feed { url, ..Feed::default() };
        for word in words {
            match (word.strip_prefix('~'), word.strip_prefix('!')) {
                (Some(title), _) => feed.title = Some(title.to_owned()),
                (None, Some(tag)) => {
                    let name = feed.title.as_ref().unwrap_or(&feed.url);
                    gathered.lost(number + 1, name, "hiding (\"!\")", "each [[output]] selects its entries by `where`");
                    feed.tags.push(tag.to_owned());
                }
                (None, None) => feed.tags.push(word),
            }
        }
        if !gathered.feed(number + 1, feed, false) {
            break;
        }
    }
    gathered.finish()
}

/// Words apart by blanks, or in quotes with `\` before a quote; ends at a word that starts with `#`.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() && !rest.starts_with('#') && words.len() < MAX_WORDS {
        let mut word = String::new();
        let mut chars = rest.char_indices();
        let quoted = rest.starts_with('"');
        let mut end = rest.len();
        if quoted {
            chars.next();
        }
        while let Some((at, c)) = chars.next() {
            match c {
                '"' if quoted => {
                    end = at + 1;
                    break;
                }
                '\\' if quoted => word.extend(chars.next().map(|(_, c)| c)),
                c if !quoted && c.is_whitespace() => {
                    end = at;
                    break;
                }
                c => word.push(c),
            }
        }
        words.push(word);
        rest = rest.get(end..).unwrap_or("").trim_start();
    }
    words
}

/// Feeds and faults of a list, both bounded.
#[derive(Default)]
pub(super) struct Gathered {
    feeds: Vec<ListedFeed>,
    faults: Vec<ListFault>,
    lost: Vec<Lost>,
}

/// What could not be taken over of some feeds: the first of them, and how many others.
struct Lost {
    line: usize,
    feed: String,
    what: String,
    why: String,
    others: usize,
}

impl Gathered {
    /// Counts what is not taken over; it is told once. Who has 500 feeds with rules for each need not read 500 lines about it.
    pub(super) fn lost(&mut self, line: usize, feed: &str, what: &str, why: &str) {
        if let Some(lost) = self.lost.iter_mut().find(|lost| lost.what == what) {
            lost.others += 1;
        } else if self.lost.len() < MAX_LOSSES {
            let feed = if feed.contains("://") { masked(feed) } else { feed.to_owned() };
            let feed = feeds::title(&feed).unwrap_or_default().chars().take(MAX_NAME_CHARS).collect();
            self.lost.push(Lost { line, feed, what: what.to_owned(), why: why.to_owned(), others: 0 });
        }
    }

    pub(super) fn fault(&mut self, line: usize, what: impl Into<String>) {
        match self.faults.len() {
            n if n < MAX_FAULTS => self.faults.push(ListFault::of_a_line(line, what)),
            MAX_FAULTS => self.faults.push(ListFault::of_a_line(line, "and more lines after this one cannot be used")),
            _ => {}
        }
    }

    /// From `line` on nothing is read.
    pub(super) fn cut_off(&mut self, line: usize, what: impl Into<String>) {
        self.faults.push(ListFault { line, what: what.into(), is_of_the_list: true });
    }

    /// Takes a feed in, or the fault that it has. `false` when no more are taken.
    pub(super) fn feed(&mut self, line: usize, mut feed: Feed, paused: bool) -> bool {
        if self.feeds.len() >= MAX_FEEDS {
            self.fault(line, format!("more than {MAX_FEEDS} feeds; the rest is not read, split the list"));
            return false;
        }
        if let Some((_, why)) = NO_ADDRESSES.iter().find(|(start, _)| feed.url.trim_start().starts_with(start)) {
            self.fault(line, *why);
            return true;
        }
        let title = |text: Option<&str>| text.and_then(feeds::title).filter(|title| *title != feed.url);
        (feed.title, feed.hearsay.title) = (title(feed.title.as_deref()), title(feed.hearsay.title.as_deref()));
        feed.tags = feeds::tags(feed.tags.iter().map(String::as_str));
        match feeds::tidy(&mut feed) {
            Ok(()) => self.feeds.push(ListedFeed { line, feed, paused }),
            Err(fault) => self.fault(line, fault.what),
        }
        true
    }

    pub(super) fn is_empty(&self) -> bool {
        self.feeds.is_empty() && self.faults.is_empty()
    }

    pub(super) fn finish(mut self) -> (Vec<ListedFeed>, Vec<ListFault>) {
        for Lost { line, feed, what, why, others } in self.lost {
            let others = match others {
                0 => String::new(),
                1 => " (nor of 1 feed more)".to_owned(),
                _ => format!(" (nor of {others} feeds more)"),
            };
            self.faults.push(ListFault::of_a_line(line, format!("\"{feed}\": {what} is not taken over{others}: {why}")));
        }
        self.faults.sort_by_key(|fault| fault.line);
        (self.feeds, self.faults)
    }
}

#[cfg(test)]
#[path = "lists_tests.rs"]
mod tests;
