//! A file of rules in the format of ftr-site-config: `directive: value` a line, `#` begins a comment.

use std::collections::VecDeque;

use super::xpath::Expression;

/// Lines of one file.
const MAX_LINES: usize = 2000;
/// Rules of one kind in one file.
const MAX_RULES: usize = 200;

/// Directives that are not obeyed, and why.
pub(super) const UNHEEDED: &[(&str, &str)] = &[
    ("http_header", "pages are asked for under feedmux's own name, without cookies and addresses that others chose"),
    ("single_page_link_in_feed", "the page is asked for that the feed links to"),
    ("requires_login", "feedmux logs in nowhere"),
    ("find_regex", "find_string takes texts as they stand"),
    ("replace_regex", "replace_string takes texts as they stand"),
    ("dissolve", "elements stay where they are"),
    ("wrap_in", "elements stay where they are"),
    ("move_into", "elements stay where they are"),
];

/// Directives that say something to other programs, or that are done here for every page.
const ELSEWHERE: &[&str] = &[
    "tidy",
    "prune",
    "parser",
    "test_url",
    "test_contains",
    "autodetect_on_failure",
    "autodetect_next_page",
    "login_uri",
    "login_username_field",
    "login_password_field",
    "login_extra_fields",
    "not_logged_in_xpath",
    "skip_json_ld",
    "skip_id_or_class",
    "convert_double_br_tags",
    "footnotes",
    "native_ad_clue",
    "strip_attr",
    "insert_detected_image",
    "src_lazy_load_attr",
    "strip_comments",
    "strip_image_src_attr",
    "post_strip_attr",
    "date_format",
    "uri_pattern",
];

/// What the files of one site say.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Rules {
    /// Alternatives, the first that finds something holds; likewise below.
    pub(super) title: Vec<Expression>,
    /// What the story is.
    pub(super) body: Vec<Expression>,
    /// Who wrote it.
    pub(super) author: Vec<Expression>,
    /// When.
    pub(super) date: Vec<Expression>,
    /// What is no part of the story; all of them hold.
    pub(super) strip: Vec<Expression>,
    /// Parts of a class or id.
    pub(super) strip_id_or_class: Vec<String>,
    /// Parts of a picture's address.
    pub(super) strip_image_src: Vec<String>,
    /// Where it goes on.
    pub(super) next_page_link: Vec<Expression>,
    /// Where all of it stands on one page, and what a page must have for that to be looked for.
    pub(super) single_page_link: Vec<(Expression, Option<Expression>)>,
    /// Directives that are not obeyed ([`UNHEEDED`]), each with the line where it stands first.
    pub(super) unheeded: Vec<(&'static str, usize)>,
    /// Texts of the markup and what stands for them.
    pub(super) replace: Vec<(String, String)>,
}

/// Reads one file. Lines that cannot be used are left out and told of: number of the line, and what is wrong with it.
pub(super) fn read(text: &str) -> (Rules, Vec<(usize, String)>) {
    let mut rules = Rules::default();
    let mut wrong = Vec::new();
    // Texts to be replaced, each with the line where it stands; they are paired with what replaces them in their order.
    let mut sought: VecDeque<(usize, &str)> = VecDeque::new();
    for (number, line) in text.trim_start_matches('\u{feff}').lines().enumerate().map(|(before, line)| (before + 1, line.trim())) {
        if number > MAX_LINES {
            wrong.push((number, format!("only the first {MAX_LINES} lines are read")));
            break;
        }
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((key, argument, value)) = split(line) else {
            wrong.push((number, "it is no directive; write \"directive: value\"".to_owned()));
            continue;
        };
        let result = match (key.as_str(), argument) {
            ("find_string", None) => {
                sought.push_back((number, value));
                Ok(())
            }
            ("replace_string", Some(find)) => pair(&mut rules, find, value),
            ("replace_string", None) => match sought.pop_front() {
                Some((_, find)) => pair(&mut rules, find, value),
                None => Err("there is no find_string before it; write replace_string(this): that".to_owned()),
            },
            ("if_page_contains", _) => rules.only_if(value),
            (key, _) => match UNHEEDED.iter().find(|(name, _)| *name == key) {
                Some((name, _)) => {
                    // `requires_login: no`
                    if value != "no" && rules.unheeded.iter().all(|(known, _)| known != name) {
                        rules.unheeded.push((name, number));
                    }
                    Ok(())
                }
                None => rules.set(key, value),
            },
        };
        if let Err(what) = result {
            wrong.push((number, what));
        }
    }
    wrong.extend(sought.into_iter().map(|(number, _)| (number, "no replace_string follows".to_owned())));
    (rules, wrong)
}

/// `directive(argument): value`.
fn split(line: &str) -> Option<(String, Option<&str>, &str)> {
    if let Some(rest) = line.strip_prefix("replace_string(") {
        let (find, value) = rest.split_once("):")?;
        return Some(("replace_string".to_owned(), Some(find), value.trim_start()));
    }
    let (key, value) = line.split_once(':')?;
    let (key, argument) = key.split_once('(').map_or((key, None), |(key, argument)| (key, argument.strip_suffix(')')));
    let key = key.trim().to_ascii_lowercase();
    let is_word = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    is_word.then_some((key, argument, value.trim()))
}

fn pair(rules: &mut Rules, find: &str, replace: &str) -> Result<(), String> {
    if find.is_empty() {
        return Err("the text to be replaced is empty".to_owned());
    }
    add(&mut rules.replace, (find.to_owned(), replace.to_owned()))
}

fn add<T>(list: &mut Vec<T>, rule: T) -> Result<(), String> {
    if list.len() >= MAX_RULES {
        return Err(format!("only the first {MAX_RULES} rules of a kind are used"));
    }
    list.push(rule);
    Ok(())
}

impl Rules {
    fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        let word = || {
            let word = value.trim_matches(['"', '\'']).trim().to_owned();
            if word.is_empty() { Err(format!("{key} has no value")) } else { Ok(word) }
        };
        let list = match key {
            "title" => &mut self.title,
            "body" => &mut self.body,
            "author" => &mut self.author,
            "date" => &mut self.date,
            "strip" => &mut self.strip,
            "next_page_link" => &mut self.next_page_link,
            "single_page_link" => return add(&mut self.single_page_link, (expression(key, value)?, None)),
            "strip_id_or_class" => return add(&mut self.strip_id_or_class, word()?),
            "strip_image_src" => return add(&mut self.strip_image_src, word()?),
            key if ELSEWHERE.contains(&key) => return Ok(()),
            key => return Err(format!("\"{key}\" is no directive that is known; it is ignored")),
        };
        add(list, expression(key, value)?)
    }

    /// `if_page_contains` is about the rule before it, and there is only one kind of rule that it can be about.
    fn only_if(&mut self, value: &str) -> Result<(), String> {
        let Some((_, condition)) = self.single_page_link.last_mut() else {
            return Err("if_page_contains: there is no single_page_link before it; it is ignored".to_owned());
        };
        // A condition that is not understood is not met.
        *condition = Some(expression("if_page_contains", "false()")?);
        *condition = Some(expression("if_page_contains", value)?);
        Ok(())
    }
}

fn expression(key: &str, value: &str) -> Result<Expression, String> {
    Expression::read(value).map_err(|what| format!("{key}: the XPath is not understood: {what}; the line is ignored"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) -> Rules {
        let (rules, wrong) = read(text);
        let told: Vec<String> = wrong.into_iter().map(|(line, what)| format!("{line}: {what}")).collect();
        assert_eq!(told, expected, "{text}");
        rules
    }

    #[test]
    fn a_file_is_read() {
        let rules = check(
            "# a site\n\ntitle: //h1\nbody: //div[@id='a']\nbody: //article\nstrip: //aside\nstrip_id_or_class: \"promo\"\n\
             strip_image_src: /ads/\nprune: no\ntest_url: https://a.example/\nreplace_string(<x>): <y>\nfind_string: a: b\nreplace_string: c\n\
             http_header(User-Agent): x\nhttp_header(cookie): y\nrequires_login: no\n\
             single_page_link: //a[@class='one']\nsingle_page_link: //a[@class='print']\nif_page_contains: //nav[@class='pages']\n",
            &[],
        );
        assert_eq!(rules.unheeded, [("http_header", 14)]);
        assert_eq!(rules.single_page_link.iter().map(|(_, condition)| condition.is_some()).collect::<Vec<_>>(), [false, true]);
        assert_eq!((rules.title.len(), rules.body.len(), rules.strip.len()), (1, 2, 1));
        assert_eq!((rules.strip_id_or_class, rules.strip_image_src), (vec!["promo".to_owned()], vec!["/ads/".to_owned()]));
        assert_eq!(rules.replace, [("<x>".to_owned(), "<y>".to_owned()), ("a: b".to_owned(), "c".to_owned())]);
    }

    #[test]
    fn what_cannot_be_used_is_told_with_its_line() {
        check("body: //div[", &["1: body: the XPath is not understood: a step is missing at the end; the line is ignored"]);
        check("\ncolour: red", &["2: \"colour\" is no directive that is known; it is ignored"]);
        check("nonsense", &["1: it is no directive; write \"directive: value\""]);
        check("replace_string: x", &["1: there is no find_string before it; write replace_string(this): that"]);
        check("find_string: x", &["1: no replace_string follows"]);
        let rules = check(
            "find_string: a\nfind_string: b\nreplace_string: c\nreplace_string: d\nfind_string: e\nfind_string: f",
            &["5: no replace_string follows", "6: no replace_string follows"],
        );
        assert_eq!(rules.replace, [("a", "c"), ("b", "d")].map(|(find, replace)| (find.to_owned(), replace.to_owned())));
        check("if_page_contains: //nav", &["1: if_page_contains: there is no single_page_link before it; it is ignored"]);
        let rules = check(
            "single_page_link: //a\nif_page_contains: //nav[",
            &["2: if_page_contains: the XPath is not understood: a step is missing at the end; the line is ignored"],
        );
        assert!(rules.single_page_link[0].1.is_some(), "what is not understood is not met");
        check("strip_id_or_class:", &["1: strip_id_or_class has no value"]);
        check(&"# x\n".repeat(2001), &["2001: only the first 2000 lines are read"]);
    }
}
