//! What of a feed's address readers may see.

use std::borrow::Cow;

use url::form_urlencoded;

/// Words that make a parameter's name look secret wherever they stand in it.
const INSIDE: [&str; 8] = ["token", "secret", "passw", "passphrase", "signature", "credential", "sessionid", "jwt"];

/// Words that do so at the end of a name: `apikey`, `auth_key`, but not `keyword`.
const AT_END: [&str; 2] = ["key", "pwd"];

/// Words that do so alone: `auth`, `x-sig`, but not `author` or `design`.
const ALONE: [&str; 5] = ["auth", "oauth", "authorization", "pass", "sig"];

/// `address` without its query, if a parameter of it looks like a key to the feed (`?token=...`): outputs are handed on. Anything
/// but an http(s) address stays as it is, so titles that fell back to an address can pass through here, too.
pub(super) fn public(address: &str) -> Cow<'_, str> {
    let scheme = address.split_once("://").map_or("", |(scheme, _)| scheme).trim_start();
    let is_web = ["http", "https", "feed"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    match address.split_once('?') {
        Some((plain, query)) if is_web && names(query).any(|name| looks_secret(&name)) => Cow::Owned(plain.to_owned()),
        _ => Cow::Borrowed(address),
    }
}

/// `text` with every address in it as strangers may see it.
pub(super) fn public_line(text: &str) -> String {
    let parts = text.split_inclusive([' ', '"', '\'', '(', ')', '<', '>', ',']);
    parts.map(public).collect()
}

/// Names of parameters, lower case. Some servers take `;` for `&`.
fn names(query: &str) -> impl Iterator<Item = String> {
    let parts = query.split(['&', ';']).flat_map(|part| form_urlencoded::parse(part.as_bytes()));
    parts.map(|(name, _)| name.to_lowercase())
}

fn looks_secret(name: &str) -> bool {
    INSIDE.iter().any(|word| name.contains(word))
        || AT_END.iter().any(|word| name.ends_with(word))
        || name.split(|c: char| !c.is_alphanumeric()).any(|part| ALONE.contains(&part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_to_a_feed_stay_here() {
        for secret in [
            "token=a",
            "TOKEN=a",
            "access_token=a",
            "feedToken=a",
            "key=a",
            "apikey=a",
            "api-key=a",
            "authKey=a",
            "auth=a",
            "oauth=a",
            "client_secret=a",
            "password=a",
            "passwd=a",
            "pass=a",
            "user_pwd=a",
            "sig=a",
            "X-Amz-Signature=a",
            "x-sig=a",
            "jwt=a",
            "id=7&token=a",
            "id=7;token=a",
            "id=7&amp;token=a",
            "%74oken=a",
            "token",
            "user[token]=a#part",
        ] {
            assert_eq!(public(&format!("https://a.example/feed?{secret}")), "https://a.example/feed", "{secret}");
        }
    }

    #[test]
    fn all_else_is_written_as_it_is() {
        for open in [
            "https://a.example/feed",
            "https://a.example/feed?",
            "https://a.example/feed?format=atom&author=7",
            "https://a.example/token/feed?keyword=key&q=token",
            "https://a.example/?feed=rss2&cat=design&passage=3&monkeys=2",
            "Why is it called a token? token=1",
            "mailto:a@b.example?token=1",
            "",
        ] {
            assert_eq!(public(open), open);
        }
    }
}
