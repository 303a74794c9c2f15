//! The one text file: where it is looked for, how it is read, what is wrong with it.

mod sections;
pub mod units;

pub use sections::*;
