//! XPath in words (XPath 1.0, 3.7).

/// A word of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Word {
    /// A sign, or the name of an operator.
    Sign(&'static str),
    /// A name.
    Name(String),
    /// A quoted text.
    Literal(String),
    /// A number.
    Number(f64),
}

/// Longest first.
const SIGNS: &[&str] =
    &["//", "::", "..", "!=", "<=", ">=", "/", "[", "]", "(", ")", "@", ",", "|", "=", "<", ">", "+", "-", "*", "."];
const OPERATORS: &[&str] = &["and", "or", "div", "mod"];

/// Cuts an expression into words.
///
/// # Errors
/// Names the character that fits nowhere.
pub(super) fn words(text: &str) -> Result<Vec<Word>, String> {
    let mut words: Vec<Word> = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if matches!(first, '"' | '\'') {
            let body = rest.get(1..).unwrap_or_default();
            let end = body.find(first).ok_or_else(|| format!("a text that begins with {first} does not end"))?;
            words.push(Word::Literal(body.get(..end).unwrap_or_default().to_owned()));
            end + 2
        } else if first.is_ascii_digit() {
            let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
            let number = rest.get(..end).unwrap_or_default();
            words.push(Word::Number(number.parse().map_err(|_| format!("{number} is no number"))?));
            end
        } else if first.is_alphabetic() || first == '_' {
            name(rest, &mut words)
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            words.push(Word::Sign(sign));
            sign.len()
        } else {
            return Err(format!("\"{first}\" fits nowhere"));
        };
        rest = rest.get(length..).unwrap_or_default().trim_start();
    }
    Ok(words)
}

fn name(rest: &str, words: &mut Vec<Word>) -> usize {
    // A colon belongs to a name, two of them are an axis.
    let mut end = 0;
    for (at, c) in rest.char_indices() {
        let is_prefix = c == ':' && !rest.get(at..).is_some_and(|rest| rest.starts_with("::"));
        if !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.') || is_prefix) {
            break;
        }
        end = at + c.len_utf8();
    }
    let name = rest.get(..end).unwrap_or_default();
    let operator = OPERATORS.iter().find(|operator| **operator == name).filter(|_| ends_operand(words.last()));
    words.push(operator.map_or_else(|| Word::Name(name.to_owned()), |operator| Word::Sign(operator)));
    end
}

/// Whether an operator can stand behind a word; else its name is that of an element.
pub(super) fn ends_operand(word: Option<&Word>) -> bool {
    match word {
        Some(Word::Sign(sign)) => matches!(*sign, ")" | "]" | "." | ".." | "*"),
        Some(_) => true,
        None => false,
    }
}
