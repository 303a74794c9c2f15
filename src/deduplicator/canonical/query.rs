//! Which parameters of a query carry identity.

use url::Url;

use super::{digits, is_any, percent};

/// Names with one meaning: how the reader came here. Lower case.
const TRACKING: [&str; 75] = [
    "_branch_match_id",
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
    "_kx",
    "_openstat",
    "action_object_map",
    "action_ref_map",
    "action_type_map",
    "cmpid",
    "cndid",
    "dclid",
    "dm_i",
    "echobox",
    "emc",
    "epik",
    "ex_cid",
    "fbclid",
    "ftag",
    "gbraid",
    "gclid",
    "gclsrc",
    "google_editors_picks",
    "guccounter",
    "guce_referrer",
    "guce_referrer_sig",
    "icid",
    "igsh",
    "igshid",
    "intcid",
    "intcmp",
    "ito",
    "jsessionid",
    "li_fat_id",
    "maca",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "ml_subscriber",
    "ml_subscriber_hash",
    "msclkid",
    "mtm",
    "ncid",
    "nr_email_referer",
    "ocid",
    "oscsid",
    "phpsessid",
    "rb_clickid",
    "rdt_cid",
    "ref_src",
    "ref_url",
    "referer",
    "referrer",
    "replytocom",
    "s_cid",
    "s_kwcid",
    "sessionid",
    "session_id",
    "smid",
    "spm",
    "sr_share",
    "sscid",
    "taid",
    "traffic_source",
    "ttclid",
    "twclid",
    "usqp",
    "wbraid",
    "wickedid",
    "wtmc",
    "xtor",
    "yclid",
    "ymclid",
    "ysclid",
];
/// The same, by how they begin. Lower case.
const TRACKING_FAMILIES: [&str; 27] = [
    "utm_",
    "utm-",
    "__cf_chl",
    "__hs",
    "__twitter_impression",
    "amp_",
    "aspsessionid",
    "at_",
    "fb_action",
    "fb_ref",
    "fb_source",
    "ga_",
    "hsa_",
    "hsctatracking",
    "itm_",
    "matomo_",
    "mtm_",
    "ns_",
    "oly_",
    "piwik_",
    "pk_",
    "stm_",
    "trk_",
    "vero_",
    "wt.",
    "wt_",
    "zanpid",
];
/// Names that track on one site and carry identity on another: they go when the value tells.
const DOUBLE_MEANING: [&str; 30] = [
    "campaign",
    "channel",
    "cid",
    "cmp",
    "feature",
    "feed",
    "from",
    "link_source",
    "medium",
    "mod",
    "module",
    "origin",
    "partner",
    "ref",
    "refer",
    "referral",
    "s",
    "share",
    "shared",
    "sharedby",
    "sid",
    "source",
    "src",
    "syndication",
    "tag",
    "via",
    "view",
    "wpsrc",
    "output",
    "cm_mmc",
];
/// Values that name a road to the page.
const ROADS: [&str; 37] = [
    "aggregator",
    "app",
    "atom",
    "bluesky",
    "digest",
    "email",
    "facebook",
    "fb",
    "feed",
    "feedburner",
    "feeds",
    "flipboard",
    "googlenews",
    "hackernews",
    "hn",
    "instagram",
    "linkedin",
    "mail",
    "mastodon",
    "newsletter",
    "newsletters",
    "pinterest",
    "push",
    "reddit",
    "rss",
    "rss2",
    "rssfeed",
    "share",
    "sharing",
    "social",
    "socialmedia",
    "telegram",
    "threads",
    "tiktok",
    "twitter",
    "whatsapp",
    "xml",
];
/// Names that choose how a page is shown, when the value names a presentation.
const SHOWING: [&str; 10] = ["view", "output", "outputtype", "mode", "format", "layout", "template", "tpl", "type", "display"];
const SHOWN: [&str; 8] = ["amp", "print", "printable", "printpage", "printview", "mobile", "touch", "drucken"];
/// Switches: they go when they are merely on or off.
const SWITCHES: [&str; 8] = ["amp", "print", "printable", "mobile", "m", "rss", "ismobile", "noamp"];
/// Hex digits of a session; a shorter run may be a document's own id.
const SESSION_DIGITS: usize = 30;
/// Names of an article's id, besides all that end in `id`.
const IDS: [&str; 8] = ["p", "v", "a", "t", "item", "story", "article", "doc"];

/// The parameters that carry identity, as `name=value` or `name`, sorted.
pub(super) fn kept(query: &str) -> Vec<String> {
    let mut pairs: Vec<String> = query.split('&').filter_map(pair).collect();
    pairs.sort();
    pairs.dedup();
    pairs
}

/// Whether a parameter names an article: `?p=1234`, `?id=4711`, `?v=` with eight characters or more.
pub(super) fn names_one_article(url: &Url) -> bool {
    url.query_pairs().any(|(name, value)| {
        let name = name.to_lowercase();
        let named = name.ends_with("id") || IDS.contains(&name.as_str());
        named && (digits(&value) >= 4 || (value.len() >= 8 && digits(&value) >= 1 || name == "v" && value.len() >= 8))
    })
}

fn pair(raw: &str) -> Option<String> {
    // addresses copied out of HTML without decoding: ?a=1&amp;b=2
    let mut raw = raw;
    while let Some(rest) = raw.strip_prefix("amp;") {
        raw = rest;
    }
    let (name, value) = raw.split_once('=').unwrap_or((raw, ""));
    let plain = |text: &str| percent(&text.replace('+', "%20"), b"!$'()*,;:@/?");
    let (name, value) = (plain(name), percent(&value.replace('+', "%20"), b"!$'()*,;:@/?="));
    let low_name = name.to_ascii_lowercase();
    let low_value = value.to_ascii_lowercase();
    if name.is_empty() || is_tracking(&low_name, &low_value) {
        return None;
    }
    Some(if value.is_empty() { name } else { format!("{name}={value}") })
}

fn is_tracking(name: &str, value: &str) -> bool {
    TRACKING.contains(&name)
        || TRACKING_FAMILIES.iter().any(|family| name.starts_with(family))
        || (DOUBLE_MEANING.contains(&name) && (is_road(value) || is_session(value)))
        || (SHOWING.contains(&name) && tokens(value).any(|token| SHOWN.contains(&token)))
        || (SWITCHES.contains(&name) && is_any(value, &["", "0", "1", "true", "false", "yes", "y", "on", name]))
}

fn is_road(value: &str) -> bool {
    tokens(value).any(|token| ROADS.contains(&token))
}

fn is_session(value: &str) -> bool {
    value.len() >= SESSION_DIGITS && value.bytes().all(|b| b.is_ascii_hexdigit())
}

fn tokens(value: &str) -> impl Iterator<Item = &str> {
    value.split(|c: char| !c.is_ascii_alphanumeric()).filter(|token| !token.is_empty())
}
