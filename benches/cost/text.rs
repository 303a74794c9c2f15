//! An entry's HTML of 10 KB made safe and made plain, beside the sanitiser below and beside the tree alone.

use std::hint::black_box;

use divan::Bencher;
use divan::counter::BytesCount;
use feedmux::extractor::sanitize;

use crate::input;

const BYTES: usize = 10_000;

mod clean {
    use super::*;

    #[divan::bench]
    fn a_clean(bencher: Bencher) {
        let html = input::html(1, BYTES);
        let base = url::Url::parse("https://harbour.example/").ok();
        bencher.counter(BytesCount::of_str(&html)).bench(|| sanitize::clean(black_box(&html), base.as_ref()));
    }

    #[divan::bench]
    fn b_ammonia_alone(bencher: Bencher) {
        let html = input::html(1, BYTES);
        let policy = ammonia::Builder::default();
        bencher.counter(BytesCount::of_str(&html)).bench(|| policy.clean(black_box(&html)).to_string());
    }

    #[divan::bench]
    fn c_tree_alone(bencher: Bencher) {
        let html = input::html(1, BYTES);
        bencher.counter(BytesCount::of_str(&html)).bench(|| scraper::Html::parse_fragment(black_box(&html)));
    }
}

mod text_of {
    use super::*;

    #[divan::bench]
    fn a_text_of(bencher: Bencher) {
        let html = input::html(1, BYTES);
        bencher.counter(BytesCount::of_str(&html)).bench(|| sanitize::text_of(black_box(&html)));
    }

    #[divan::bench]
    fn b_tree_and_its_text_alone(bencher: Bencher) {
        let html = input::html(1, BYTES);
        bencher
            .counter(BytesCount::of_str(&html))
            .bench(|| scraper::Html::parse_fragment(black_box(&html)).root_element().text().collect::<String>());
    }
}
