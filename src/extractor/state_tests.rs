use super::*;

const ONE: &str = "The river rose through the night, and at dawn the lower streets of the old town stood under water.";
const TWO: &str = "By noon the fire brigade had carried forty people out of their houses, most of them in rowing boats.";
const THREE: &str = "Nobody was hurt, the mayor said, but it would take weeks until the market hall could be opened again.";
const FOUR: &str = "The last flood of this kind was in the spring of the year in which the bridge was built, long before.";
const FIVE: &str = "Insurers expect a bill of several millions, and the state has promised to pay a part of it this year.";

fn lines() -> String {
    [ONE, TWO, THREE, FOUR, FIVE].join("\n")
}

fn check(script: &str, expected: Option<&str>) {
    assert_eq!(body(&[script.to_owned()]).as_deref(), expected, "{script}");
}

#[test]
fn the_story_is_found_in_whatever_shape_it_is_stored() {
    let story = lines();
    let html = format!("<p>{}</p>", story.replace('\n', "</p><p>"));
    let as_json = |value: serde_json::Value| value.to_string();
    let parts: Vec<&str> = story.lines().collect();
    check(&as_json(serde_json::json!({"props": {"page": {"body": html, "title": "Flood"}}})), Some(&story));
    check(&as_json(serde_json::json!({"article": {"paragraphs": parts}})), Some(&story));
    let objects: Vec<_> = parts.iter().map(|text| serde_json::json!({"type": "paragraph", "text": text})).collect();
    check(&as_json(serde_json::json!([{"content": objects}])), Some(&story));
    let rich: Vec<_> = parts
        .iter()
        .map(|text| {
            let (start, end) = text.split_at(10);
            serde_json::json!({"nodeType": "paragraph", "content": [{"nodeType": "text", "value": start}, {"nodeType": "text", "value": end}]})
        })
        .collect();
    check(&as_json(serde_json::json!({"entry": {"body": {"json": {"content": rich}}}})), Some(&story));
}

#[test]
fn scripts_that_set_a_variable_are_read() {
    let story = lines();
    let object = serde_json::json!({"article": {"text": story}}).to_string();
    check(&format!("window.__STATE__ = {object};\nrun();"), Some(&story));
    check(&format!("var a=1; window['x']={object}"), Some(&story));
    check(&format!("window.s=JSON.parse({})", serde_json::Value::String(object.clone())), Some(&story));
    check(&format!("window.s={}", object.replacen("{\"article\"", "{\"user\":undefined,\"article\"", 1)), Some(&story));
}

#[test]
fn what_is_no_story_is_left() {
    check("{}", None);
    check("not json", None);
    check(&serde_json::json!({"body": "Short."}).to_string(), None);
    check(&serde_json::json!({"legal": lines()}).to_string(), None);
    check(&serde_json::json!({"text": "a{b:c;d:e} ".repeat(100)}).to_string(), None);
    check(&serde_json::json!({"content": vec!["word"; 300]}).to_string(), None);
    // Teasers of other articles are no paragraphs.
    let teasers: Vec<_> =
        lines().lines().map(|text| serde_json::json!({"headline": "Flood", "url": "/flood", "text": text})).collect();
    check(&serde_json::json!({"content": teasers}).to_string(), None);
}

#[test]
fn the_longest_wins() {
    let short = format!("{ONE}\n{TWO}\n{THREE}\n{FOUR}\n{FOUR}");
    let value = serde_json::json!({"a": {"body": short}, "b": {"body": format!("{}\n{ONE}", lines())}});
    check(&value.to_string(), Some(&format!("{}\n{ONE}", lines())));
}

#[test]
fn state_is_told_from_other_scripts() {
    let object = format!("{{\"a\":\"{}\"}}", "x".repeat(500));
    assert!(is_state(Some("application/json"), "{}"));
    assert!(is_state(None, &format!("window.__X__={object}")));
    assert!(is_state(Some("text/javascript"), &format!("window.__X__ = {object}")));
    assert!(!is_state(Some("application/ld+json"), &object));
    assert!(!is_state(Some("text/template"), &format!("x={object}")));
    assert!(!is_state(None, "run()"));
}

#[test]
fn a_text_in_many_texts_is_not_read_for_all_of_them() {
    let inside = |times: usize, text: &str| format!("{}{}{}", "{\"body\":".repeat(times), Value::from(text), "}".repeat(times));
    let long = lines().repeat(2000);
    let mut search = Search::default();
    search.look(&serde_json::from_str(&inside(30, &long)).unwrap());
    assert!(long.len() * 30 > 2 * MAX_READ && search.unread == 0, "{}", search.unread);
    assert_eq!(search.best, long, "the first time it was read");
    check(&inside(30, &lines()), Some(&lines()));
}

#[test]
fn hostile_state_ends() {
    check(&"[".repeat(100_000), None);
    check(&"={\"".repeat(100_000), None);
    let deep = format!("{}\"x\"{}", "{\"body\":".repeat(100), "}".repeat(100));
    check(&deep, None);
    let wide = format!("{{\"body\":[{}]}}", vec!["{\"body\":[{\"text\":\"a\"}]}"; 50_000].join(","));
    check(&wide, None);
}
