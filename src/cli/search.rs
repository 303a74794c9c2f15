//! `feedmux search`: full-text search of what is stored.

use std::io::IsTerminal;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser};
use feedmux::clock::Clock;
use feedmux::config::nearest;
use feedmux::model::{SEARCH_FIELDS, SearchHit, SearchQuery, Words, moment, pieces};
use feedmux::store::Store;
use jiff::Timestamp;

use super::{Exit, Global, Setup, Told, out};

/// Entries that may wait for the index before it is worth a word: they come in within a second.
const BEHIND: u64 = 500;

/// Hits that are told.
const LIMIT: usize = 20;

#[derive(Debug, Args)]
#[command(after_help = "\
Case and accents do not matter. A word of four letters or more also finds longer ones that begin with it, after whole words:
klimaschutz, Klimaschutzgesetz. \"Quotes\" keep to the word. A story that several feeds report is one hit, shown by its lead, or by
the best of those that are found.

In the line: title:word, text:word; feed:name, tag:name, lang:de, author:name, url:part; after:2026-11-01 (or 7d, 12h), before:2026-11.
What rules and the output \"all\" keep away is not found; --all finds it, too, and every report of a story (explain names the rules).
A minus in front keeps away: -word, -\"two words\", -title:word, -feed:name. Words come best first; without any, the newest first.

Examples:
  feedmux search climate summit                    both words
  feedmux search '\"climate summit\" -coal'          the phrase, without the word
  feedmux search 'title:klima* -feed:heise'        titles with words that begin so, of other feeds
  feedmux search --since 7d --lang de wahl         of the last seven days, in German
  feedmux search --tag rust --since 2026-11-01     no words: what there is, newest first")]
pub(crate) struct Search {
    /// Words, "phrases", prefix*, -without, title:word, feed:name, after:DAY
    #[arg(required_unless_present_any = ["since", "feed", "tag", "lang"], allow_hyphen_values = true)]
    words: Vec<String>,
    /// Dated so long ago at most (7d), or on or after this day (2026-11-01, UTC)
    #[arg(long, value_name = "DURATION|DAY", value_parser = since)]
    since: Option<Timestamp>,
    /// Of feeds with this in their title or address, or with this number
    #[arg(long, value_name = "X")]
    feed: Option<String>,
    /// With this tag, of the feed or of the entry
    #[arg(long)]
    tag: Option<String>,
    /// In this language; de is de-AT too
    #[arg(long)]
    lang: Option<String>,
    /// Every entry that is stored: each report of a story, and what rules keep from outputs
    #[arg(long)]
    all: bool,
    /// At most so many
    #[arg(long, default_value_t = LIMIT)]
    limit: usize,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

/// The same once more, for what stands behind the words.
#[derive(Debug, Parser)]
#[command(name = "feedmux search")]
struct Behind {
    #[command(flatten)]
    search: Search,
}

impl Search {
    /// Words may begin with a minus, so that clap takes everything behind the first one for words. What looks like an option there is one.
    fn with_options_behind(mut self) -> Result<Self, clap::Error> {
        let Some(at) = self.words.iter().position(|word| word.starts_with("--")) else { return Ok(self) };
        let behind = self.words.split_off(at);
        if at == 0 {
            let text = format!(
                "there is no option {}; a word that begins so stands behind --\n",
                behind.first().map_or("", String::as_str)
            );
            return Err(Behind::command().error(ErrorKind::UnknownArgument, text));
        }
        // The words make up for the ones that are asked for.
        let again = Behind::try_parse_from(["search".to_owned()].into_iter().chain(behind).chain(self.words.clone()))?.search;
        let again = again.with_options_behind()?;
        Ok(Self {
            words: again.words,
            since: again.since.or(self.since),
            feed: again.feed.or(self.feed),
            tag: again.tag.or(self.tag),
            lang: again.lang.or(self.lang),
            all: again.all || self.all,
            limit: if again.limit == LIMIT { self.limit } else { again.limit },
            json: again.json || self.json,
        })
    }

    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<Exit> {
        let all_are_words = std::env::args_os().any(|argument| argument == "--");
        let this = if all_are_words { self } else { self.with_options_behind().unwrap_or_else(|error| error.exit()) };
        this.search(global).await
    }

    async fn search(self, global: &Global) -> anyhow::Result<Exit> {
        let setup = Setup::load(global)?;
        let store = setup.open_read_only()?;
        let behind = store.unindexed().await?;
        if behind >= BEHIND {
            out::aside(format_args!(
                "{behind} entries cannot be found yet: the running daemon or `feedmux once` has to index them first"
            ));
        }
        let query = SearchQuery {
            words: Words::new(&self.words.join(" "), Clock::system().now()),
            since: self.since,
            feed: self.feed,
            tag: self.tag,
            lang: self.lang,
            limit: self.limit,
        };
        let doubts = doubts(&query, &self.words);
        let hits = if self.all {
            store.search(query).await?
        } else {
            setup.outputs.search(&store, &query, 0).await.map_err(anyhow::Error::msg)?.hits
        };
        if hits.is_empty() {
            return Err(Told::error(Exit::Nothing, format!("nothing matches{doubts}")));
        }
        let bold = std::io::stdout().is_terminal();
        for hit in hits {
            if self.json { out::json(&hit)? } else { out::line(in_words(&hit, bold))? }
        }
        Ok(Exit::Done)
    }
}

/// All of them, wherever in the line they stand, each behind a semicolon.
fn doubts(query: &SearchQuery, line: &[String]) -> String {
    let words = line.iter().flat_map(|part| part.split_whitespace());
    let nothing = if words.clone().next().is_none() { "give a word" } else { "this only keeps away; give a word, too" };
    let nothing = (!Store::asks(query)).then(|| format!("{nothing}, or what narrows (feed:name, after:7d)"));
    // Within quotes it is a word of the phrase.
    let logic = |word: &&str| ["AND", "OR", "NOT"].contains(word) && !query.words.typed.contains('"');
    let logic =
        words.clone().find(logic).map(|word| format!("{word} is a word like others: all are looked for, a minus keeps one away"));
    words.filter_map(doubt).chain(logic).chain(nothing).map(|doubt| format!("; {doubt}")).collect()
}

/// What may be meant otherwise than it is understood: a field that there is none, a date that is none.
fn doubt(word: &str) -> Option<String> {
    let (name, value) = word.trim_start_matches('-').split_once(':')?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic());
    match name {
        "after" | "since" | "before" => since(value).err().map(|expected| format!("{name}:{value}: {expected}")),
        _ if is_name && !SEARCH_FIELDS.contains(&name) => {
            let near = nearest(name, SEARCH_FIELDS.into_iter()).map(|near| format!(", did you mean {near}:?")).unwrap_or_default();
            Some(format!("{name}: is no field, so it was looked for as a word{near}"))
        }
        _ => None,
    }
}

fn since(text: &str) -> Result<Timestamp, String> {
    moment(text, Clock::system().now()).ok_or_else(|| "expected a duration like 7d or a day like 2026-11-01".to_owned())
}

/// Three lines: the title, where it is from, the place that matched.
fn in_words(hit: &SearchHit, bold: bool) -> String {
    let more = match hit.more {
        0 => String::new(),
        1 => " · +1 more report".to_owned(),
        more => format!(" · +{more} more reports"),
    };
    format!(
        "{}  {}\n    {} · {} · {}{more}\n    {}",
        hit.entry_id.0,
        marked(&hit.title, &hit.title_marks, bold),
        out::plain(&hit.feed_title),
        hit.published,
        out::plain(hit.url.as_deref().unwrap_or("no address")),
        marked(&hit.snippet.text, &hit.snippet.marks, bold),
    )
}

/// `text` for a terminal, what matched in bold.
fn marked(text: &str, marks: &[(usize, usize)], bold: bool) -> String {
    let shown = pieces(text, marks).into_iter().map(|(piece, is_mark)| match out::plain(piece) {
        piece if bold && is_mark => format!("\x1b[1m{piece}\x1b[0m"),
        piece => piece,
    });
    shown.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hits_are_bold_on_a_terminal() {
        let marks = [(4, 7), (8, 12)];
        assert_eq!(marked("the fox \u{1b}[0m", &marks, true), "the \x1b[1mfox\x1b[0m \x1b[1m [0m\x1b[0m");
        assert_eq!(marked("the fox \u{1b}[0m", &marks, false), "the fox  [0m");
        assert_eq!(marked("Straße", &[(0, 7)], true), "\x1b[1mStraße\x1b[0m");
        assert_eq!(marked("Straße", &[(0, 5), (9, 99)], true), "Straße", "marks of another text");
        assert_eq!(marked("", &[], true), "");
    }

    #[test]
    fn options_may_stand_behind_the_words() {
        let check = |line: &[&str], expected: &str| {
            let typed = Behind::try_parse_from(["search"].iter().chain(line)).unwrap().search;
            let told = typed
                .with_options_behind()
                .map(|search| format!("{:?} {:?} {} {}", search.words, search.lang, search.limit, search.json));
            assert_eq!(told.unwrap_or_else(|error| error.kind().to_string()), expected, "{line:?}");
        };
        check(&["otter", "--lang", "de"], r#"["otter"] Some("de") 20 false"#);
        check(
            &["--json", "otter", "-fox", "--lang=de", "title:x", "--limit", "3"],
            r#"["otter", "-fox", "title:x"] Some("de") 3 true"#,
        );
        check(&["otter", "--jsn"], "unexpected argument found");
        check(&["--jsn", "otter"], "unexpected argument found");
        check(&["-tag:sport"], r#"["-tag:sport"] None 20 false"#);
    }

    #[test]
    fn what_is_no_field_is_told() {
        let check = |word: &str, expected: Option<&str>| assert_eq!(doubt(word).as_deref(), expected);
        check("-titel:otter", Some("titel: is no field, so it was looked for as a word, did you mean title:?"));
        check("after:gestern", Some("after:gestern: expected a duration like 7d or a day like 2026-11-01"));
        check("after:7d", None);
        check("title:x", None);
        check("12:30", None);
        let check = |line: &[&str], feed: Option<&str>, expected: &str| {
            let words = Words::new(&line.join(" "), Timestamp::UNIX_EPOCH);
            let query = SearchQuery { words, feed: feed.map(str::to_owned), ..SearchQuery::default() };
            let line: Vec<String> = line.iter().copied().map(str::to_owned).collect();
            assert_eq!(doubts(&query, &line), expected, "{line:?}");
        };
        let field = "; titel: is no field, so it was looked for as a word, did you mean title:?";
        check(&["fox", "jumps after:7d titel:otter high"], None, field);
        let nothing = "; this only keeps away; give a word, too, or what narrows (feed:name, after:7d)";
        for line in ["-fox -bear", "-title:x", "-\"two words\"", "-feed:x", "-"] {
            check(&[line], None, nothing);
        }
        check(&[" "], None, "; give a word, or what narrows (feed:name, after:7d)");
        check(&["-fox"], Some("news"), "");
        check(&["feed:news -fox"], None, "");
        check(&["fox OR bear"], None, "; OR is a word like others: all are looked for, a minus keeps one away");
        check(&["\"fox OR bear\" or"], None, "");
    }
}
