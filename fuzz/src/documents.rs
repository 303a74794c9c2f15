//! What publishers write: feeds of any kind and condition, and the dates in them.

use feedmux::deduplicator::{Document, folding};
use feedmux::model::{Fingerprint, PodcastElement, is_podcast_address};
use feedmux::parser::dates::{self, Defect, Habit};
use feedmux::parser::{self, MAX_ENTRIES, MAX_FAULTS, MAX_TEXT, repair};
use jiff::Timestamp;
use quick_xml::events::Event;
use serde_json::Value;

use super::{base, is_web, one_line};

/// A feed or a reason in one line, never a panic; counts and texts within their limits, titles of one line, links http(s), also those of
/// anchors.
pub fn parse_feed(data: &[u8]) {
    if let Some(base) = base() {
        assert!(parser::feeds_by_anchors(data, None, &base).iter().all(|place| is_web(place)));
    }
    let parsed = match parser::parse(data, None, base().as_ref()) {
        Ok(parsed) => parsed,
        Err(error) => return one_line(&error.to_string()),
    };
    assert!(parsed.entries.len() <= MAX_ENTRIES && parsed.faults.len() <= MAX_FAULTS);
    for entry in &parsed.entries {
        entry.title.iter().for_each(|title| one_line(title));
        for text in [&entry.summary, &entry.content].into_iter().flatten() {
            assert!(text.len() <= MAX_TEXT);
        }
        for link in entry.link.iter().chain(entry.enclosures.iter().map(|enclosure| &enclosure.url)) {
            assert!(is_web(link), "{link:?}");
        }
        entry.podcast.iter().for_each(links_to_the_web);
    }
    parser::to_json(&parsed);
    Document::of(parsed);
}

fn links_to_the_web(element: &PodcastElement) {
    for (name, value) in &element.attributes {
        one_line(value);
        assert!(!is_podcast_address(name) || is_web(value), "{name}: {value:?}");
    }
    one_line(&element.text);
    element.children.iter().for_each(links_to_the_web);
}

/// Texts are compared whatever is in them and whichever comes first, each is like itself, case of ASCII and width of spaces do not count,
/// and what is kept of one is bounded. The first line is a headline, an empty line parts two texts; what is stored may be anything.
pub fn prints(data: &[u8]) {
    /// Of any text, and by its length: a run for each word, of which the shortest has one byte and a space.
    const LONGEST: usize = 64 << 10;
    const PER_BYTE: usize = 16;
    let text = String::from_utf8_lossy(data);
    let (title, rest) = text.split_once('\n').unwrap_or((&text, ""));
    let (one, other) = rest.split_once("\n\n").unwrap_or((rest, &text));
    let print_of = |text: &str| {
        let print = folding::fingerprint(title, "paper.test", text);
        assert!(print.text.len() <= LONGEST.min(PER_BYTE * text.len() + 64), "{} of {}", print.text.len(), text.len());
        assert_eq!(print.text, folding::print_of(&text.to_ascii_uppercase().replace(' ', " \t ")), "{text:?}");
        print
    };
    let stored = |bytes: &[u8]| Fingerprint { text: bytes.to_vec(), ..folding::fingerprint(title, "", "") };
    // one that is damaged, and one that is none at all
    let (whole, none) = (print_of(one), stored(data));
    let damaged = stored(whole.text.get(..whole.text.len() / 2).unwrap_or_default());
    let prints = [whole, print_of(other), damaged, none];
    for (n, one) in prints.iter().enumerate() {
        assert!(n > 1 || folding::resemblance(one, one).is_none_or(|share| (share - 1.0).abs() < f32::EPSILON));
        assert!(n > 1 || folding::reads_alike(one, one));
        for other in &prints {
            let share = folding::resemblance(one, other);
            assert!(share.is_none_or(|share| (0.0..=1.0).contains(&share)), "{share:?}");
            let is_alike = folding::reads_alike(one, other);
            if n < 2 && [&prints[0], &prints[1]].contains(&other) {
                assert_eq!((share, is_alike), (folding::resemblance(other, one), folding::reads_alike(other, one)));
            }
        }
    }
}

/// One well-formed Atom document with as many entries as were counted, no longer than a multiple of what it was made of.
pub fn repair(data: &[u8]) {
    /// `<enclosure url=x>` with all its attributes, and the frame.
    const LONGER: (usize, usize) = (16, 1024);
    let document = String::from_utf8_lossy(data);
    let repaired = repair::xml(&document, base().as_ref());
    assert!(repaired.text.len() <= LONGER.0 * document.len() + LONGER.1, "{} of {}", repaired.text.len(), document.len());
    assert!(repaired.entries <= MAX_ENTRIES && repaired.faults.len() <= MAX_FAULTS);
    repaired.faults.iter().for_each(|fault| one_line(&fault.detail));
    let mut reader = quick_xml::Reader::from_str(&repaired.text);
    let (mut depth, mut entries) = (0usize, 0);
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error} in {}", repaired.text)) {
            Event::Start(tag) => {
                assert!(tag.attributes().all(|attribute| attribute.is_ok()), "{}", repaired.text);
                depth += 1;
                entries += usize::from(tag.name().as_ref() == "entry");
                assert!(depth <= 4, "nested deeper than Atom is: {}", repaired.text);
            }
            Event::Empty(tag) => assert!(tag.attributes().all(|attribute| attribute.is_ok()), "{}", repaired.text),
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!((depth, entries), (0, repaired.entries), "{}", repaired.text);
}

/// JSON that needs no mending any more, and says the same where it needed none; a feed or a reason in one line.
pub fn json_feed(data: &[u8]) {
    const LONGER: (usize, usize) = (8, 64);
    parse_feed(data);
    let document = String::from_utf8_lossy(data);
    let Some(mended) = repair::json(&document) else { return };
    assert!(mended.text.len() <= LONGER.0 * document.len() + LONGER.1, "{} of {}", mended.text.len(), document.len());
    mended.faults.iter().for_each(|fault| one_line(&fault.detail));
    let value: Value = serde_json::from_str(&mended.text).unwrap_or_else(|error| panic!("{error} in {}", mended.text));
    if let Some(again) = repair::json(&mended.text) {
        assert!(again.faults.is_empty() && again.text == mended.text, "{:?}: {}", again.faults, mended.text);
    }
    let from = document.find(['{', '[']).unwrap_or_default();
    if let Some(Ok(read)) = serde_json::Deserializer::from_str(&document[from..]).into_iter::<Value>().next() {
        match mended.faults.as_slice() {
            [] => assert_eq!(read, value, "{document:?}"),
            [fault] => assert!(fault.detail.contains("nested"), "{fault:?} in {document:?}"),
            faults => panic!("{faults:?} in {document:?}"),
        }
    }
}

/// Moments between 1970 and 2200 or none, the same when they are written as RFC 3339, and read without a defect then. The first line is
/// the language, the others are the dates of one document.
pub fn dates(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (language, rest) = text.split_once('\n').unwrap_or(("", &text));
    let habit = Habit::of(Some(language).filter(|tag| !tag.is_empty()), rest.lines());
    let years = ["1970-01-01T00:00:00Z", "2201-01-01T00:00:00Z"].map(|year| year.parse::<Timestamp>().ok());
    for line in rest.lines() {
        let reading = dates::read(line, &habit);
        assert_eq!(reading.at.is_none(), reading.defects == [Defect::Unreadable], "{reading:?}");
        for at in [reading.at, dates::parse(line)].into_iter().flatten() {
            assert!(Some(at) >= years[0] && Some(at) < years[1], "{line:?} gives {at}");
            let again = dates::read(&at.to_string(), &habit);
            assert_eq!((again.at, again.defects), (Some(at), Vec::new()), "{line:?} in {language:?}");
        }
    }
}
