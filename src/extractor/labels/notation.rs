//! How the phrases of a language are written down.

/// The phrases that `text` stands for: `|` parts them, round brackets hold alternatives of a part, an empty one leaves it out.
/// `share( this|) (story|page)` are four. In the phrases `#` is any number, `<30>` at most thirty characters of anything.
pub(super) fn expand(text: &str) -> Vec<String> {
    let mut phrases = alternatives(&mut text.chars());
    phrases.retain(|phrase| !phrase.is_empty());
    phrases
}

/// Up to the bracket that closes, or the end.
fn alternatives(chars: &mut impl Iterator<Item = char>) -> Vec<String> {
    let mut done = Vec::new();
    let mut open = vec![String::new()];
    while let Some(c) = chars.next() {
        match c {
            '|' => done.append(&mut std::mem::replace(&mut open, vec![String::new()])),
            '(' => {
                let inner = alternatives(chars);
                open = open.iter().flat_map(|head| inner.iter().map(move |tail| format!("{head}{tail}"))).collect();
            }
            ')' => break,
            _ => open.iter_mut().for_each(|phrase| phrase.push(c)),
        }
    }
    done.append(&mut open);
    done
}

/// A phrase up to its first hole, and after each: how many characters it takes at most, what follows.
pub(super) fn pieces(phrase: &str) -> (&str, Vec<(usize, &str)>) {
    let mut parts = phrase.split('<');
    let head = parts.next().unwrap_or_default();
    let holes =
        parts.filter_map(|part| part.split_once('>')).map(|(most, then)| (most.parse().unwrap_or_default(), then)).collect();
    (head, holes)
}
