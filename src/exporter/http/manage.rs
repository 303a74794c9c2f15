//! Subscribing and unsubscribing from the front page: the only requests that change something.
//!
//! They are there where `http.token` is set, and need it in their body. A browser that is sent here by a page of somebody else's does not
//! know it, and says that it comes from elsewhere: both are refused.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use url::{Url, form_urlencoded};

use super::{Answer, App, Refusal, door, plain};
use crate::config::{self, feeds};
use crate::exporter::Shelf;
use crate::exporter::page::Done;
use crate::model::Origin;

/// Bytes of a form.
const MAX_FORM: usize = 4 << 10;

/// `/manage/add`: as `feed add --unseen`. Where the address is a page, its first poll finds the feed that it names.
pub(super) async fn add<S: Shelf>(State(app): State<Arc<App<S>>>, request: Request) -> Answer {
    let form = admitted(&app, request).await?;
    let url = form.get("url").ok_or_else(|| Refusal::bad("url: the address of a feed is missing".to_owned()))?;
    let url = if url.contains("://") { url.to_owned() } else { format!("https://{url}") };
    let mut feed = config::Feed { url, ..config::Feed::default() };
    feeds::tidy(&mut feed).map_err(|fault| Refusal::bad(fault.to_string()))?;
    let spec = feeds::spec(&app.setup().config, &feed).map_err(|fault| Refusal::bad(fault.to_string()))?;
    let (id, is_new) = app.shelf.subscribe(app.clock.now(), spec, feeds::settings_json(&feed)).await.map_err(Refusal::store)?;
    Ok(form.answer(if is_new { Done::Added(id) } else { Done::Known(id) }))
}

/// `/manage/remove`: as `feed rm`, by number or whole address.
pub(super) async fn remove<S: Shelf>(State(app): State<Arc<App<S>>>, request: Request) -> Answer {
    let form = admitted(&app, request).await?;
    let what = form.get("feed").ok_or_else(|| Refusal::bad("feed: the number or address of a feed is missing".to_owned()))?;
    let address = Url::parse(what).map_or_else(|_| what.to_owned(), String::from);
    let rows = app.shelf.feeds().await.map_err(Refusal::store)?;
    let number = what.parse().ok();
    let row = rows.iter().filter(|row| row.subscribed).find(|row| {
        number == Some(row.id.0) || row.url == address || row.listed_url.as_ref().is_some_and(|listed| *listed == address)
    });
    let row = row.ok_or_else(|| Refusal::missing("no subscription has this number or address"))?;
    if row.origin == Origin::Config {
        let why = "this feed is listed in the configuration; remove it there and reload";
        return Err(Refusal(StatusCode::CONFLICT, why.to_owned()));
    }
    app.shelf.unsubscribe(app.clock.now(), row.id).await.map_err(Refusal::store)?;
    Ok(form.answer(Done::Removed(row.id)))
}

/// A form that was let in.
struct Form(Vec<(String, String)>);

impl Form {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// Back to the front page, which says what was done. Relative: there is no other place to be sent to.
    fn answer(&self, done: Done) -> Response<Body> {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        pairs.append_pair("done", &done.code());
        if let Some(token) = self.get("token") {
            pairs.append_pair("token", token);
        }
        let mut answer = plain(StatusCode::SEE_OTHER, "done; the front page shows it");
        if let Ok(place) = HeaderValue::from_str(&format!("../?{}", pairs.finish())) {
            answer.headers_mut().insert(header::LOCATION, place);
        }
        answer
    }
}

/// The form of a request that may change something.
async fn admitted<S: Shelf>(app: &App<S>, request: Request) -> Result<Form, Refusal> {
    let setup = &*app.setup();
    if setup.token.is_empty() {
        return Err(Refusal::missing("feeds are added and removed here where http.token is set; `feedmux feed add` always does"));
    }
    if request.method() != Method::POST {
        return Err(Refusal(StatusCode::METHOD_NOT_ALLOWED, "only POST: looking at a page never changes anything".to_owned()));
    }
    if !is_from_us(request.headers(), &setup.config.http.public_url) {
        let why = "this form was not sent from the front page of this server";
        return Err(Refusal(StatusCode::FORBIDDEN, why.to_owned()));
    }
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(Refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, "expected a form (application/x-www-form-urlencoded)".to_owned()));
    }
    let too_long = |_| Refusal(StatusCode::PAYLOAD_TOO_LARGE, format!("a form has at most {MAX_FORM} bytes"));
    let body = axum::body::to_bytes(request.into_body(), MAX_FORM).await.map_err(too_long)?;
    let form = form_urlencoded::parse(&body).map(|(key, value)| (key.into_owned(), value.trim().to_owned()));
    let form = Form(form.collect());
    if !door::opens(form.get("token"), &[&setup.token]) {
        return Err(Refusal(
            StatusCode::UNAUTHORIZED,
            "the token is missing or wrong; it is http.token of the configuration".to_owned(),
        ));
    }
    Ok(form)
}

/// Whether a browser says that the request comes from a page of ours: in `Sec-Fetch-Site`, in `Origin`, or in both; one of them has to be
/// there. Browsers leave out the first where a site is neither https nor local.
fn is_from_us(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let origin = text("origin").map(|origin| is_our_origin(origin, text("host").unwrap_or_default(), public_url));
    let site = text("sec-fetch-site").map(|site| site == "same-origin");
    let mut said = [origin, site].into_iter().flatten().peekable();
    said.peek().is_some() && said.all(|ours| ours)
}

/// `host`: whom the request means, which was checked. A proxy may have put its own name there: then the public address is what the browser
/// knows.
fn is_our_origin(origin: &str, host: &str, public_url: &str) -> bool {
    let Ok(origin) = Url::parse(origin) else { return false };
    let same = |other: Result<Url, url::ParseError>| other.is_ok_and(|other| other.origin() == origin.origin());
    origin.origin().is_tuple() && (same(Url::parse(public_url)) || same(Url::parse(&format!("{}://{host}", origin.scheme()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_send_forms() {
        let check = |headers: &[(&'static str, &str)], expected: bool| {
            let map = headers.iter().map(|(name, value)| (name.parse::<header::HeaderName>().unwrap(), value.parse().unwrap()));
            let map: HeaderMap = map.chain([(header::HOST, "localhost:8484".parse().unwrap())]).collect();
            assert_eq!(is_from_us(&map, "https://feeds.example/x/"), expected, "{headers:?}");
        };
        check(&[("origin", "http://localhost:8484")], true);
        check(&[("origin", "https://feeds.example")], true);
        check(&[("sec-fetch-site", "same-origin")], true);
        check(&[("origin", "http://localhost:8484"), ("sec-fetch-site", "same-origin")], true);
        check(&[], false);
        check(&[("origin", "null")], false);
        check(&[("origin", "")], false);
        check(&[("origin", "file://")], false);
        check(&[("origin", "http://localhost:3000")], false);
        check(&[("origin", "http://evil.example")], false);
        check(&[("origin", "http://localhost:8484.evil.example")], false);
        check(&[("origin", "http://localhost:8484@evil.example")], false);
        check(&[("origin", "https://feeds.example:8443")], false);
        check(&[("sec-fetch-site", "same-site")], false);
        check(&[("sec-fetch-site", "cross-site")], false);
        check(&[("sec-fetch-site", "none")], false);
        check(&[("origin", "http://localhost:8484"), ("sec-fetch-site", "cross-site")], false);
        check(&[("origin", "http://evil.example"), ("sec-fetch-site", "same-origin")], false);
    }
}
