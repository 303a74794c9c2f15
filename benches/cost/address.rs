//! An address to its canonical form, beside parsing and writing it.

use std::hint::black_box;

use feedmux::deduplicator::canonical::canonical;

const ADDRESSES: [&str; 3] = [
    "https://harbour.example/2026/11/a-story-of-ferries-17",
    "https://www.harbour.example/2026/11/a-story-of-ferries-17/?id=5&utm_source=rss&utm_medium=feed&fbclid=IwAR0x#comments",
    "https://go.example/out?url=https%3A%2F%2Fm.harbour.example%2Famp%2Fa-story-of-ferries-17.html%3Futm_source%3Drss",
];
const NAMES: [&str; 3] = ["0 plain", "1 tracked", "2 wrapped"];

fn address(name: &str) -> &'static str {
    NAMES.iter().position(|other| *other == name).map_or("", |at| ADDRESSES[at])
}

#[divan::bench(args = NAMES)]
fn a_canonical(bencher: divan::Bencher, name: &str) {
    let address = address(name);
    bencher.bench(|| canonical(black_box(address)));
}

#[divan::bench(args = NAMES)]
fn b_url_alone(bencher: divan::Bencher, name: &str) {
    let address = address(name);
    bencher.bench(|| url::Url::parse(black_box(address)).map(String::from));
}
