//! The functions of XPath 1.0 (4), and those few of 2.0 that rules use as if they were.

use super::eval::{GivenUp, Here, Item, Page, Value};
use super::parse::Expr;

/// Bytes of a text that a function makes.
const MAX_TEXT: usize = 1 << 20;

/// Calls a function.
pub(super) fn call(page: &Page<'_>, name: &str, arguments: &[Expr], here: Here) -> Result<Value, GivenUp> {
    let value = |at: usize| page.eval(arguments.get(at).ok_or(GivenUp)?, here);
    let text = |at: usize| page.string(&value(at)?);
    // Without an argument: the node here.
    let own = || if arguments.is_empty() { page.text(here.item) } else { text(0) };
    #[allow(clippy::cast_precision_loss)] // counts of nodes and characters
    let count = |count: usize| Value::Number(count as f64);
    let answer = match name {
        "last" => count(here.size),
        "position" => count(here.position),
        "count" => match value(0)? {
            Value::Nodes(items) => count(items.len()),
            _ => return Err(GivenUp),
        },
        "sum" => match value(0)? {
            Value::Nodes(items) => {
                let mut sum = 0.0;
                for item in items {
                    sum += page.number(&Value::Text(page.text(item)?))?;
                }
                Value::Number(sum)
            }
            _ => return Err(GivenUp),
        },
        "id" => {
            let wanted = text(0)?;
            let is_it = |at: &usize| page.tree.attribute(*at, "id") == Some(wanted.as_str());
            page.spend(page.tree.nodes.len())?;
            Value::Nodes((0..page.tree.nodes.len()).find(is_it).map(Item::Node).into_iter().collect())
        }
        "name" | "local-name" => Value::Text(name_of(page, arguments.is_empty().then_some(here.item), || value(0))?),
        "string" => Value::Text(own()?),
        "concat" => {
            let mut out = String::new();
            for at in 0..arguments.len() {
                out.push_str(&text(at)?);
                if out.len() > MAX_TEXT {
                    return Err(GivenUp);
                }
            }
            Value::Text(out)
        }
        "starts-with" => Value::Truth(text(0)?.starts_with(&text(1)?)),
        "ends-with" => Value::Truth(text(0)?.ends_with(&text(1)?)),
        "contains" => Value::Truth(text(0)?.contains(&text(1)?)),
        "substring-before" => Value::Text(text(0)?.split_once(&text(1)?).map_or("", |(before, _)| before).to_owned()),
        "substring-after" => Value::Text(text(0)?.split_once(&text(1)?).map_or("", |(_, after)| after).to_owned()),
        "substring" => {
            let (from, length) = (
                page.number(&value(1)?)?.round(),
                if arguments.len() > 2 { page.number(&value(2)?)?.round() } else { f64::INFINITY },
            );
            #[allow(clippy::cast_precision_loss)] // positions of characters
            let inside = |at: usize| (at as f64 + 1.0) >= from && (at as f64 + 1.0) < from + length;
            Value::Text(text(0)?.chars().enumerate().filter(|(at, _)| inside(*at)).map(|(_, c)| c).collect())
        }
        "string-length" => count(own()?.chars().count()),
        "normalize-space" => Value::Text(own()?.split_whitespace().collect::<Vec<_>>().join(" ")),
        "translate" => {
            let (from, to): (Vec<char>, Vec<char>) = (text(1)?.chars().collect(), text(2)?.chars().collect());
            let moved = |c: char| match from.iter().position(|have| *have == c) {
                Some(at) => to.get(at).copied(),
                None => Some(c),
            };
            let all = text(0)?;
            page.spend(all.len().saturating_mul(from.len()) / 8)?;
            Value::Text(all.chars().filter_map(moved).collect())
        }
        "lower-case" => Value::Text(text(0)?.to_lowercase()),
        "upper-case" => Value::Text(text(0)?.to_uppercase()),
        "boolean" => Value::Truth(page.truth(&value(0)?)),
        "not" => Value::Truth(!page.truth(&value(0)?)),
        "true" => Value::Truth(true),
        "false" => Value::Truth(false),
        "number" => Value::Number(page.number(&if arguments.is_empty() { Value::Text(own()?) } else { value(0)? })?),
        "floor" => Value::Number(page.number(&value(0)?)?.floor()),
        "ceiling" => Value::Number(page.number(&value(0)?)?.ceil()),
        "round" => Value::Number(page.number(&value(0)?)?.round()),
        _ => return Err(GivenUp),
    };
    Ok(answer)
}

fn name_of(page: &Page<'_>, here: Option<Item>, value: impl FnOnce() -> Result<Value, GivenUp>) -> Result<String, GivenUp> {
    let item = match here {
        Some(item) => Some(item),
        None => match value()? {
            Value::Nodes(items) => items.first().copied(),
            _ => return Err(GivenUp),
        },
    };
    Ok(match item {
        Some(Item::Node(at)) => page.tree.name(at).unwrap_or_default().to_owned(),
        Some(Item::Attribute(at, number)) => page.tree.attributes(at).get(number).map(|(name, _)| name.clone()).unwrap_or_default(),
        None => String::new(),
    })
}
