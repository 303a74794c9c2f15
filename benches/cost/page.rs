//! An article out of a page of 80 KB, beside the readability library and beside the tree alone.

use std::hint::black_box;

use divan::Bencher;
use divan::counter::BytesCount;
use feedmux::extractor::{Page, extract};

use crate::input;

/// Less of it is no article: an extraction that failed would be fast.
const ARTICLE_BYTES: usize = input::PAGE_BYTES / 20;

#[divan::bench]
fn a_extract(bencher: Bencher) {
    let html = input::page();
    let url = url::Url::parse("https://harbour.example/ferry").ok();
    let read = || {
        let bytes = black_box(html.as_bytes());
        extract(&Page { bytes, content_type: Some("text/html"), url: url.as_ref(), feed_title: Some("Ferry"), ..Page::default() })
    };
    assert!(read().article.text.len() > ARTICLE_BYTES, "{} bytes of text", read().article.text.len());
    bencher.counter(BytesCount::of_str(&html)).bench(read);
}

#[divan::bench]
fn b_readability_alone(bencher: Bencher) {
    let html = input::page();
    let read = || {
        let page = dom_smoothie::Readability::new(black_box(html.as_str()), None, None);
        page.and_then(|mut page| page.parse()).map_or(0, |article| article.text_content.len())
    };
    assert!(read() > ARTICLE_BYTES, "{} bytes of text", read());
    bencher.counter(BytesCount::of_str(&html)).bench(read);
}

#[divan::bench]
fn c_tree_alone(bencher: Bencher) {
    let html = input::page();
    bencher.counter(BytesCount::of_str(&html)).bench(|| scraper::Html::parse_document(black_box(&html)));
}
