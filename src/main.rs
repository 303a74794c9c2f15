//! feedmux: many feeds in, one merged feed out, every story once.

fn main() {}
