//! A feed document of 24 entries to `Parsed`, beside the library below and beside reading its tokens only.

use std::hint::black_box;

use divan::Bencher;
use divan::counter::BytesCount;
use quick_xml::events::Event;

use crate::input;

fn parse(bencher: Bencher, document: &str) {
    let parse = || feedmux::parser::parse(black_box(document.as_bytes()), None, None);
    assert_eq!(parse().map(|parsed| parsed.entries.len()), Ok(input::ENTRIES), "an error would be fast");
    bencher.counter(BytesCount::of_str(document)).bench(parse);
}

fn feed_rs_alone(bencher: Bencher, document: &str) {
    let parse = || feed_rs::parser::parse(black_box(document.as_bytes()));
    assert_eq!(parse().map_or(0, |feed| feed.entries.len()), input::ENTRIES, "an error would be fast");
    bencher.counter(BytesCount::of_str(document)).bench(parse);
}

/// Every event as the reader gives it: texts borrowed, references not resolved.
fn events_alone(bencher: Bencher, document: &str) {
    let read = || {
        let mut reader = quick_xml::Reader::from_str(black_box(document));
        loop {
            match black_box(reader.read_event()) {
                Ok(Event::Eof) => break reader.buffer_position(),
                Ok(_) => {}
                Err(_) => break 0,
            }
        }
    };
    assert_eq!(read(), document.len() as u64, "it is read to its end");
    bencher.counter(BytesCount::of_str(document)).bench(read);
}

mod rss {
    use super::*;

    #[divan::bench]
    fn a_parse(bencher: Bencher) {
        parse(bencher, &input::rss(0));
    }

    #[divan::bench]
    fn b_feed_rs_alone(bencher: Bencher) {
        feed_rs_alone(bencher, &input::rss(0));
    }

    #[divan::bench]
    fn c_events_alone(bencher: Bencher) {
        events_alone(bencher, &input::rss(0));
    }
}

mod atom {
    use super::*;

    #[divan::bench]
    fn a_parse(bencher: Bencher) {
        parse(bencher, &input::atom());
    }

    #[divan::bench]
    fn b_feed_rs_alone(bencher: Bencher) {
        feed_rs_alone(bencher, &input::atom());
    }

    #[divan::bench]
    fn c_events_alone(bencher: Bencher) {
        events_alone(bencher, &input::atom());
    }
}

mod json_feed {
    use super::*;

    #[divan::bench]
    fn a_parse(bencher: Bencher) {
        parse(bencher, &input::json());
    }

    #[divan::bench]
    fn b_feed_rs_alone(bencher: Bencher) {
        feed_rs_alone(bencher, &input::json());
    }

    #[divan::bench]
    fn c_tree_alone(bencher: Bencher) {
        let document = input::json();
        let read = || serde_json::from_str::<serde_json::Value>(black_box(&document)).unwrap_or_default();
        assert_eq!(read()["items"].as_array().map(Vec::len), Some(input::ENTRIES));
        bencher.counter(BytesCount::of_str(&document)).bench(read);
    }
}
