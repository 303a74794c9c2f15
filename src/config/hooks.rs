//! `[[hook]]`: what is wrong with one, and what it is to others.

use std::collections::BTreeMap;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::Url;

use super::Hook;
use super::check::Checked;
use super::error::Places;
use super::explain::nearest;
use crate::model::{Hash128, HookEvent, HookSpec};

/// Hooks, at most: each may have a request under way.
pub const MAX_HOOKS: usize = 32;

/// Longest name.
const MAX_NAME_BYTES: usize = 64;

/// Begins secrets that are bytes in base64, as Standard Webhooks writes them.
const SECRET_PREFIX: &str = "whsec_";

pub(super) fn check(hooks: &[Hook], places: &Places) -> Checked {
    if hooks.len() > MAX_HOOKS {
        return Err(places.error(&format!("hook.{MAX_HOOKS}"), format!("is one too many; there may be {MAX_HOOKS}")));
    }
    let mut keys = BTreeMap::new();
    for (number, hook) in hooks.iter().enumerate() {
        let error = |key: &str, what: String| places.error(&format!("hook.{number}.{key}"), what);
        hook.wrong_name().map_or(Ok(()), |what| Err(error("name", what)))?;
        let names = HookEvent::ALL.map(HookEvent::as_str);
        if hook.on.is_empty() {
            return Err(error("on", format!("is empty; name events out of {}", names.join(", "))));
        }
        if let Some(unknown) = hook.on.iter().find(|event| !names.contains(&event.as_str())) {
            let guess = nearest(unknown, names.into_iter()).map(|guess| format!("; did you mean \"{guess}\"?")).unwrap_or_default();
            return Err(error("on", format!("\"{unknown}\" is none of {}{guess}", names.join(", "))));
        }
        match (hook.url.is_empty(), hook.exec.first()) {
            (true, None) => return Err(places.error(&format!("hook.{number}"), "has neither url nor exec; give one")),
            (false, Some(_)) => return Err(error("exec", "and url are both given; keep one".to_owned())),
            // not quoted: what receivers give out as addresses often are their keys
            (false, None) if hook.address().is_none() => {
                return Err(error("url", "is no address; write it like \"https://example.org/hook\"".to_owned()));
            }
            (true, Some(program)) if !Path::new(program).is_absolute() => {
                let what = format!("\"{program}\" is no absolute path; write it like [\"/usr/local/bin/notify\", \"feedmux\"]");
                return Err(error("exec", what));
            }
            (true, Some(_)) if !hook.secret.is_empty() => {
                return Err(error("secret", "signs what goes to a url; a program needs none, leave it out".to_owned()));
            }
            _ => {}
        }
        if hook.signing_key().is_none() && !hook.secret.is_empty() {
            return Err(error("secret", format!("begins with {SECRET_PREFIX} and goes on with what is no base64; correct it")));
        }
        if let Some(first) = keys.insert(hook.spec().key, number) {
            let what = format!("delivers to where hook {} does, or has its name; give each a name of its own", first + 1);
            return Err(places.error(&format!("hook.{number}"), what));
        }
    }
    Ok(())
}

impl Hook {
    /// What it is called in the log and on the command line: its name, else its number in the configuration, from 1, with the host or
    /// program that it delivers to. Never more of an address, which may be a secret.
    pub fn label(&self, number: usize) -> String {
        if !self.name.is_empty() {
            return self.name.clone();
        }
        format!("{} ({})", number + 1, self.receiver())
    }

    /// The host or program that it delivers to, and no more of an address, which may be a secret.
    pub fn receiver(&self) -> String {
        let host = self.address().and_then(|url| url.host_str().map(str::to_owned));
        let program =
            || self.exec.first().and_then(|program| Path::new(program).file_name()).map(|name| name.to_string_lossy().into_owned());
        host.or_else(program).unwrap_or_default()
    }

    /// Where it delivers, if that is an address.
    pub fn address(&self) -> Option<Url> {
        Url::parse(&self.url).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
    }

    /// What it asks for.
    pub fn events(&self) -> Vec<HookEvent> {
        self.on.iter().filter_map(|name| HookEvent::from_name(name)).collect()
    }

    /// The bytes of its secret, if it has one: those behind `whsec_`, in base64, or those of the text itself.
    pub fn signing_key(&self) -> Option<Vec<u8>> {
        let secret = self.secret.expose();
        let bytes = match secret.strip_prefix(SECRET_PREFIX) {
            Some(encoded) => STANDARD.decode(encoded).ok(),
            None => Some(secret.as_bytes().to_vec()),
        };
        bytes.filter(|bytes| !bytes.is_empty())
    }

    /// What the store has to know of it.
    pub fn spec(&self) -> HookSpec {
        let target = Hash128::of(format!("{}\n{}", self.url, self.exec.join("\n")).as_bytes());
        let key = if self.name.is_empty() { format!("to {}", target.urn()) } else { format!("name {}", self.name) };
        HookSpec { key, target, on: self.events() }
    }

    fn wrong_name(&self) -> Option<String> {
        let plain = |c: char| c.is_alphanumeric() || " _-.".contains(c);
        // A number on the command line is the place in the configuration.
        let is_number = !self.name.is_empty() && self.name.bytes().all(|byte| byte.is_ascii_digit());
        let is_wrong =
            is_number || self.name.len() > MAX_NAME_BYTES || !self.name.chars().all(plain) || self.name.trim() != self.name;
        is_wrong.then(|| format!("is no name; use up to {MAX_NAME_BYTES} letters, digits, blanks, . _ - and not digits alone"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;

    fn url(url: &str) -> Hook {
        Hook { url: url.to_owned(), on: vec!["story.new".to_owned()], ..Hook::default() }
    }

    #[test]
    fn labels_show_no_secret() {
        let check = |hook: Hook, expected: &str| assert_eq!(hook.label(1), expected);
        check(url("https://me:pw@chat.example:8443/services/T0/s3cret?token=x"), "2 (chat.example)");
        check(Hook { exec: vec!["/usr/bin/notify".to_owned(), "s3cret".to_owned()], ..Hook::default() }, "2 (notify)");
        check(Hook { name: "chat".to_owned(), ..url("https://chat.example/") }, "chat");
    }

    #[test]
    fn a_hook_is_known_by_its_name_or_by_where_it_delivers() {
        let key = |hook: &Hook| hook.spec().key;
        let (one, named) = (url("https://a.example/1"), Hook { name: "a".to_owned(), ..url("https://a.example/1") });
        assert_eq!(key(&one), key(&Hook { secret: Secret::new("x"), on: vec!["feed.gone".to_owned()], ..one.clone() }));
        assert_ne!(key(&one), key(&url("https://a.example/2")));
        assert_eq!(key(&named), key(&Hook { url: "https://b.example/".to_owned(), ..named.clone() }));
        assert_ne!(named.spec().target, Hook { url: "https://b.example/".to_owned(), ..named.clone() }.spec().target);
        assert!(!key(&one).contains("a.example"), "an address may be a secret");
    }

    #[test]
    fn a_secret_is_bytes_in_base64_or_plain() {
        let check = |secret: &str, expected: Option<&[u8]>| {
            let hook = Hook { secret: Secret::new(secret), ..Hook::default() };
            assert_eq!(hook.signing_key().as_deref(), expected, "{secret}");
        };
        check("", None);
        check("plain words", Some(b"plain words"));
        check("whsec_AAEC/w==", Some(&[0, 1, 2, 255]));
        check("whsec_AAEC/w", None);
        check("whsec_", None);
        check("whsec_!", None);
    }
}
