//! Reads one feed document and prints the titles of its entries: `cargo run --example parse_one FILE`.

#![allow(clippy::print_stdout, clippy::print_stderr)] // an example that prints nothing shows nothing

use anyhow::Context as _;

fn main() -> anyhow::Result<()> {
    let file = std::env::args_os().nth(1).context("usage: parse_one FILE")?;
    let bytes = std::fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?;
    // Header and address of the answer would go here: for the charset, and for relative links.
    let parsed = feedmux::parser::parse(&bytes, None, None)?;
    for fault in &parsed.faults {
        eprintln!("fault: {}", fault.detail); // wrong with the document, and survived
    }
    println!("{}", parsed.feed.title.as_deref().unwrap_or("(no title)"));
    for entry in &parsed.entries {
        println!("- {}", entry.title.as_deref().unwrap_or("(no title)"));
    }
    Ok(())
}
