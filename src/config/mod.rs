//! The one text file: where it is looked for, how it is read, what is wrong with it.

mod error;
mod explain;
mod layers;
mod locate;
mod secret;
mod sections;
mod tables;
pub mod units;

pub use error::{ConfigError, Place, Places};
pub use secret::Secret;
pub use sections::*;
pub use tables::*;
pub fn xx() {
    let mut l = layers::Layers::default();
    let _ = l.add_file(std::path::Path::new(""), "");
    let b = Default::default();
    let _ = l.add_env(&b);
    let _ = l.add_set("");
    let _ = l.finish();
    let _ = locate::find(None, &b);
}
