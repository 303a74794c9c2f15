//! Slips of the pen, one a line.

use proptest::prelude::*;
use serde_json::Value;

use super::*;

fn check(body: &str, expected: &str, slips: &[Slip]) {
    let mended = mend(body, 0);
    let found: Vec<Slip> = mended.notes.iter().map(|note| note.slip).collect();
    assert_eq!((mended.text.as_str(), found.as_slice()), (expected, slips), "{body}");
    serde_json::from_str::<Value>(&mended.text).unwrap_or_else(|error| panic!("{error}: {}", mended.text));
}

#[test]
fn what_is_right_stays() {
    check(
        r#"{ "a" : [ 1 , -2.5e3, true ,null, "x\u00e9\ud83d\ude00\"\\\/" ] , "b":{} }"#,
        r#"{"a":[1,-2.5e3,true,null,"x\u00e9\ud83d\ude00\"\\\/"],"b":{}}"#,
        &[],
    );
    check("[]", "[]", &[]);
    check("{}}]", "{}", &[]);
}

#[test]
fn commas_and_colons() {
    check(r#"{"a":1,}"#, r#"{"a":1}"#, &[Slip::ExtraComma]);
    check(r#"[1,,2,]"#, r#"[1,2]"#, &[Slip::ExtraComma]);
    check(r#"[{"a":1} {"b":2}]"#, r#"[{"a":1},{"b":2}]"#, &[Slip::NoComma]);
    check("{\"a\":\"x\"\n\"b\":2}", r#"{"a":"x","b":2}"#, &[Slip::NoComma]);
    check(r#"{"a" 1}"#, r#"{"a":1}"#, &[Slip::NoColon]);
    check(r#"{"a":,"b"}"#, r#"{"a":null,"b":null}"#, &[Slip::NoValue]);
}

#[test]
fn strings() {
    check("[\"a\nb\tc\u{1}d\"]", r#"["a\nb\tc d"]"#, &[Slip::Control]);
    check(r#"["it\'s \x41 C:\dir \u12 \"]"#, r#"[]"#, &[Slip::Escape, Slip::Cut]);
    check(r#"["it\'s \x41 C:\dir \u12 "]"#, r#"["it's \u0041 C:\\dir \\u12 "]"#, &[Slip::Escape]);
    check(r#"["\ud800 \udc00 \ud83dx \ud800\u0041"]"#, r#"["\ufffd \ufffd \ufffdx \ufffd\u0041"]"#, &[Slip::Surrogate]);
    check(r#"{"a":"he said "hi" there","b":1}"#, r#"{"a":"he said \"hi\" there","b":1}"#, &[Slip::Quote]);
    check("[\"a\\\nb\"]", r#"["ab"]"#, &[Slip::Escape]);
}

#[test]
fn words() {
    check("[NaN, undefined, True, None]", "[null,null,true,null]", &[Slip::Word]);
    check("[1e400, 007, +1, .5]", r#"["1e400","007","+1",".5"]"#, &[Slip::Number]);
    check(r#"{a: 1, "b": c}"#, r#"{"a":1,"b":"c"}"#, &[Slip::Name, Slip::Word]);
    check("[1,\u{c}2 \u{b}]", r#"[1,2,""]"#, &[Slip::NoComma, Slip::Word]);
    check("[1, // one\n2 /* two */]", "[1,2]", &[Slip::Comment]);
}

#[test]
fn brackets() {
    check(r#"{"a":[1}"#, r#"{"a":[1]}"#, &[Slip::Bracket]);
    check(r#"{"a":[{"b":1],"c":2}"#, r#"{"a":[{"b":1}],"c":2}"#, &[Slip::Bracket]);
    check(r#"{"a":1]}"#, r#"{"a":1}"#, &[Slip::Stray]);
    check(r#"{[1]}"#, r#"{"":[1]}"#, &[Slip::Name]);
}

#[test]
fn a_cut_leaves_what_is_whole() {
    for (body, expected) in [
        (r#"{"#, "{}"),
        (r#"{"title":"T","items":[{"id":1},{"id":2,"ti"#, r#"{"title":"T","items":[{"id":1}]}"#),
        (r#"{"title":"T","items":[{"id":1},{"id":2,"x":{"a":[{"b":1}"#, r#"{"title":"T","items":[{"id":1}]}"#),
        (r#"{"title":"T","items":[{"id":1}"#, r#"{"title":"T","items":[{"id":1}]}"#),
        (r#"{"title":"T","items":[{"id":1}],"x":"#, r#"{"title":"T","items":[{"id":1}]}"#),
        (r#"{"title":"T","items":[{"i"#, r#"{"title":"T","items":[]}"#),
        (r#"{"title":"T","ite"#, r#"{"title":"T"}"#),
    ] {
        check(body, expected, &[Slip::Cut]);
    }
}

#[test]
fn depth_is_bounded() {
    let deep = format!(r#"{{"x":{}1{},"items":[]}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let mended = mend(&deep, 0);
    assert!(serde_json::from_str::<Value>(&mended.text).is_ok_and(|value| value.get("items").is_some()));
    assert_eq!(mended.notes, [Note { slip: Slip::Depth, at: 5 + MAX_DEPTH - 1, times: 1 }]);
}

#[test]
fn a_fault_says_where_and_what_to_write() {
    let body = "{\"a\": 1,\n  \"é\": NaN, \"b\": undefined}";
    let told = mend(body, 0).notes[0].told(body);
    assert_eq!(
        (told.kind, told.detail.as_str()),
        (
            "json",
            "'NaN' is no value of JSON; write null, true, false, a number or a string in double quotes (2 times, first in line 2, column 8)"
        )
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn what_comes_out_is_json(body in "[\\[{](\"|\\\\|[\\[\\]{}:,/*é\n\x0c ]|u|ud8|\\\\u|x41|1e|-|true|null|a|\\PC){0,40}") {
        let mended = mend(&body, 0);
        prop_assert!(serde_json::from_str::<Value>(&mended.text).is_ok(), "{}", mended.text);
        for note in &mended.notes {
            prop_assert!(!note.told(&body).detail.contains('\n'));
        }
    }
}
