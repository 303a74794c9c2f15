//! The text of a page by readability rules.

use std::panic::{AssertUnwindSafe, catch_unwind};

use dom_smoothie::{Config, Readability};

use super::depth::MAX_NODES;

/// What readability keeps of a guarded page, classes still on it; `None` where it finds nothing or gives up.
pub(crate) fn grab(html: &str) -> Option<String> {
    let config = Config { keep_classes: true, disable_json_ld: true, max_elements_to_parse: MAX_NODES, ..Config::default() };
    // A foreign page must not end the extraction: there are other ways to its text.
    let grabbed = catch_unwind(AssertUnwindSafe(|| Readability::new(html, None, Some(config)).and_then(|mut page| page.parse())));
    Some(grabbed.ok()?.ok()?.content.to_string())
}
