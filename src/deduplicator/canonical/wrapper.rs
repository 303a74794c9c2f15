//! Redirectors and caches that carry their target in their own address.

use url::Url;

/// Parameters that carry a target.
const TARGETS: [&str; 20] = [
    "url",
    "u",
    "q",
    "z",
    "target",
    "dest",
    "destination",
    "redirect",
    "redirect_url",
    "redirect_uri",
    "redirecturl",
    "to",
    "link",
    "goto",
    "out",
    "href",
    "uri",
    "murl",
    "ued",
    "r",
];
/// Path segments of redirectors.
const DOORS: [&str; 25] = [
    "away",
    "away.php",
    "click",
    "clk",
    "exit",
    "go",
    "go.php",
    "goto",
    "jump",
    "l.php",
    "leave",
    "link",
    "linkfilter",
    "out",
    "out.php",
    "outbound",
    "redir",
    "redir.php",
    "redirect",
    "redirect.php",
    "redirector",
    "track",
    "tracking",
    "url",
    "r.php",
];
/// First host labels of redirectors.
const DOOR_HOSTS: [&str; 16] = [
    "away",
    "click",
    "clicks",
    "clk",
    "exit",
    "go",
    "l",
    "link",
    "links",
    "lm",
    "out",
    "outbound",
    "redir",
    "redirect",
    "redirector",
    "track",
];

/// The address inside, if `url` is a wrapper around it.
pub(super) fn target(url: &Url) -> Option<String> {
    cached(url).or_else(|| redirected(url))
}

/// AMP caches write the page's address behind `/c/s/`, the search engine's viewer behind `/amp/s/`.
fn cached(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    let path = url.path();
    let inner = if host.ends_with(".cdn.ampproject.org") {
        ["/c/", "/v/", "/wp/"].iter().find_map(|lead| path.strip_prefix(lead))
    } else {
        path.strip_prefix("/amp/").filter(|_| psl::domain_str(host).is_some_and(|domain| domain.starts_with("google.")))
    }?;
    let (scheme, inner) = inner.strip_prefix("s/").map_or(("http", inner), |rest| ("https", rest));
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    absolute(&format!("{scheme}://{inner}{query}"))
}

/// A door with a target: `/redirect?url=https%3A%2F%2F...`, `out.example.org/x?url=...`.
fn redirected(url: &Url) -> Option<String> {
    let is_door = url.host_str()?.split('.').next().is_some_and(|label| DOOR_HOSTS.contains(&label))
        || url.path().split('/').any(|segment| DOORS.iter().any(|door| door.eq_ignore_ascii_case(segment)));
    if !is_door {
        return None;
    }
    url.query_pairs().find_map(|(name, value)| {
        let name = name.to_ascii_lowercase();
        TARGETS.contains(&name.trim_start_matches("amp;")).then(|| absolute(&value)).flatten()
    })
}

/// Only whole addresses of hosts with a dot: `to=/home` leads nowhere else, and a word is none.
fn absolute(text: &str) -> Option<String> {
    let url = Url::parse(text.trim()).ok()?;
    let host = url.host_str()?;
    (matches!(url.scheme(), "http" | "https") && host.contains('.')).then(|| url.to_string())
}
