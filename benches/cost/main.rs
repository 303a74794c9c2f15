//! What each part costs beside the part of it that cannot be spared: read the ratios, not the times.
//!
//! `just bench`, `just bench store`. docs/performance.md says what came out and what it means.

mod address;
mod feed;
mod input;
mod page;
mod plan;
mod poll;
mod serve;
mod store;
mod story;
mod text;

fn main() {
    divan::main();
}
