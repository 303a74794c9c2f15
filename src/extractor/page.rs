//! What of a page goes into a tree.

use super::depth::{Act, Rules, write_attribute, write_text};
use super::json_ld::MAX_JSON;
use super::settle;
use super::state;
use super::tokens::Tag;

/// JSON-LD scripts of a page.
const MAX_SCRIPTS: usize = 32;

/// Attributes that anything behind the guard looks at. Pages carry as many bytes in the others as in their text.
#[rustfmt::skip]
fn is_kept(name: &str) -> bool {
    matches!(
        name,
        "alt" | "aria-hidden" | "aria-label" | "aria-modal" | "cite" | "class" | "colspan" | "content" | "data-component"
        | "data-testid" | "datetime" | "dir" | "height" | "hidden" | "href" | "http-equiv" | "id"
        | "itemprop" | "itemtype" | "lang" | "name" | "poster" | "property" | "pubdate" | "rel"
        | "role" | "rowspan" | "scope" | "src" | "start" | "title" | "type" | "width"
        | "xml:lang"
    )
}

/// Whether an inline style takes the element out of sight.
fn hides(style: &str) -> bool {
    style.contains("display") && style.replace(' ', "").to_ascii_lowercase().contains("display:none")
}

/// Leaves out what is never text and sets aside the page's JSON-LD.
#[derive(Default)]
pub(crate) struct PageRules {
    /// Contents of the JSON-LD scripts.
    pub(crate) json_ld: Vec<String>,
    /// Contents of other scripts that hold data and not only code, see [`super::state`].
    pub(crate) states: Vec<String>,
    bytes: usize,
    state_bytes: usize,
    titled: bool,
}

impl Rules for PageRules {
    fn act(&self, tag: &Tag<'_>) -> Act {
        match &*tag.name {
            "svg" | "math" | "template" | "select" | "noscript" | "canvas" | "map" | "datalist" => Act::Skip,
            "object" | "applet" | "frameset" | "frame" | "param" | "marquee" | "nobr" | "image" | "rb" | "rtc" => Act::Unwrap,
            _ => Act::Keep,
        }
    }

    fn attributes(&self, tag: &Tag<'_>, out: &mut String) {
        let late = if tag.name == "img" { settle::picture(tag) } else { None };
        if let Some(found) = &late {
            write_attribute(out, "src", &found.address);
        }
        for (name, value) in &tag.attributes {
            if is_kept(name) && !(name == "src" && late.is_some()) {
                write_attribute(out, name, value);
            } else if name == "style" && hides(value) {
                write_attribute(out, "hidden", "");
            }
        }
    }

    fn raw(&mut self, tag: &Tag<'_>, content: &str, out: &mut String) {
        if tag.name == "title" && !self.titled {
            self.titled = true;
            out.push_str("<title>");
            write_text(out, content);
            out.push_str("</title>");
        }
        let is_json = || tag.get("type").is_some_and(|kind| kind.trim().to_ascii_lowercase().starts_with("application/ld+json"));
        if tag.name == "script" && is_json() && self.json_ld.len() < MAX_SCRIPTS && self.bytes + content.len() <= MAX_JSON {
            self.bytes += content.len();
            self.json_ld.push(content.to_owned());
        } else if tag.name == "script"
            && self.states.len() < state::MAX_SCRIPTS
            && self.state_bytes + content.len() <= state::MAX_STATE
            && state::is_state(tag.get("type"), content)
        {
            self.state_bytes += content.len();
            self.states.push(content.to_owned());
        }
    }
}
