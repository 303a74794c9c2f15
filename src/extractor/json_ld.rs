//! What a page says of itself in JSON-LD (schema.org), read tolerantly and bounded.

use std::collections::HashMap;

use serde_json::Value;

use super::references::decode;
use super::values::json;

/// Bytes of all JSON-LD of one page together.
pub(crate) const MAX_JSON: usize = 1 << 20;
/// Objects that are looked at.
const MAX_OBJECTS: usize = 4096;
/// Names of one article.
const MAX_AUTHORS: usize = 32;

/// The article as the page's JSON-LD describes it. Texts are as given: references may still be in them.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Described {
    /// `headline`, else `name`.
    pub(crate) headline: Option<String>,
    /// Names of persons and organisations.
    pub(crate) authors: Vec<String>,
    /// `datePublished`, else `dateCreated`.
    pub(crate) published: Option<String>,
    /// `dateModified`.
    pub(crate) updated: Option<String>,
    /// `articleSection`.
    pub(crate) section: Option<String>,
    /// First picture.
    pub(crate) image: Option<String>,
    /// `articleBody`: plain text, sometimes HTML.
    pub(crate) body: Option<String>,
    /// `inLanguage`.
    pub(crate) lang: Option<String>,
    /// `description`.
    pub(crate) description: Option<String>,
    /// Name of the publisher.
    pub(crate) publisher: Option<String>,
    /// `isAccessibleForFree` is false.
    pub(crate) behind_wall: bool,
    /// Whether this describes an article, and not only the page it is on.
    pub(crate) is_article: bool,
}

/// Reads the scripts of a page and picks the object that describes its article.
pub(crate) fn describe(scripts: &[String]) -> Option<Described> {
    let values: Vec<Value> = scripts.iter().filter_map(|script| read(script)).collect();
    let mut objects = Vec::new();
    let mut todo: Vec<&Value> = values.iter().rev().collect();
    while let Some(value) = todo.pop() {
        match value {
            Value::Array(items) => todo.extend(items.iter().rev()),
            Value::Object(fields) => {
                if objects.len() >= MAX_OBJECTS {
                    break;
                }
                objects.push(value);
                // Not into lists, comments or related articles: those describe something else.
                todo.extend(["article", "mainEntity", "mainEntityOfPage", "@graph"].iter().filter_map(|key| fields.get(*key)));
            }
            _ => {}
        }
    }
    let by_id: HashMap<&str, &Value> = objects.iter().filter_map(|object| Some((text_of(object, "@id")?, *object))).collect();
    let mut best: Option<(u32, &Value)> = None;
    for object in &objects {
        let points = points(object);
        if points > 0 && best.is_none_or(|(most, _)| points > most) {
            best = Some((points, object));
        }
    }
    best.map(|(points, object)| Described { is_article: points >= ARTICLE, ..described(object, &by_id) })
}

const ARTICLE: u32 = 8;

/// How likely the object is the article itself; nothing for what is no page and no article.
fn points(object: &Value) -> u32 {
    let kinds = kinds(object);
    let has = |name: &str| kinds.iter().any(|kind| kind.ends_with(name));
    let article =
        ["Article", "BlogPosting", "Report", "SocialMediaPosting", "LiveBlogPosting", "DiscussionForumPosting", "Review", "Recipe"];
    let kind = if article.iter().any(|name| has(name)) {
        ARTICLE
    } else if ["WebPage", "ItemPage", "VideoObject", "PodcastEpisode", "CreativeWork"].iter().any(|name| has(name)) {
        1
    } else {
        return 0;
    };
    let filled = |key: &str| object.get(key).is_some_and(|value| !value.is_null() && value != "");
    kind + u32::from(filled("headline")) * 2
        + u32::from(filled("datePublished"))
        + u32::from(filled("articleBody")) * 2
        + u32::from(filled("author"))
}

fn kinds(object: &Value) -> Vec<&str> {
    match object.get("@type") {
        Some(Value::String(kind)) => vec![kind],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn described(object: &Value, by_id: &HashMap<&str, &Value>) -> Described {
    let text = |key: &str| text_of(object, key).map(str::to_owned);
    let mut authors = Vec::new();
    let given = ["author", "creator"].iter().filter_map(|key| object.get(*key)).find(|value| !value.is_null());
    names(given, by_id, &mut authors);
    let mut publishers = Vec::new();
    names(object.get("publisher"), by_id, &mut publishers);
    let free = object.get("isAccessibleForFree");
    Described {
        headline: text("headline").or_else(|| text("name")),
        authors,
        published: text("datePublished").or_else(|| text("dateCreated")),
        updated: text("dateModified"),
        section: text("articleSection"),
        image: image(object.get("image"), by_id).or_else(|| text("thumbnailUrl")),
        body: text("articleBody"),
        lang: text("inLanguage"),
        description: text("description"),
        publisher: publishers.into_iter().next(),
        behind_wall: free
            .is_some_and(|free| *free == false || free.as_str().is_some_and(|word| word.eq_ignore_ascii_case("false"))),
        is_article: false,
    }
}

fn text_of<'v>(object: &'v Value, key: &str) -> Option<&'v str> {
    let value = object.get(key)?;
    let value = if let Value::Array(items) = value { items.first()? } else { value };
    value.as_str().map(str::trim).filter(|text| !text.is_empty())
}

fn names(value: Option<&Value>, by_id: &HashMap<&str, &Value>, out: &mut Vec<String>) {
    let items = match value {
        Some(Value::Array(items)) => items.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    for item in items.iter().take(MAX_AUTHORS) {
        let name = match item {
            Value::String(name) => Some(name.as_str()),
            Value::Object(_) => match item.get("name") {
                Some(Value::Array(several)) => {
                    out.extend(several.iter().take(MAX_AUTHORS).filter_map(Value::as_str).map(str::to_owned));
                    None
                }
                _ => text_of(item, "name").or_else(|| text_of(by_id.get(text_of(item, "@id")?)?, "name")),
            },
            _ => None,
        };
        if let Some(name) = name.map(str::trim).filter(|name| !name.is_empty()) {
            out.push(name.to_owned());
        }
    }
}

fn image(value: Option<&Value>, by_id: &HashMap<&str, &Value>) -> Option<String> {
    let value = match value? {
        Value::Array(items) => items.first()?,
        one => one,
    };
    let url = match value {
        Value::String(url) => Some(url.as_str()),
        _ => {
            let object = text_of(value, "@id").and_then(|id| by_id.get(id)).copied().unwrap_or(value);
            ["url", "contentUrl"].iter().find_map(|key| text_of(value, key).or_else(|| text_of(object, key)))
        }
    };
    url.map(str::to_owned)
}

/// Reads one script. Publishers leave raw line breaks in strings, wrap it in comments, escape it as HTML or end it with a semicolon.
fn read(script: &str) -> Option<Value> {
    let script = script.trim().trim_start_matches('\u{feff}');
    let wrappers = ["<!--", "//<![CDATA[", "<![CDATA[", "/*<![CDATA[*/", "-->", "//]]>", "]]>", "/*]]>*/", ";"];
    let mut body = script;
    for wrapper in wrappers {
        body = body.strip_prefix(wrapper).unwrap_or(body).trim();
        body = body.strip_suffix(wrapper).unwrap_or(body).trim();
    }
    json(body).or_else(|| {
        let repaired: String = body.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        json(&repaired).or_else(|| json(&decode(&repaired)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(scripts: &[&str]) -> Described {
        describe(&scripts.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>()).unwrap_or_default()
    }

    #[test]
    fn the_article_is_found_wherever_it_stands() {
        let article = r#"{"@type":"NewsArticle","headline":"Rain"}"#;
        for script in [
            article.to_owned(),
            format!("[{{\"@type\":\"WebSite\",\"name\":\"S\"}},{article}]"),
            format!("{{\"@graph\":[{{\"@type\":\"WebPage\",\"name\":\"P\",\"datePublished\":\"2024\"}},{article}]}}"),
            format!("<!-- {article} -->"),
            format!("//<![CDATA[\n{article}\n//]]>"),
            format!("{article};"),
        ] {
            let described = of(&[&script]);
            assert_eq!(described.headline.as_deref(), Some("Rain"), "{script}");
            assert!(described.is_article);
        }
        assert_eq!(of(&["{broken", article]).headline.as_deref(), Some("Rain"));
        assert_eq!(of(&["{\"@type\":\"NewsArticle\",\"headline\":\"Ra\nin\"}"]).headline.as_deref(), Some("Ra in"));
        let listed = r#"{"@type":"ItemList","itemListElement":[{"@type":"NewsArticle","headline":"Other"}]}"#;
        assert_eq!(of(&[listed]).headline, None);
    }

    #[test]
    fn authors_come_in_many_shapes() {
        let check = |authors: &str, expected: &[&str]| {
            let described = of(&[&format!(
                "{{\"@graph\":[{{\"@type\":\"Article\",\"author\":{authors}}},{{\"@type\":\"Person\",\"@id\":\"#p\",\"name\":\"Pia\"}}]}}"
            )]);
            assert_eq!(described.authors, expected, "{authors}");
        };
        check(r#""Ann""#, &["Ann"]);
        check(r#"{"name":"Ann"}"#, &["Ann"]);
        check(r##"[{"name":"Ann"},"Ben",{"@id":"#p"}]"##, &["Ann", "Ben", "Pia"]);
        check(r#"{"name":["Ann","Ben"]}"#, &["Ann", "Ben"]);
        check("null", &[]);
        check("[[],7,{}]", &[]);
    }

    #[test]
    fn a_wall_is_told() {
        assert!(of(&[r#"{"@type":"Article","isAccessibleForFree":"False"}"#]).behind_wall);
        assert!(of(&[r#"{"@type":"Article","isAccessibleForFree":false}"#]).behind_wall);
        assert!(!of(&[r#"{"@type":"Article"}"#]).behind_wall);
    }

    #[test]
    fn deep_json_is_refused_quietly() {
        assert_eq!(describe(&["[".repeat(100_000)]), None);
    }
}
