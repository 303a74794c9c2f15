//! Character references: `&#8217;`, `&amp;`, all names of HTML, and what is wrong with them.

use std::borrow::Cow;

use html5ever::data::NAMED_ENTITIES;

use super::faults::Repair;
use super::text::is_allowed;

/// Longest name of a character reference; `CounterClockwiseContourIntegral` has 31 letters.
const MAX_REFERENCE: usize = 32;

/// `text` with its character references resolved: `&#8217;` and all names of HTML. Numbers that were meant in windows-1252
/// are read so (`&#146;`), those that stand for no character vanish, anything else stays as written: a bare `&` is text,
/// and so is a name from a DTD, because nothing that a document declares is ever expanded.
pub(super) fn resolve(text: &str) -> Cow<'_, str> {
    resolve_all(text, false)
}

/// As [`resolve`]; with `bare` also the names that HTML knows without a semicolon.
pub(super) fn resolve_all(text: &str, bare: bool) -> Cow<'_, str> {
    let Some(first) = memchr::memchr(b'&', text.as_bytes()) else { return Cow::Borrowed(text) };
    let mut out = String::new();
    // what was looked at already, and what of it is in `out`
    let (mut at, mut done) = (first, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let length = match predefined(rest) {
            Some((c, length)) => {
                out.push_str(&text[done..at]);
                out.push(c);
                length
            }
            None => match reference(rest, bare) {
                Some((resolved, length)) => {
                    out.push_str(&text[done..at]);
                    out.push_str(&resolved);
                    length
                }
                None => 0,
            },
        };
        if length > 0 {
            if done == 0 {
                out.reserve(text.len());
            }
            done = at + length;
        }
        let from = at + length.max(1);
        at = memchr::memchr(b'&', &text.as_bytes()[from..]).map_or(text.len(), |found| from + found);
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// The five references of XML, which are nearly all that there are.
fn predefined(text: &str) -> Option<(char, usize)> {
    match text.as_bytes() {
        [_, b'l', b't', b';', ..] => Some(('<', 4)),
        [_, b'g', b't', b';', ..] => Some(('>', 4)),
        [_, b'a', b'm', b'p', b';', ..] => Some(('&', 5)),
        [_, b'q', b'u', b'o', b't', b';', ..] => Some(('"', 6)),
        [_, b'a', b'p', b'o', b's', b';', ..] => Some(('\'', 6)),
        _ => None,
    }
}

/// What is wrong with the references in `text`, a piece of XML, and where.
pub(super) fn check<'a>(text: &'a str, mut tell: impl FnMut(Repair, &'a str)) {
    for at in memchr::memchr_iter(b'&', text.as_bytes()) {
        let rest = &text[at..];
        if predefined(rest).is_some() {
            continue;
        }
        let sample = |length: usize| &rest[..rest.floor_char_boundary(length)];
        let Some((resolved, length)) = reference(rest, false) else {
            // `&name;` was meant as a reference, to something that a DTD may even declare
            let name = rest[1..].bytes().take_while(u8::is_ascii_alphanumeric).take(MAX_REFERENCE).count();
            match rest.as_bytes().get(1 + name) {
                Some(b';') if name > 0 => tell(Repair::Foreign, sample(name + 2)),
                _ => tell(Repair::Ampersand, sample(20)),
            }
            continue;
        };
        let number = rest[..length].strip_prefix("&#");
        let is_windows = number.is_some() && !resolved.is_empty() && (0x80..=0x9f).contains(&code_of(&rest[2..length]));
        match number {
            None => tell(Repair::Entity, sample(length)),
            Some(_) if resolved.is_empty() => tell(Repair::NoCharacter, sample(length)),
            Some(_) if is_windows => tell(Repair::Windows, sample(length)),
            Some(number) if !number.ends_with(';') => tell(Repair::Ampersand, sample(20)),
            Some(_) => {}
        }
    }
}

/// The reference at the beginning of `text` and its length in bytes.
fn reference(text: &str, bare: bool) -> Option<(Cow<'static, str>, usize)> {
    let body = &text[1..];
    if let Some(number) = body.strip_prefix('#') {
        let (digits, radix, before) = digits_of(number);
        let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
        if end == 0 {
            return None;
        }
        let length = before + end + usize::from(digits[end..].starts_with(';'));
        return Some((character(code_of(number)).map_or(Cow::Borrowed(""), |c| Cow::Owned(c.to_string())), length));
    }
    let end =
        body.bytes().take(MAX_REFERENCE + 1).position(|b| !b.is_ascii_alphanumeric()).unwrap_or(body.len().min(MAX_REFERENCE + 1));
    let name = body.get(..end)?;
    if name.is_empty() || end > MAX_REFERENCE {
        return None;
    }
    let closed = body[end..].starts_with(';');
    if !closed && !bare {
        return None;
    }
    // the table has names with their semicolon, and without it the few that HTML knows so; beginnings of names map to zero
    let key = body.get(..end + usize::from(closed))?;
    let (first, second) = NAMED_ENTITIES.get(key).copied().filter(|(first, _)| *first != 0)?;
    let resolved: String = [first, second].into_iter().filter(|code| *code != 0).filter_map(char::from_u32).collect();
    Some((Cow::Owned(resolved), 1 + key.len()))
}

/// What follows `&#`: digits, their radix, and the length of what stands before them with `&#`.
fn digits_of(number: &str) -> (&str, u32, usize) {
    match number.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16, 3),
        None => (number, 10, 2),
    }
}

/// The number that follows `&#`; one that is too great for a number is no character either.
fn code_of(number: &str) -> u32 {
    let (digits, radix, _) = digits_of(number);
    let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
    u32::from_str_radix(digits[..end].get(..10).unwrap_or(&digits[..end]), radix).unwrap_or(u32::MAX)
}

/// The character of a numeric reference, as HTML reads it.
fn character(code: u32) -> Option<char> {
    if (0x80..=0x9f).contains(&code) {
        let byte = [u8::try_from(code).ok()?];
        return encoding_rs::WINDOWS_1252.decode_without_bom_handling(&byte).0.chars().next();
    }
    char::from_u32(code).filter(|c| is_allowed(*c))
}
