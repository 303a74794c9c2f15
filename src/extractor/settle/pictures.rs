//! Where a picture really is: scripts that load late leave a placeholder in `src`, and pages offer one picture in many sizes.

use super::super::tokens::Tag;

/// Wider pictures are made for walls, not for readers; the largest below is taken.
const WIDEST: f64 = 2048.0;
/// A candidate without a width counts as so many pixels for each `x`.
const PIXELS_OF_ONE: f64 = 800.0;
/// Candidates of one set that are looked at.
const MAX_CANDIDATES: usize = 40;

/// Attributes in which scripts find the address, most telling first.
const LATE: &[&str] = &[
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-lazy",
    "data-lazyload",
    "data-original-src",
    "data-actualsrc",
    "data-img-src",
    "data-image-src",
    "data-full-src",
    "data-large-src",
    "data-high-res-src",
    "data-hi-res-src",
    "data-src-retina",
    "data-cfsrc",
    "data-ezsrc",
    "data-echo",
    "data-layzr",
    "data-defer-src",
    "data-delayed-url",
    "data-runner-src",
    "data-pagespeed-lazy-src",
    "data-pin-media",
    "data-url",
    "data-image",
];
/// Attributes that hold several candidates.
const LATE_SETS: &[&str] = &["data-srcset", "data-lazy-srcset", "data-original-set", "data-src-set", "data-lazysrcset"];
/// How the address of a picture ends.
const ENDINGS: &[&str] = &[".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".jfif", ".bmp"];

/// What an `img` says of where it is.
pub(crate) struct Found {
    /// Its address, references unresolved.
    pub(crate) address: String,
    /// A script was to put it there.
    pub(crate) is_late: bool,
}

/// The address of a picture; `None` where the tag holds none or only a placeholder.
pub(crate) fn find(tag: &Tag<'_>) -> Option<Found> {
    let late_set = LATE_SETS.iter().filter_map(|name| tag.get(name)).find_map(largest);
    let late = || LATE.iter().filter_map(|name| tag.get(name)).map(str::trim).find(|value| is_usable(value));
    if let Some(address) = late_set.or_else(|| late().map(str::to_owned)) {
        return Some(Found { address, is_late: true });
    }
    let now = tag.get("srcset").and_then(largest);
    let src = || tag.get("src").map(str::trim).filter(|src| is_usable(src)).map(str::to_owned);
    if let Some(address) = now.or_else(src) {
        return Some(Found { address, is_late: false });
    }
    // Any other attribute of a script that holds nothing but the address of a picture.
    let other = tag.attributes.iter().filter(|(name, _)| name.starts_with("data-")).map(|(_, value)| value.trim());
    let other = other.into_iter().find(|value| is_usable(value) && is_picture_file(value))?;
    Some(Found { address: other.to_owned(), is_late: true })
}

/// Whether something could still be put in place of what `src` names.
pub(crate) fn is_placeholder(tag: &Tag<'_>) -> bool {
    tag.get("src").is_none_or(|src| !is_usable(src.trim()))
}

/// Whether the path ends as those of pictures do.
pub(crate) fn is_picture_file(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let end = path.len() - path.len().min(5);
    let end = path.get(path.floor_char_boundary(end)..).unwrap_or_default().to_ascii_lowercase();
    ENDINGS.iter().any(|ending| end.ends_with(ending))
}

/// An address that leads to a picture, not to nothing.
fn is_usable(value: &str) -> bool {
    let inline = ["data:", "blob:", "about:", "javascript:"];
    let starts = |scheme: &&str| value.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    !value.is_empty()
        && !inline.iter().any(starts)
        && !value.contains(['{', '<', '\n'])
        && !value.contains("%7B")
        && !value.starts_with(['[', '#'])
        && !is_blank_file(value)
}

/// Whether a file's name says that it shows nothing: `blank.gif`, `img-placeholder-300x200.svg`. Every word must say so: a
/// story may have a picture `blank-page.jpg`.
fn is_blank_file(address: &str) -> bool {
    const BLANK: &[&str] =
        &["blank", "spacer", "transparent", "placeholder", "lazyload", "loading", "loader", "spinner", "1x1", "pixel", "empty"];
    const WITH: &[&str] = &[
        "image",
        "img",
        "default",
        "lazy",
        "clear",
        "trans",
        "dot",
        "gray",
        "grey",
        "white",
        "svg",
        "thumb",
        "thumbnail",
        "post",
        "article",
        "ajax",
        "px",
        "bg",
        "icon",
        "small",
        "large",
    ];
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let file = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let stem = file.rsplit_once('.').map_or(file.as_str(), |(stem, _)| stem);
    let words = || stem.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let is_size = |word: &str| word.bytes().all(|b| b.is_ascii_digit() || b == b'x');
    words().any(|word| BLANK.contains(&word)) && words().all(|word| BLANK.contains(&word) || WITH.contains(&word) || is_size(word))
}

/// The address of the largest sensible candidate of a `srcset`, references unresolved.
pub(crate) fn largest(set: &str) -> Option<String> {
    let mut best: Option<(f64, &str)> = None;
    for (address, width) in candidates(set).into_iter().filter(|(address, _)| is_usable(address)) {
        let better = best.is_none_or(|(had, _)| if had > WIDEST { width < had } else { width > had && width <= WIDEST });
        if better {
            best = Some((width, address));
        }
    }
    best.map(|(_, address)| address.to_owned())
}

/// The candidates of a set with their widths (HTML 4.8.4.2.1): an address ends at white space, so it may hold commas; one
/// that ends with a comma has no descriptor.
fn candidates(set: &str) -> Vec<(&str, f64)> {
    let mut found = Vec::new();
    let mut rest = set;
    while found.len() < MAX_CANDIDATES {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        if rest.is_empty() {
            break;
        }
        let (address, behind) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
        let plain = address.trim_end_matches(',');
        if plain.len() < address.len() {
            found.push((plain, PIXELS_OF_ONE));
            rest = behind;
            continue;
        }
        let (descriptor, behind) = behind.split_at(behind.find(',').unwrap_or(behind.len()));
        found.push((address, width(descriptor)));
        rest = behind;
    }
    found
}

fn width(descriptor: &str) -> f64 {
    let number = |word: &str, unit: char| word.strip_suffix(unit).and_then(|number| number.parse::<f64>().ok());
    let of_word = |word: &str| number(word, 'w').or_else(|| number(word, 'x').map(|x| x * PIXELS_OF_ONE));
    descriptor.split_whitespace().find_map(of_word).unwrap_or(PIXELS_OF_ONE)
}

/// Zero or one pixel wide or high: it counts readers.
pub(crate) fn is_tiny(tag: &Tag<'_>) -> bool {
    let tiny = |value: &str| matches!(value.trim().trim_end_matches("px").trim(), "0" | "1");
    let style = tag.get("style").unwrap_or_default();
    let styled = |name: &str| {
        let declarations = style.split(';').filter_map(|declaration| declaration.split_once(':'));
        declarations.into_iter().any(|(key, value)| key.trim().eq_ignore_ascii_case(name) && tiny(value))
    };
    ["width", "height"].iter().any(|name| tag.get(name).is_some_and(tiny) || styled(name))
}

/// Whether two addresses name one picture in different sizes.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    one == other || (file(one).len() > 4 && file(one) == file(other))
}

/// The path without the size that resized pictures carry at the end of their name: `/a/b-300x200.jpg` is `/a/b.jpg`.
fn file(address: &str) -> String {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let path = path.split_once("//").map_or(path, |(_, behind)| behind.split_once('/').map_or(behind, |(_, path)| path));
    let (stem, end) = path.rsplit_once('.').unwrap_or((path, ""));
    let stem = match stem.rsplit_once(['-', '_']) {
        Some((before, size)) if size.contains('x') && size.bytes().all(|b| b.is_ascii_digit() || b == b'x') => before,
        _ => stem,
    };
    format!("{}.{end}", stem.trim_start_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::super::super::tokens::{Token, Tokens};
    use super::*;

    fn check(html: &str, expected: Option<&str>) {
        let Some(Token::Start(tag)) = Tokens::new(html).next() else { panic!("{html}") };
        assert_eq!(find(&tag).map(|found| found.address).as_deref(), expected, "{html}");
    }

    #[test]
    fn scripts_leave_the_address_in_many_places() {
        check("<img src=a.jpg>", Some("a.jpg"));
        check("<img src=s.gif data-src=a.jpg>", Some("a.jpg"));
        check("<img src='data:image/svg+xml,%3Csvg%3E' data-lazy-src=a.jpg>", Some("a.jpg"));
        check("<img src=/i/blank.gif data-of-this-site='/p/a.webp?w=3'>", Some("/p/a.webp?w=3"));
        check("<img data-settings='[\"a.jpg\"]' data-id=7>", None);
        check("<img data-src='/a-{width}.jpg' src=b.jpg>", Some("b.jpg"));
        check("<img src=about:blank><img src=a>", None);
    }

    #[test]
    fn a_placeholder_is_no_picture() {
        for name in ["blank.gif", "spacer.png", "1x1.gif", "image-placeholder-300x200.svg", "lazy_placeholder.gif", "loading.gif"] {
            check(&format!("<img src='/i/{name}?v=2'>"), None);
        }
        check("<img src=/i/blank-page.jpg>", Some("/i/blank-page.jpg"));
        check("<img src=/i/loading-dock-fire.jpg>", Some("/i/loading-dock-fire.jpg"));
    }

    #[test]
    fn the_largest_sensible_candidate_is_taken() {
        check("<img src=s.jpg srcset='s.jpg 300w, l.jpg 1200w'>", Some("l.jpg"));
        check("<img srcset='a.jpg, b.jpg 2x'>", Some("b.jpg"));
        check("<img srcset='a.jpg 1x,b.jpg 2x'>", Some("b.jpg"));
        check("<img srcset='/c_fill,w_300/a.jpg 300w, /c_fill,w_900/a.jpg 900w'>", Some("/c_fill,w_900/a.jpg"));
        check("<img srcset='a.jpg 640w, wall.jpg 6000w'>", Some("a.jpg"));
        check("<img srcset='big.jpg 4000w, wall.jpg 6000w'>", Some("big.jpg"));
        check("<img srcset='data:image/gif;base64,R0lG 1w' src=a.jpg>", Some("a.jpg"));
        check("<img src=s.jpg data-srcset='m.jpg 600w, l.jpg 900w'>", Some("l.jpg"));
        check("<img srcset=', ,'>", None);
    }

    #[test]
    fn sizes_of_one_picture_are_known() {
        assert!(is_same("https://a.example/u/p-300x200.jpg", "/u/p.jpg?x=1"));
        assert!(!is_same("/u/p.jpg", "/u/q.jpg"));
    }
}
