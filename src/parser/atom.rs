//! The clean Atom that feed-rs is given: elements, attributes and characters, well-formed whatever is in them.

use super::text;

/// `<name type="html">`.
pub(super) fn write_text(out: &mut String, name: &str, value: &str) {
    out.extend(["<", name, " type=\"html\">"]);
    write_characters(out, value);
    out.extend(["</", name, ">"]);
}

/// An element with characters alone.
pub(super) fn write_plain(out: &mut String, name: &str, value: &str) {
    out.extend(["<", name, ">"]);
    write_characters(out, value);
    out.extend(["</", name, ">"]);
}

/// An author.
pub(super) fn write_person(out: &mut String, name: &str) {
    out.push_str("<author>");
    write_plain(out, "name", name);
    out.push_str("</author>");
}

/// An element with attributes alone.
pub(super) fn write_empty(out: &mut String, name: &str, attributes: &[(&str, &str)]) {
    out.extend(["<", name]);
    for (name, value) in attributes.iter().filter(|(_, value)| !value.is_empty()) {
        out.extend([" ", name, "=\""]);
        text::escape_to(out, value);
        out.push('"');
    }
    out.push_str("/>");
}

/// Characters as a CDATA section: they cost nothing more than themselves there.
fn write_characters(out: &mut String, value: &str) {
    out.push_str("<![CDATA[");
    let mut rest = value;
    while let Some(at) = memchr::memmem::find(rest.as_bytes(), b"]]>") {
        out.push_str(&rest[..at + 2]);
        out.push_str("]]><![CDATA[");
        rest = &rest[at + 2..];
    }
    out.push_str(rest);
    out.push_str("]]>");
}
